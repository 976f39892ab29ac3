/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Where the free space of a region is. The kernel shows the ranges of devices (to root) and the sum of the
 * holes. It shows the start of a region only in three cases: `resource` of a device of size zero, the CXL
 * region above a CXL dax region, and if the known gaps add up to the free space.
 */
#include "state/scan-layout.h"

#include "state/scan.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

/* `resource` of a device without ranges is the start of its region (resource_show in drivers/dax/bus.c). */
static int start_from_empty_device(struct dax_sysfs *sysfs, struct dax_region *region, const char *device,
				   bool *found, struct dax_error *err)
{
	char dir[PATH_MAX];

	if (snprintf(dir, sizeof(dir), "%s/%s", region->path, device) >= (int)sizeof(dir))
		return dax_fail(err, ENAMETOOLONG, "%s: its path is too long", device);
	int r = dax_sysfs_read_u64(sysfs, dir, "resource", &region->start, err);
	*found = r == 0;
	if (r == -EACCES || r == -ENOENT || r == -ENODEV) { /* or it no longer exists */
		dax_error_release(err);
		r = 0;
	}
	return r;
}

static bool start_from_cxl_region(struct dax_sysfs *sysfs, struct dax_region *region)
{
	char dir[PATH_MAX];

	if (region->kind != DAX_REGION_CXL)
		return false;
	snprintf(dir, sizeof(dir), "%.*s", (int)(region->name - region->path - 1), region->path);
	return dax_sysfs_read_u64(sysfs, dir, "resource", &region->start, NULL) == 0;
}

/* If the gaps between the ranges are all the free space, the region starts with the first range. */
static bool start_from_sums(struct dax_region *region)
{
	if (!region->n_used)
		return false;
	uint64_t span = region->used[region->n_used - 1].end - region->used[0].start + 1;
	if (span != region->size)
		return false;
	region->start = region->used[0].start;
	return true;
}

/* Whether the ranges are disjoint, inside the region, and leave as much space as the kernel reports. */
static bool is_consistent(const struct dax_region *region)
{
	uint64_t used = 0, at = region->start, end = 0;

	if (!region->size || __builtin_add_overflow(region->start, region->size - 1, &end) || end == UINT64_MAX)
		return false;
	for (size_t i = 0; i < region->n_used; i++) {
		if (region->used[i].start < at || region->used[i].end > end)
			return false;
		at = region->used[i].end + 1;
		used += dax_range_size(region->used[i]);
	}
	return !region->dynamic || used + region->available == region->size;
}

/* Collects the ranges of the devices of one region; false if one of them is not known. */
static bool collect_used(struct dax_topology *topology, struct dax_region *region, size_t first, size_t end)
{
	size_t n = 0;

	for (size_t i = first; i < end; i++) {
		if (!topology->devices[i].ranges_known)
			return false;
		n += topology->devices[i].n_ranges;
	}
	region->used = calloc(n + 1, sizeof(*region->used));
	if (!region->used)
		return false;
	for (size_t i = first; i < end; i++) {
		const struct dax_device *device = &topology->devices[i];

		if (!device->n_ranges)
			continue;
		memcpy(&region->used[region->n_used], device->ranges, device->n_ranges * sizeof(*region->used));
		region->n_used += device->n_ranges;
	}
	if (region->n_used)
		qsort(region->used, region->n_used, sizeof(*region->used), dax_compare_ranges);
	return true;
}

int dax_scan_layout(struct dax_sysfs *sysfs, struct dax_topology *topology, struct dax_error *err)
{
	size_t end = 0;

	for (size_t first = 0; first < topology->n_devices; first = end) {
		struct dax_region *region = &topology->regions[topology->devices[first].region];
		const char *empty = NULL;
		bool found = false;

		for (end = first; end < topology->n_devices &&
				  topology->devices[end].region == topology->devices[first].region; end++) {
			if (!topology->devices[end].size)
				empty = topology->devices[end].name;
		}
		if (!collect_used(topology, region, first, end))
			continue;
		if (empty) {
			int r = start_from_empty_device(sysfs, region, empty, &found, err);
			if (r)
				return r;
		}
		found = found || start_from_cxl_region(sysfs, region) || start_from_sums(region);
		region->layout_known = found && is_consistent(region);
		if (!found && region->n_used) {
			region->start = region->used[0].start;
			region->layout_assumed = is_consistent(region);
		}
	}
	return 0;
}
