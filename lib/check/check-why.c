/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Why a machine has no dax device: its memory, and what is missing before that becomes a device. */
#include "check/checker.h"
#include "door/iomem.h"
#include "plan/space.h"
#include "run/journal-folder.h"
#include "run/journal-read.h"
#include "run/journal.h"

#include <stdio.h>
#include <string.h>

/* Sources of dax devices. */
struct sources {
	struct dax_sysfs *sysfs;
	struct dax_words *reasons;
	bool reserved;                   /* soft-reserved memory, as far as the kernel shows it */
	char hmem_unbound[DAX_NAME_MAX]; /* a platform device for it without a driver; "" for none */
	size_t cxl_devices, cxl_regions; /* memory devices, and their regions */
	bool cxl_unused, cxl_unbound;    /* one of these, or of their dax regions, has no driver */
	size_t dimms, namespaces;        /* regions of persistent memory; namespaces in mode devdax */
};

static int count_platform(const char *name, void *data)
{
	struct sources *sources = data;
	char dir[128];

	if (strncmp(name, "hmem", 4) != 0)
		return 0;
	snprintf(dir, sizeof(dir), "bus/platform/devices/%.60s", name);
	if (!sources->hmem_unbound[0] && !dax_sysfs_exists(sources->sysfs, dir, "driver"))
		snprintf(sources->hmem_unbound, sizeof(sources->hmem_unbound), "%.60s", name);
	return 0;
}

/*
 * A loaded driver does not automatically bind a device that was unbound from it. "hmem.0" is a device of
 * "hmem".
 */
static void hint_at_hmem(const struct sources *sources, char *hint, size_t size)
{
	const char *name = sources->hmem_unbound;
	char driver[DAX_NAME_MAX];

	snprintf(driver, sizeof(driver), "%.*s", (int)strcspn(name, "."), name);
	if (name[0] && dax_sysfs_exists(sources->sysfs, "bus/platform/drivers", driver))
		snprintf(hint, size, "echo %s >/sys/bus/platform/drivers/%s/bind", name, driver);
	else
		snprintf(hint, size,
			 "run 'modprobe dax_hmem'; the checks driver-... say whether it can be loaded");
}

static bool is_numbered(const char *name, const char *prefix)
{
	size_t length = strlen(prefix);

	return strncmp(name, prefix, length) == 0 && name[length] >= '0' && name[length] <= '9';
}

static int count_cxl(const char *name, void *data)
{
	struct sources *sources = data;
	char dir[128];

	snprintf(dir, sizeof(dir), "bus/cxl/devices/%.60s", name);
	sources->cxl_devices += is_numbered(name, "mem");
	sources->cxl_regions += is_numbered(name, "region");
	sources->cxl_unused = sources->cxl_unused || (is_numbered(name, "region") &&
						      !dax_sysfs_exists(sources->sysfs, dir, "driver"));
	/* Only for volatile memory (drivers/cxl/core/region.c, devm_cxl_add_dax_region). */
	sources->cxl_unbound = sources->cxl_unbound || (is_numbered(name, "dax_region") &&
							!dax_sysfs_exists(sources->sysfs, dir, "driver"));
	return 0;
}

static int count_pmem(const char *name, void *data)
{
	struct sources *sources = data;
	char dir[128];

	snprintf(dir, sizeof(dir), "bus/nd/devices/%.60s", name);
	sources->dimms += is_numbered(name, "region");
	sources->namespaces += is_numbered(name, "dax") && dax_sysfs_exists(sources->sysfs, dir, "driver");
	return 0;
}

static void count_sources(struct dax_subject *subject, struct sources *sources)
{
	_cleanup_iomem_ struct dax_iomem iomem = DAX_IOMEM_INIT;
	_cleanup_ranges_ struct dax_ranges reserved = { 0 };

	sources->sysfs = subject->checkup->sysfs;
	sources->reserved = dax_iomem_read(sources->sysfs, &iomem, NULL) == 0 &&
			    dax_reserved_read(&iomem, &reserved) == 0 && reserved.n;
	(void)!dax_sysfs_list(sources->sysfs, "bus/platform/devices", count_platform, sources, NULL);
	(void)!dax_sysfs_list(sources->sysfs, "bus/cxl/devices", count_cxl, sources, NULL);
	(void)!dax_sysfs_list(sources->sysfs, "bus/nd/devices", count_pmem, sources, NULL);
}

/* The first reason has the hint. */
static void add_reason(struct dax_finding *finding, struct sources *sources, bool applies, const char *reason,
		       const char *hint)
{
	if (!applies)
		return;
	dax_words_add(sources->reasons, reason);
	if (!finding->hint)
		dax_found_hint(finding, "%s", hint);
}

static bool is_empty(const struct dax_topology *topology, size_t region)
{
	for (size_t i = 0; i < topology->n_devices; i++) {
		if (topology->devices[i].region == region && topology->devices[i].size)
			return false;
	}
	return true;
}

/* The first device of a region stays when all are destroyed, with size 0. */
static void add_empty_regions(struct dax_finding *finding, struct sources *sources,
			      const struct dax_topology *topology)
{
	for (size_t i = 0; i < topology->n_regions; i++) {
		char reason[DAX_NAME_MAX + 32], hint[DAX_NAME_MAX + 64];
		const char *name = topology->regions[i].name;

		snprintf(reason, sizeof(reason), "region %s is empty", name);
		snprintf(hint, sizeof(hint), "run 'daxadm create-device -r %s' to create a device in it",
			 name);
		add_reason(finding, sources, topology->regions[i].dynamic && is_empty(topology, i), reason,
			   hint);
	}
}

