/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* How this machine handles device memory that becomes system memory. */
#include "check/checker.h"
#include "state/memory.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>

#define MEMORY "devices/system/memory"

void dax_check_huge_pages(struct dax_subject *subject, struct dax_finding *finding)
{
	static const char expected[] = "the kernel has transparent huge pages";
	char text[64] = "";

	if (dax_sysfs_read(subject->checkup->sysfs, "kernel/mm/transparent_hugepage", "enabled", text,
			   sizeof(text), NULL)) {
		dax_found(finding, DAX_FAIL, expected, "this kernel has no transparent huge pages");
		dax_found_hint(finding, "devices of 2M and 1G need CONFIG_TRANSPARENT_HUGEPAGE");
		return;
	}
	dax_found(finding, DAX_PASS, expected, "%s", text);
	dax_found_detail(finding, "this setting is for other memory: it does not affect devices");
	if (prctl(PR_GET_THP_DISABLE, 0, 0, 0, 0) == 1) {
		dax_found(finding, DAX_WARN, expected, "this process cannot have them");
		dax_found_hint(finding,
			       "PR_SET_THP_DISABLE was inherited: files in DAX file systems get pages of 4K");
	}
}

void dax_check_huge_1g(struct dax_subject *subject, struct dax_finding *finding)
{
	bool has = subject->topology->has_huge_1g;

	dax_found(finding, has ? DAX_PASS : DAX_WARN, "the processor has pages of 1 GiB",
		  has ? "this processor has them" : "this processor does not have them");
	if (!has)
		dax_found_hint(finding,
			       "devices with alignment 1G cannot be used on this processor (no pdpe1gb)");
}

void dax_check_memory_blocks(struct dax_subject *subject, struct dax_finding *finding)
{
	const struct dax_topology *topology = subject->topology;
	uint64_t block = topology->block_size;
	char text[DAX_SIZE_TEXT], expected[80];
	struct dax_words lost;

	if (!block) {
		dax_found_skip(finding, "this kernel has no memory blocks");
		return;
	}
	if (!dax_words_begin(&lost, finding))
		return;
	snprintf(expected, sizeof(expected), "ranges of devices are whole memory blocks of %s",
		 dax_format_size(block, text));
	for (size_t i = 0; i < topology->n_devices; i++) {
		const struct dax_device *device = &topology->devices[i];
		uint64_t usable = 0;
		char line[DAX_NAME_MAX + 2 * DAX_SIZE_TEXT + 16], size[DAX_SIZE_TEXT];

		for (size_t k = 0; k < device->n_ranges; k++) {
			uint64_t first = 0, end = 0;

			dax_range_blocks(device->ranges[k], block, &first, &end);
			usable += end > first ? (end - first) * block : 0;
		}
		if (!device->ranges_known || usable == device->size)
			continue;
		snprintf(line, sizeof(line), "%s %s of %s", device->name, dax_format_size(usable, text),
			 dax_format_size(device->size, size));
		dax_words_add(&lost, line);
	}
	dax_words_end(&lost);
	if (lost.n) {
		dax_found(finding, DAX_WARN, expected, "only a part of some devices could be system memory");
		dax_found_detail(finding, "%s", lost.text);
		dax_found_hint(finding, "use sizes and ranges that are multiples of the memory block");
	} else {
		dax_found(finding, DAX_PASS, expected, "%s", expected);
	}
	dax_words_release(&lost);
}

void dax_check_online_policy(struct dax_subject *subject, struct dax_finding *finding)
{
	static const char expected[] = "offline or online_movable";
	enum dax_policy policy = subject->topology->policy;

	if (policy == DAX_POLICY_UNKNOWN) {
		dax_found_skip(finding, "this kernel does not have auto_online_blocks");
		return;
	}
	bool good = policy == DAX_POLICY_OFFLINE || policy == DAX_POLICY_ONLINE_MOVABLE;
	dax_found(finding, good ? DAX_PASS : DAX_WARN, expected, "%s", dax_policy_word(policy));
	if (!good)
		dax_found_hint(finding, "the kernel may put new memory in zone Normal, where it may never go "
					"offline again; boot with memhp_default_state=online_movable");
}

void dax_check_memory_hotplug(struct dax_subject *subject, struct dax_finding *finding)
{
	static const char dir[] = "module/memory_hotplug/parameters";
	static const char *const names[] = { "memmap_on_memory", "online_policy", "auto_movable_ratio" };
	struct dax_words values;
	char memmap[32] = "";

	if (!dax_words_begin(&values, finding))
		return;
	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		char value[64], word[128];

		if (dax_sysfs_read(subject->checkup->sysfs, dir, names[i], value, sizeof(value), NULL))
			continue;
		snprintf(word, sizeof(word), "%s=%s", names[i], value);
		dax_words_add(&values, word);
		if (i == 0)
			snprintf(memmap, sizeof(memmap), "%.30s", value);
	}
	dax_words_end(&values);
	if (values.n)
		dax_found(finding, DAX_PASS, "this kernel supports memory hotplug", "%s", values.text);
	else
		dax_found(finding, DAX_FAIL, "this kernel supports memory hotplug", "it does not");
	if (!values.n)
		dax_found_hint(finding, "mode system-ram needs CONFIG_MEMORY_HOTPLUG");
	else if (strcmp(memmap, "N") == 0)
		dax_found_detail(finding,
				 "the memory map of new memory takes 1/64 of its size in existing memory; "
				 "boot with memory_hotplug.memmap_on_memory=1 to allow it in the new memory");
	dax_words_release(&values);
}
