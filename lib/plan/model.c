/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "plan/model.h"

#include "plan/model-memory.h"
#include "plan/model-namespace.h"
#include "plan/space.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

static const uint64_t supported_aligns[] = { 4 * DAX_KIB, 2 * DAX_MIB, DAX_GIB };

static bool is_supported_align(uint64_t align)
{
	for (size_t i = 0; i < ARRAY_SIZE(supported_aligns); i++) {
		if (supported_aligns[i] == align)
			return true;
	}
	return false;
}

/* The first and last index of the devices of the region with REGION_ID in the sorted list. */
static void find_region_devices(const struct dax_topology *topology, int region_id, size_t *first, size_t *end)
{
	size_t low = 0, high = topology->n_devices;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (topology->devices[middle].region_id < region_id)
			low = middle + 1;
		else
			high = middle;
	}
	*first = low;
	high = topology->n_devices;
	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (topology->devices[middle].region_id <= region_id)
			low = middle + 1;
		else
			high = middle;
	}
	*end = low;
}

/* The lowest free id from FIRST to END: ids are sorted and unique, so it is found by bisection. */
static int lowest_free_id(const struct dax_topology *topology, size_t first, size_t end)
{
	size_t low = first, high = end;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if ((size_t)topology->devices[middle].id == middle - first)
			low = middle + 1;
		else
			high = middle;
	}
	return (int)(low - first);
}

static int model_create(struct dax_topology *topology, struct dax_target *target, struct dax_error *err)
{
	struct dax_region *region = &topology->regions[target->region];
	size_t first = 0, end = 0, at = 0;
	int region_id = 0, id = 0;

	if (!region->dynamic)
		return dax_fail(err, EOPNOTSUPP, "region %s is static: no device can be created in it", region->name);
	if (!region->available) {
		dax_fail(err, ENOSPC, "region %s has no free space", region->name);
		dax_error_hint(
			err,
			"shrink or destroy one of its devices first: run 'daxadm list -r %d' to see them",
			region->id);
		return -ENOSPC;
	}
	find_region_devices(topology, region->id, &first, &end);
	if (target->created)
		id = lowest_free_id(topology, first, end);
	else if (dax_parse_device_name(target->name, &region_id, &id))
		return dax_fail(err, EINVAL, "'%s' is not a valid device name", target->name);

	struct dax_device *grown = reallocarray(topology->devices, topology->n_devices + 2, sizeof(*grown));
	if (!grown)
		return dax_no_memory(err);
	topology->devices = grown;
	for (at = first; at < end && grown[at].id < id; at++)
		;
	memmove(&grown[at + 1], &grown[at], (topology->n_devices - at) * sizeof(*grown));
	topology->n_devices++;
	grown[at] = (struct dax_device){
		.region_id = region->id,
		.id = id,
		.region = target->region,
		.align = region->align ? region->align : DAX_GRANULE,
		.ranges_known = true,
		.memmap_on_memory = -1,
	};
	dax_format_device_name(region->id, id, grown[at].name);
	memcpy(target->name, grown[at].name, sizeof(target->name));
	return 0;
}

static int model_delete(struct dax_topology *topology, struct dax_device *device, struct dax_error *err)
{
	size_t at = (size_t)(device - topology->devices);

	if (device->driver[0] || device->size || device->id == 0)
		return dax_fail(err, EBUSY, "%s cannot be deleted: it %s", device->name,
				device->driver[0] ? "is enabled" :
				device->size	  ? "still has a size" :
						    "is the first of its region");
	free(device->ranges);
	free(device->memory.blocks);
	topology->n_devices--;
	memmove(device, device + 1, (topology->n_devices - at) * sizeof(*device));
	return 0;
}

static int require_unbound(const struct dax_device *device, const char *what, struct dax_error *err)
{
	return device->driver[0] ? dax_fail(err, EBUSY, "%s: cannot %s while it is enabled", device->name, what) : 0;
}

static int model_set_align(struct dax_device *device, uint64_t align, struct dax_error *err)
{
	char text[DAX_SIZE_TEXT];
	int r = 0;

	if (!is_supported_align(align))
		return dax_fail(err, EINVAL, "%s: the kernel has no alignment of %s", device->name,
				dax_format_size(align, text));
	r = require_unbound(device, "change the alignment", err);
	if (r)
		return r;
	bool fits = dax_is_aligned(device->size, dax_unit(align));
	for (size_t i = 0; i < device->n_ranges; i++)
		fits = fits && dax_is_aligned(dax_range_size(device->ranges[i]), dax_unit(align));
	if (!fits)
		return dax_fail(err, EINVAL, "%s: its ranges do not consist of whole units of %s",
				device->name, dax_format_size(align, text));
	device->align = align;
	return 0;
}

