/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Facts that do not belong to a region or a device: drivers, the policy for new memory, features of the
 * processor.
 */
#include "state/scan-machine.h"

#include "door/kernel-text.h"
#include "door/udev.h"
#include "state/scan-memory.h"
#include "state/scan.h"
#include "state/udev-rules.h"

#include <stdio.h>
#include <string.h>
#include <sys/utsname.h>
#ifdef __x86_64__
#include <cpuid.h>
#endif

/* Without 1 GiB pages in the processor, a 1 GiB mapping faults; the kernel does not check this. */
static bool processor_has_huge_1g(const struct dax_sysfs *sysfs)
{
	if (sysfs->recorded)
		return true; /* the tree was recorded on another machine */
#ifdef __x86_64__
	unsigned eax = 0, ebx = 0, ecx = 0, edx = 0;
	const unsigned pdpe1gb = 1U << 26;

	return __get_cpuid(0x80000001, &eax, &ebx, &ecx, &edx) && (edx & pdpe1gb);
#else
	return true; /* the kernel refuses the alignment if the architecture does not have it */
#endif
}

/*
 * Before Linux 7.3 fsdev_dax may compute the address of a byte as the start of the first range plus the
 * offset (__fsdev_dax_direct_access in drivers/dax/fsdev.c). On a device of several ranges this is other
 * memory. Only the release number shows which kernel is correct; an unknown release is treated as not
 * correct.
 */
static bool fsdev_knows_ranges(const struct dax_sysfs *sysfs)
{
	struct utsname kernel;
	unsigned major = 0, minor = 0;

	if (sysfs->recorded || uname(&kernel) || !dax_text_release(kernel.release, &major, &minor))
		return false;
	return major > 7 || (major == 7 && minor >= 3);
}

static unsigned find_drivers(struct dax_sysfs *sysfs)
{
	unsigned found = 0;

	for (size_t i = 0; dax_driver_name(i); i++) {
		if (dax_sysfs_exists(sysfs, "bus/dax/drivers", dax_driver_name(i)))
			found |= dax_driver_bit(dax_driver_name(i));
	}
	return found;
}

static void note_onliner(const char *place, const struct dax_udev_rule *rule, void *data)
{
	struct dax_topology *topology = data;

	if (topology->onliner[0] && (topology->onliner_takes_offline || !rule->takes_offline))
		return;
	snprintf(topology->onliner, sizeof(topology->onliner), "%s", place);
	topology->onliner_takes_offline = rule->takes_offline;
}

/*
 * If udevd does not run, its rules have no effect. The rules of this machine say nothing about a recorded
 * machine.
 */
static void find_onliners(const struct dax_sysfs *sysfs, unsigned want, struct dax_topology *topology)
{
	bool wanted = want & DAX_WANT_ONLINERS;

	for (size_t i = 0; (want & DAX_WANT_DRIVERS) && i < topology->n_devices; i++)
		wanted = wanted || topology->devices[i].memory.online;
	if (wanted && !sysfs->recorded && dax_udev_is_there())
		dax_udev_list_rules(note_onliner, topology);
}

int dax_scan_machine(struct dax_sysfs *sysfs, const struct dax_scope *scope, struct dax_topology *topology,
		     struct dax_error *err)
{
	char autoprobe[8] = "";

	topology->has_huge_1g = processor_has_huge_1g(sysfs);
	find_onliners(sysfs, scope->want, topology);
	if (!(scope->want & DAX_WANT_DRIVERS))
		return 0;
	topology->drivers = find_drivers(sysfs);
	topology->famfs_any_ranges = fsdev_knows_ranges(sysfs);
	(void)!dax_sysfs_read(sysfs, "bus/dax", "drivers_autoprobe", autoprobe, sizeof(autoprobe), NULL);
	topology->autoprobe = strcmp(autoprobe, "1") == 0;
	int r = dax_scan_policy(sysfs, &topology->policy, err);
	if (!r && !topology->block_size)
		r = dax_scan_block_size(sysfs, &topology->block_size, err);
	return r;
}
