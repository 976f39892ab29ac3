/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "plan/layout.h"

#include "plan/layout-match.h"
#include "plan/space.h"

#include <errno.h>
#include <string.h>

void dax_layout_release(struct dax_layout *layout)
{
	for (size_t i = 0; i < layout->n_regions; i++) {
		free(layout->regions[i].place);
		free(layout->regions[i].devices);
	}
	free(layout->regions);
	*layout = (struct dax_layout)DAX_LAYOUT_INIT;
}

struct dax_layout_region *dax_layout_add_region(struct dax_layout *layout)
{
	struct dax_layout_region *regions =
		reallocarray(layout->regions, layout->n_regions + 1, sizeof(*regions));

	if (!regions)
		return NULL;
	layout->regions = regions;
	regions[layout->n_regions] = (struct dax_layout_region){ 0 };
	return &regions[layout->n_regions++];
}

struct dax_layout_device *dax_layout_add_device(struct dax_layout_region *region)
{
	struct dax_layout_device *devices =
		reallocarray(region->devices, region->n_devices + 1, sizeof(*devices));

	if (!devices)
		return NULL;
	region->devices = devices;
	devices[region->n_devices] = (struct dax_layout_device){ .driver = "device_dax", .count = 1 };
	return &devices[region->n_devices++];
}

static bool all_blocks_are(const struct dax_memory *memory, enum dax_block_state state)
{
	for (size_t i = 0; i < memory->total; i++) {
		if (memory->blocks[i].state != state)
			return false;
	}
	return true;
}

bool dax_layout_memory_matches(const struct dax_layout_device *wanted, const struct dax_device *device)
{
	enum dax_block_state state = wanted->offline		      ? DAX_BLOCK_OFFLINE
				     : wanted->zone == DAX_LAYOUT_NORMAL ? DAX_BLOCK_KERNEL
									 : DAX_BLOCK_MOVABLE;

	if (!device->memory.known || !device->memory.total)
		return false;
	return wanted->zone == DAX_LAYOUT_ANY || all_blocks_are(&device->memory, state);
}

static int describe_memory(const struct dax_device *device, struct dax_layout_device *described,
			   struct dax_error *err)
{
	if (!device->memory.known) {
		dax_fail(err, EACCES, "%s: the state of its memory blocks cannot be read", device->name);
		dax_error_hint(err, "run as root");
		return -EACCES;
	}
	/* Unplugged memory has no state that a layout could describe. */
	if (!device->memory.total)
		return dax_fail(err, EOPNOTSUPP, "%s is bound to kmem and has no memory: a layout cannot describe that",
				device->name);
	described->offline = all_blocks_are(&device->memory, DAX_BLOCK_OFFLINE);
	described->zone = described->offline || all_blocks_are(&device->memory, DAX_BLOCK_MOVABLE) ?
				  DAX_LAYOUT_MOVABLE :
			  all_blocks_are(&device->memory, DAX_BLOCK_KERNEL) ? DAX_LAYOUT_NORMAL :
									      DAX_LAYOUT_ANY;
	return 0;
}

static int describe_place(const struct dax_region *region, const struct dax_device *device,
			  struct dax_layout_device *described, struct dax_error *err)
{
	if (!region->layout_known)
		return dax_fail(err, EOPNOTSUPP, "%s: the start of region %s is not known: --exact cannot be used",
				device->name, region->name);
	if (!dax_ranges_are_one(device->ranges, device->n_ranges))
		return dax_fail(err, EOPNOTSUPP, "%s has %zu ranges: --exact needs devices of one range",
				device->name, device->n_ranges);
	described->has_offset = true;
	described->offset = device->ranges[0].start - region->start;
	return 0;
}

static int describe_device(const struct dax_region *region, const struct dax_device *device, bool exact,
			   struct dax_layout_region *entry, struct dax_error *err)
{
	struct dax_layout_device *described = dax_layout_add_device(entry);
	int r = 0;

	if (!described)
		return dax_no_memory(err);
	described->size.bytes = device->size;
	described->node = device->note;
	described->align = device->align;
	if (device->driver[0] && !dax_driver_bit(device->driver))
		return dax_fail(err, EOPNOTSUPP, "%s is bound to %s: a layout cannot describe this driver",
				device->name, device->driver);
	described->driver = device->driver[0] ? dax_mode_driver(dax_driver_mode(device->driver)) : "";
	if (strcmp(described->driver, "kmem") == 0)
		r = describe_memory(device, described, err);
	return r || !exact ? r : describe_place(region, device, described, err);
}

/*
 * In the order of addresses: if they are created in this order in an empty region, they get the same places.
 */
static const struct dax_device *next_device(const struct dax_topology *topology, size_t region,
					    const struct dax_device *last)
{
	const struct dax_device *next = NULL;

	for (size_t i = 0; i < topology->n_devices; i++) {
		const struct dax_device *device = &topology->devices[i];

		if (device->region != region || !device->n_ranges ||
		    (last && device->ranges[0].start <= last->ranges[0].start))
			continue;
		if (!next || device->ranges[0].start < next->ranges[0].start)
			next = device;
	}
	return next;
}

static int describe_region(const struct dax_topology *topology, size_t index, bool exact,
			   struct dax_layout *layout, struct dax_error *err)
{
	const struct dax_region *region = &topology->regions[index];
	int r = 0;

	if (!dax_space_has_layout(region)) {
		dax_fail(err, EACCES, "region %s: the ranges of its devices cannot be read", region->name);
		dax_error_hint(err, "run as root");
		return -EACCES;
	}
	struct dax_layout_region *entry = dax_layout_add_region(layout);
	if (!entry)
		return dax_no_memory(err);
	dax_layout_identify(topology, index, entry);
	entry->kind = region->kind;
	for (const struct dax_device *device = next_device(topology, index, NULL); !r && device;
	     device = next_device(topology, index, device))
		r = describe_device(region, device, exact, entry, err);
	return r;
}

int dax_layout_of(const struct dax_topology *topology, const char *region, bool exact, struct dax_layout *layout,
		  struct dax_error *err)
{
	bool found = false;
	int r = 0;

	for (size_t i = 0; !r && i < topology->n_regions; i++) {
		const struct dax_region *candidate = &topology->regions[i];

		if (region && !dax_region_matches(candidate, region))
			continue;
		found = true;
		if (candidate->dynamic)
			r = describe_region(topology, i, exact, layout, err);
		else if (region)
			r = dax_fail(err, EOPNOTSUPP, "region %s is persistent memory: its labels keep its layout",
				     candidate->name);
	}
	return r || found || !region ? r : dax_region_missing(region, err);
}