static void shrink(struct dax_region *region, struct dax_device *device, uint64_t size)
{
	struct dax_ranges ranges = { device->ranges, device->n_ranges };
	uint64_t at = dax_ranges_size(device->ranges, device->n_ranges);

	for (size_t i = device->n_ranges; i-- > 0;) {
		struct dax_range lost = device->ranges[i];

		at -= dax_range_size(lost);
		if (at + dax_range_size(lost) <= size)
			break;
		if (at < size)
			lost.start += size - at;
		if (dax_space_has_layout(region))
			dax_space_give(region, lost);
	}
	dax_ranges_trim(&ranges, size);
	device->n_ranges = ranges.n;
	if (!device->n_ranges) {
		free(device->ranges);
		device->ranges = NULL;
	}
}

int dax_model_grow(const struct dax_topology *topology, const struct dax_device *device, uint64_t size,
		   struct dax_ranges *ranges)
{
	const struct dax_region *region = &topology->regions[device->region];
	uint64_t rest = size - device->size, at = region->start;
	struct dax_range hole;
	int r = 0;

	for (size_t i = 0; i < device->n_ranges && !r; i++)
		r = dax_ranges_add(ranges, device->ranges[i]);
	/* First fit from the start of the region; only the last range grows in place (adjust_ok). */
	while (!r && rest && dax_space_next_hole(region, at, &hole)) {
		at = hole.end + 1;
		if (dax_range_size(hole) > rest)
			hole.end = hole.start + rest - 1;
		rest -= dax_range_size(hole);
		r = dax_ranges_extend(ranges, hole);
	}
	return r ? r : rest ? -ENOSPC : 0;
}

/* Takes ownership of RANGES, which start with the ranges of the device. */
static int take_grown(struct dax_region *region, struct dax_device *device, struct dax_ranges *ranges)
{
	int r = 0;

	for (size_t i = 0; i < device->n_ranges; i++)
		dax_space_give(region, device->ranges[i]);
	for (size_t i = 0; i < ranges->n && !r; i++)
		r = dax_space_take(region, ranges->items[i]);
	free(device->ranges);
	device->n_ranges = ranges->n;
	device->ranges = TAKE_PTR(ranges->items);
	return r;
}

static int model_set_size(struct dax_topology *topology, struct dax_device *device, uint64_t size,
			  struct dax_error *err)
{
	struct dax_region *region = &topology->regions[device->region];
	_cleanup_ranges_ struct dax_ranges ranges = { 0 };
	char first[DAX_SIZE_TEXT], second[DAX_SIZE_TEXT];
	int r = 0;

	if (!region->dynamic)
		return dax_fail(err, EOPNOTSUPP, "%s: devices of a static region have a fixed size", device->name);
	if (!dax_is_aligned(size, dax_unit(device->align)))
		return dax_fail(err, EINVAL, "%s: %s is not a multiple of %s", device->name,
				dax_format_size(size, first), dax_format_size(dax_unit(device->align), second));
	r = require_unbound(device, "change the size", err);
	if (r)
		return r;
	if (size > device->size && size - device->size > region->available)
		return dax_fail(err, ENOSPC, "%s: %s more are needed, but only %s are free in region %s",
				device->name, dax_format_size(size - device->size, first),
				dax_format_size(region->available, second), region->name);
	/* It would grow into lost memory, and could not be bound. */
	if (size > device->size && region->n_withheld)
		return dax_fail(
			err, EBUSY,
			"%s: the kernel would use memory of region %s that is lost until the next reboot",
			device->name, region->name);
	if (size < device->size) {
		if (device->ranges_known)
			shrink(region, device, size);
		device->ranges_known = device->ranges_known || !size;
	} else if (size > device->size && region->layout_known) {
		r = dax_model_grow(topology, device, size, &ranges);
		if (!r)
			r = take_grown(region, device, &ranges);
		if (r == -ENOMEM)
			return dax_no_memory(err);
		if (r)
			return dax_fail(err, -r, "%s: not enough contiguous space in region %s", device->name,
					region->name);
	} else if (size > device->size) {
		device->ranges_known = false; /* only the kernel knows where */
		device->n_ranges = 0;
		region->layout_assumed = false;
		region->n_used = 0;
	}
	region->available = region->available + device->size - size;
	device->size = size;
	return 0;
}

static int model_add_mapping(struct dax_topology *topology, struct dax_device *device, struct dax_range range,
			     struct dax_error *err)
{
	struct dax_region *region = &topology->regions[device->region];
	struct dax_ranges ranges = { device->ranges, device->n_ranges };
	/* The kernel accepts a mapping while a driver is bound, and crashes later. */
	int r = require_unbound(device, "add a range", err);

