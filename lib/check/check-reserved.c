/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Memory that the firmware reserves for special purposes, and the part of it that is not in a dax region. */
#include "check/checker.h"

#include "door/iomem.h"
#include "door/kmsg.h"
#include "door/proc.h"
#include "plan/space.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* Only firmware of that kind uses it (drivers/firmware/efi/efi.c, __efi_soft_reserve_enabled). */
bool dax_gave_reserved_away(struct dax_sysfs *sysfs)
{
	_cleanup_free_ char *line = NULL;

	return dax_sysfs_exists(sysfs, "firmware", "efi") &&
	       dax_proc_read("/proc/cmdline", &line, NULL) == 0 && strstr(line, "nosoftreserve");
}

/* Keeps the parts of RANGES that are not in RANGE. */
static int cut_out(struct dax_ranges *ranges, struct dax_range range)
{
	_cleanup_ranges_ struct dax_ranges rest = { 0 };
	int r = 0;

	for (size_t i = 0; !r && i < ranges->n; i++) {
		struct dax_range item = ranges->items[i];
		const struct dax_range front = { item.start, range.start - 1 },
				       back = { range.end + 1, item.end };

		if (item.end < range.start || item.start > range.end) {
			r = dax_ranges_add(&rest, item);
			continue;
		}
		if (item.start < range.start)
			r = dax_ranges_add(&rest, front);
		if (!r && item.end > range.end)
			r = dax_ranges_add(&rest, back);
	}
	if (r)
		return r;
	dax_ranges_release(ranges);
	*ranges = rest;
	rest = (struct dax_ranges){ 0 };
	return 0;
}

struct reading {
	struct dax_ranges *found;
	int error;
};

/* Each byte once, although both sources report it. */
static void add_range(struct reading *reading, struct dax_range range)
{
	_cleanup_ranges_ struct dax_ranges more = { 0 };
	int r = reading->error ? reading->error : dax_ranges_add(&more, range);

	for (size_t i = 0; !r && i < reading->found->n; i++)
		r = cut_out(&more, reading->found->items[i]);
	for (size_t i = 0; !r && i < more.n; i++)
		r = dax_ranges_add(reading->found, more.items[i]);
	reading->error = r;
}

/* Newer kernels do not list memory elsewhere that no driver has claimed. */
static void look_at_line(const char *text, void *data)
{
	struct dax_range range;

	if (dax_kmsg_soft_reserved(text, &range))
		add_range(data, range);
}

int dax_reserved_read(const struct dax_iomem *iomem, struct dax_ranges *found)
{
	struct reading reading = { .found = found };

	for (size_t i = 0; i < iomem->n; i++) {
		if (strcmp(iomem->items[i].name, "Soft Reserved") == 0)
			add_range(&reading, iomem->items[i].range);
	}
	dax_kmsg_each(look_at_line, &reading);
	return reading.error;
}

static int cut_out_regions(struct dax_ranges *ranges, const struct dax_topology *topology)
{
	int r = 0;

	for (size_t i = 0; !r && i < topology->n_regions; i++) {
		const struct dax_region *region = &topology->regions[i];

		if (dax_space_has_layout(region) && region->size)
			r = cut_out(ranges,
				    (struct dax_range){ region->start, region->start + region->size - 1 });
	}
	for (size_t i = 0; i < topology->n_devices; i++) {
		const struct dax_device *device = &topology->devices[i];

		for (size_t k = 0; !r && k < device->n_ranges; k++)
			r = cut_out(ranges, device->ranges[k]);
	}
	return r;
}

static bool in_cxl_window(const struct dax_iomem *iomem, struct dax_range range)
{
	for (size_t i = 0; i < iomem->n; i++) {
		const struct dax_resource *resource = &iomem->items[i];

		if (strncmp(resource->name, "CXL Window", 10) == 0 && range.start <= resource->range.end &&
		    resource->range.start <= range.end)
			return true;
	}
	return false;
}

/* The memory that is not in a region. */
static void tell(struct dax_finding *finding, const struct dax_ranges *rest, const struct dax_iomem *iomem,
		 const char *expected)
{
	bool of_cxl = false, other = false;
	struct dax_words words;

	if (!dax_words_begin(&words, finding))
		return;
	for (size_t i = 0; i < rest->n; i++) {
		char word[64];

		snprintf(word, sizeof(word), "0x%" PRIx64 "-0x%" PRIx64, rest->items[i].start,
			 rest->items[i].end);
		dax_words_add(&words, word);
		*(in_cxl_window(iomem, rest->items[i]) ? &of_cxl : &other) = true;
	}
	dax_words_end(&words);
	dax_found(finding, DAX_WARN, expected, "%s %s not in a dax region", words.text, rest->n > 1 ? "are" : "is");
	dax_found_hint(finding, "%s%s%s",
		       of_cxl ? "memory in a CXL window belongs to the CXL drivers: run 'cxl list -RD' to "
				"see its state"
			      : "",
		       of_cxl && other ? "; for the rest: " : "",
		       other ? "run 'modprobe dax_hmem'; the kernel's log says why it does not take it" : "");
	dax_words_release(&words);
}

void dax_check_soft_reserved(struct dax_subject *subject, struct dax_finding *finding)
{
	static const char expected[] = "special-purpose memory of the firmware is in dax regions";
	_cleanup_iomem_ struct dax_iomem iomem = DAX_IOMEM_INIT;
	_cleanup_error_ struct dax_error err = DAX_ERROR_INIT;
	_cleanup_ranges_ struct dax_ranges rest = { 0 };

	if (dax_iomem_read(subject->checkup->sysfs, &iomem, &err)) {
		dax_found_skip(finding, "%s", err.message ? err.message : strerror(ENOMEM));
		dax_found_hint(finding, "run as root");
		return;
	}
	if (dax_gave_reserved_away(subject->checkup->sysfs)) {
		dax_found(finding, DAX_WARN, expected, "booted with efi=nosoftreserve");
		dax_found_hint(finding,
			       "special-purpose memory became system memory: boot without efi=nosoftreserve");
		return;
	}
	int r = dax_reserved_read(&iomem, &rest);
	bool any = rest.n;
	if (!r)
		r = cut_out_regions(&rest, subject->topology);
	if (r)
		finding->no_memory = true;
	else if (!any)
		dax_found_skip(finding, "the kernel reports no special-purpose memory");
	else if (rest.n)
		tell(finding, &rest, &iomem, expected);
	else
		dax_found(finding, DAX_PASS, expected, "all of the special-purpose memory is in dax regions");
}