static void explain(struct dax_finding *finding, struct sources *sources, const struct dax_topology *topology)
{
	char hint[64 + 2 * DAX_NAME_MAX];

	add_empty_regions(finding, sources, topology);
	hint_at_hmem(sources, hint, sizeof(hint));
	add_reason(finding, sources, sources->reserved && sources->hmem_unbound[0],
		   "soft-reserved memory has no driver", hint);
	add_reason(finding, sources, dax_gave_reserved_away(sources->sysfs),
		   "booted with efi=nosoftreserve: special-purpose memory became system memory",
		   "boot without efi=nosoftreserve");
	add_reason(finding, sources, sources->cxl_devices && !sources->cxl_regions,
		   "CXL memory devices are in no region",
		   "run 'cxl create-region' to create one, and 'cxl list' to see the devices");
	add_reason(finding, sources, sources->cxl_unused, "CXL regions are not enabled",
		   "run 'cxl enable-region'; if it fails, the kernel's log says why");
	add_reason(finding, sources, sources->cxl_unbound, "CXL regions have no dax region",
		   "run 'modprobe dax_cxl'; the check driver-dax_cxl says whether it can be loaded");
	add_reason(finding, sources, sources->dimms && !sources->namespaces,
		   "persistent memory has no namespace in mode devdax",
		   "run 'daxadm create-device -r REGION' to create one in free space, and 'daxadm list -NR' "
		   "to see the regions");
	add_reason(finding, sources,
		   !topology->n_regions && !sources->reserved && !sources->cxl_devices && !sources->dimms,
		   "the firmware reports no special-purpose memory, and there is neither CXL nor persistent "
		   "memory",
		   "enable such memory in the firmware's setup; to try DAX without it, boot with "
		   "memmap=SIZE%START-1+0xefffffff");
}

void dax_check_dax_devices(struct dax_subject *subject, struct dax_finding *finding)
{
	static const char expected[] = "there are dax devices";
	const struct dax_topology *topology = subject->topology;
	size_t devices = 0, regions = 0;
	struct dax_words reasons;
	struct sources sources = { .reasons = &reasons };

	for (size_t i = 0; i < topology->n_devices; i++)
		devices += !!topology->devices[i].size;
	for (size_t i = 0; i < topology->n_regions; i++)
		regions += !is_empty(topology, i);
	if (devices) {
		dax_found(finding, DAX_PASS, expected, "%zu device%s in %zu region%s", devices,
			  devices == 1 ? "" : "s", regions, regions == 1 ? "" : "s");
		return;
	}
	if (!dax_words_begin(&reasons, finding))
		return;
	count_sources(subject, &sources);
	explain(finding, &sources, topology);
	dax_words_end(&reasons);
	dax_found(finding, DAX_WARN, expected, "no dax device exists: %s",
		  reasons.n ? reasons.text : "no reason was found");
	dax_words_release(&reasons);
}

void dax_check_cxl_memory(struct dax_subject *subject, struct dax_finding *finding)
{
	static const char expected[] = "CXL memory is in regions";
	struct sources sources = { 0 };

	count_sources(subject, &sources);
	if (!sources.cxl_devices) {
		dax_found_skip(finding, "there is no CXL memory device");
		return;
	}
	dax_found(finding, sources.cxl_regions ? DAX_PASS : DAX_WARN, expected,
		  "%zu memory device%s, %zu region%s", sources.cxl_devices,
		  sources.cxl_devices == 1 ? "" : "s", sources.cxl_regions,
		  sources.cxl_regions == 1 ? "" : "s");
	if (!sources.cxl_regions)
		dax_found_hint(finding,
			       "run 'cxl create-region' to create one, and 'cxl list' to see the devices");
}

static int note_journal(const char *path, void *data)
{
	_cleanup_record_ struct dax_record record = DAX_RECORD_INIT;
	_cleanup_error_ struct dax_error err = DAX_ERROR_INIT;
	struct dax_words *words = data;
	char word[160];
	int r = dax_journal_read(path, &record, &err);

	if (record.alive || r == -ENOENT)
		return 0;
	if (r)
		dax_words_add(words, err.message ? err.message : path);
	else {
		snprintf(word, sizeof(word), "%.100s (pid %d)", record.verb, (int)record.pid);
		dax_words_add(words, word);
	}
	return 0;
}

void dax_check_left_over(struct dax_subject *subject, struct dax_finding *finding)
{
	static const char expected[] = "no interrupted change is left";
	_cleanup_error_ struct dax_error err = DAX_ERROR_INIT;
	struct dax_words words;

	if (!dax_words_begin(&words, finding))
		return;
	const struct dax_apply_options *options = subject->checkup->apply;
	int r = dax_journal_list(options->run_folder, false, note_journal, &words, &err);
	/* Journals that survive a reboot can be left over after one too. */
	if (!r)
		r = dax_journal_list(options->state_folder, false, note_journal, &words, &err);
	dax_words_end(&words);
	if (r)
		dax_found_skip(finding, "%s", err.message ? err.message : strerror(-r));
	else
		dax_found(finding, words.n ? DAX_FAIL : DAX_PASS, expected, "%s",
			  words.n ? words.text : expected);
	if (words.n)
		dax_found_hint(finding, "run 'daxadm recover' to restore the devices");
	dax_words_release(&words);
}
