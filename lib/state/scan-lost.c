/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Lost memory: another tool unbound its device from kmem while the memory was online. The kernel reports
 * success, and keeps the memory and its name until the next reboot (dev_dax_kmem_remove in
 * drivers/dax/kmem.c). No driver can use it again, although the device can be emptied, and its region offers
 * the space to the next device. It appears as memory of kmem that is not in a device of that driver.
 */
#include "state/scan-lost.h"

#include "door/iomem.h"
#include "state/scan-device.h"
#include "state/scan.h"

#include <errno.h>
#include <string.h>

/* Memory that kmem has added to the system, in a range of a device that may no longer exist. */
struct kmem_range {
	struct dax_range range;
	int region_id; /* id of this device */
};

static bool overlap(struct dax_range a, struct dax_range b, struct dax_range *common)
{
	*common = (struct dax_range){ a.start > b.start ? a.start : b.start, a.end < b.end ? a.end : b.end };
	return common->start <= common->end;
}

/* Whether a device that is bound to kmem contains it. */
static bool is_in_use(const struct dax_topology *topology, const struct kmem_range *memory)
{
	struct dax_range common;

	for (size_t i = 0; i < topology->n_devices; i++) {
		const struct dax_device *device = &topology->devices[i];

		if (device->region_id != memory->region_id || strcmp(device->driver, "kmem") != 0)
			continue;
		for (size_t j = 0; j < device->n_ranges; j++) {
			if (overlap(device->ranges[j], memory->range, &common))
				return true;
		}
	}
	return false;
}

/* The lost memory of devices without a driver. Their ranges are read now if they were not read before. */
static int count_in_devices(struct dax_sysfs *sysfs, struct dax_topology *topology,
			    const struct kmem_range *memory, struct dax_error *err)
{
	struct dax_range common;

	for (size_t i = 0; i < topology->n_devices; i++) {
		struct dax_device *device = &topology->devices[i];

		if (device->region_id != memory->region_id || device->driver[0])
			continue;
		if (!device->ranges_known) {
			int r = dax_scan_ranges(sysfs, &topology->regions[device->region], device, err);

			if (r == -ENOENT || r == -ENODEV) { /* it no longer exists */
				dax_error_release(err);
				continue;
			}
			if (r)
				return r;
		}
		for (size_t j = 0; j < device->n_ranges; j++) {
			if (!overlap(device->ranges[j], memory->range, &common))
				continue;
			device->lost += dax_range_size(common);
			topology->regions[device->region].lost += dax_range_size(common);
		}
	}
	return 0;
}

static int append(struct dax_range **list, size_t *n, struct dax_range range, struct dax_error *err)
{
	struct dax_range *grown = reallocarray(*list, *n + 1, sizeof(*grown));

	if (!grown)
		return dax_no_memory(err);
	*list = grown;
	grown[(*n)++] = range;
	return 0;
}

/* The kernel counts lost memory without a device as free. From here on it counts as used. */
static int withhold(struct dax_region *region, struct dax_range range, struct dax_error *err)
{
	uint64_t size = dax_range_size(range);
	int r = append(&region->used, &region->n_used, range, err);

	if (!r)
		r = append(&region->withheld, &region->n_withheld, range, err);
	if (r)
		return r;
	if (region->layout_assumed && range.start < region->start)
		region->start = range.start;
	region->lost += size;
	region->available -= size < region->available ? size : region->available;
	qsort(region->used, region->n_used, sizeof(*region->used), dax_compare_ranges);
	return 0;
}

/* RANGE without the ranges of devices. */
static int withhold_rest(struct dax_region *region, struct dax_range range, struct dax_error *err)
{
	for (size_t i = 0; i < region->n_used; i++) {
		struct dax_range used = region->used[i], common;

		if (!overlap(used, range, &common))
			continue;
		if (common.start > range.start) {
			struct dax_range before = { range.start, common.start - 1 };
			int r = withhold(region, before, err);

			if (r)
				return r;
			i++; /* one more before it */
		}
		if (common.end == range.end)
			return 0;
		range.start = common.end + 1;
	}
	return withhold(region, range, err);
}

/* The region that contains it: ids are shared, addresses are not. */
static struct dax_region *find_region(struct dax_topology *topology, const struct kmem_range *memory)
{
	for (size_t i = 0; i < topology->n_regions; i++) {
		struct dax_region *region = &topology->regions[i];

		if (region->id == memory->region_id && (region->layout_known || region->layout_assumed) &&
		    (!region->layout_known || (memory->range.start >= region->start &&
					       memory->range.end - region->start < region->size)))
			return region;
	}
	return NULL;
}

/* Whether the answer can matter: for a device without a driver, or for free space. */
static bool is_wanted(const struct dax_topology *topology, bool space)
{
	for (size_t i = 0; !space && i < topology->n_devices; i++)
		space = topology->devices[i].size && !topology->devices[i].driver[0];
	return space;
}

static int look_at_memory(struct dax_sysfs *sysfs, bool space, struct dax_topology *topology,
			  const struct kmem_range *memory, struct dax_error *err)
{
	if (is_in_use(topology, memory))
		return 0;
	int r = count_in_devices(sysfs, topology, memory, err);
	struct dax_region *region = space && !r ? find_region(topology, memory) : NULL;

	return region ? withhold_rest(region, memory->range, err) : r;
}

int dax_scan_lost(struct dax_sysfs *sysfs, bool space, struct dax_topology *topology, struct dax_error *err)
{
	_cleanup_iomem_ struct dax_iomem iomem = DAX_IOMEM_INIT;
	struct kmem_range memory = { .region_id = -1 };
	int region_id = 0, id = 0, r = is_wanted(topology, space) ? dax_iomem_read(sysfs, &iomem, err) : 0;

	/* Not visible to this user, or not recorded: then no memory is known to be lost. */
	if (r == -EACCES || r == -ENOENT) {
		dax_error_release(err);
		return 0;
	}
	for (size_t i = 0; !r && i < iomem.n; i++) {
		const struct dax_resource *resource = &iomem.items[i];

		if (dax_parse_exact_name(resource->name, &region_id, &id) == 0)
			memory.region_id = region_id;
		else if (!resource->depth)
			memory.region_id = -1;
		memory.range = resource->range;
		/* It is inside an entry with the name of the device. */
		if (strcmp(resource->name, "System RAM (kmem)") == 0)
			r = look_at_memory(sysfs, space, topology, &memory, err);
	}
	return r;
}