	if (r)
		return r;
	if (!region->dynamic)
		return dax_fail(err, EOPNOTSUPP, "%s: devices of a static region have fixed ranges", device->name);
	/* Newer kernels accept an invalid length, and do nothing. */
	if (!dax_is_aligned(dax_range_size(range), dax_unit(device->align)))
		return dax_fail(err, EINVAL, "%s: the range 0x%llx-0x%llx does not consist of whole units",
				device->name, (unsigned long long)range.start, (unsigned long long)range.end);
	r = dax_range_size(range) > region->available || !dax_space_is_free(region, range) ? -ENOSPC : 0;
	/* The start of an assumed layout may be too high: then the kernel decides. */
	if (!r && (region->layout_known || (region->layout_assumed && dax_space_holds(region, range))))
		r = dax_space_take(region, range);
	if (r == -ENOMEM)
		return dax_no_memory(err);
	if (r) /* this is ENOMEM for the kernel too */
		return dax_fail(err, ENOMEM, "%s: the range 0x%llx-0x%llx is not free in region %s", device->name,
				(unsigned long long)range.start, (unsigned long long)range.end, region->name);
	if (device->ranges_known) {
		if (dax_ranges_add(&ranges, range))
			return dax_no_memory(err);
		device->ranges = ranges.items;
		device->n_ranges = ranges.n;
	}
	device->size += dax_range_size(range);
	region->available -= dax_range_size(range);
	return 0;
}

static int model_bind(const struct dax_topology *topology, struct dax_device *device, const char *driver,
		      struct dax_error *err)
{
	if (device->driver[0])
		return dax_fail(err, EBUSY, "%s is enabled already, with driver %s", device->name, device->driver);
	if (!device->size)
		return dax_fail(err, ENXIO, "%s has no size: it cannot be enabled", device->name);
	int r = strcmp(driver, "kmem") == 0 ? dax_model_add_memory(topology, device, err) : 0;
	if (!r)
		snprintf(device->driver, sizeof(device->driver), "%s", driver);
	return r;
}

static int model_unbind(struct dax_device *device, const char *driver, struct dax_error *err)
{
	if (strcmp(device->driver, driver) != 0)
		return dax_fail(err, ENODEV, "%s is not bound to %s", device->name, driver);
	/* The kernel would report success, and lose the memory until the next reboot. */
	if (device->memory.online)
		return dax_fail(err, EBUSY, "%s: its memory is online", device->name);
	device->driver[0] = '\0';
	free(device->memory.blocks);
	device->memory = (struct dax_memory){ 0 };
	return 0;
}

static int model_set_memmap(struct dax_device *device, const struct dax_step *step, struct dax_error *err)
{
	int r = require_unbound(device, "change memmap_on_memory", err);

	if (!r)
		device->memmap_on_memory = (int)step->to;
	return r;
}

int dax_model_step(struct dax_topology *topology, struct dax_target *targets, const struct dax_step *step,
		   struct dax_error *err)
{
	struct dax_device *device = NULL;

	if (step->kind == DAX_STEP_LOAD_DRIVER) {
		topology->drivers |= dax_driver_bit(step->driver);
		return 0;
	}
	if (step->kind == DAX_STEP_SET_AUTOPROBE) {
		topology->autoprobe = step->to;
		return 0;
	}
	if (step->kind == DAX_STEP_SET_POLICY) {
		topology->policy = (enum dax_policy)step->to;
		return 0;
	}
	if (dax_step_has_namespace(step))
		return dax_model_namespace(topology, &targets[step->target], step, err);
	if (step->kind == DAX_STEP_CREATE)
		return model_create(topology, &targets[step->target], err);
	device = dax_topology_device(topology, targets[step->target].name);
	if (!device)
		return dax_fail(err, ENODEV, "%s: no such device", targets[step->target].name);
	switch (step->kind) {
	case DAX_STEP_DELETE:
		return model_delete(topology, device, err);
	case DAX_STEP_SET_ALIGN:
		return model_set_align(device, step->to, err);
	case DAX_STEP_SET_SIZE:
		return model_set_size(topology, device, step->to, err);
	case DAX_STEP_ADD_MAPPING:
		return model_add_mapping(topology, device, step->range, err);
	case DAX_STEP_BIND:
		return model_bind(topology, device, step->driver, err);
	case DAX_STEP_UNBIND:
		return model_unbind(device, step->driver, err);
	case DAX_STEP_ONLINE:
	case DAX_STEP_OFFLINE:
		return dax_model_change_blocks(device, step, err);
	case DAX_STEP_SET_MEMMAP:
		return model_set_memmap(device, step, err);
	default:
		return dax_fail(err, EINVAL, "step of unknown kind %d", (int)step->kind);
	}
}
