/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "plan/layout-pair.h"

#include "plan/space.h"

#include <errno.h>
#include <string.h>

uint64_t dax_layout_align(const struct dax_region *region, const struct dax_layout_device *wanted)
{
	return wanted->align ? wanted->align : region->align ? region->align : DAX_GRANULE;
}

uint64_t dax_layout_unit(const struct dax_topology *topology, size_t region, const struct dax_layout_device *wanted)
{
	uint64_t unit = dax_unit(dax_layout_align(&topology->regions[region], wanted));

	return strcmp(wanted->driver, "kmem") == 0 && topology->block_size > unit ? topology->block_size : unit;
}

bool dax_layout_state_matches(const struct dax_layout_device *wanted, const struct dax_device *device)
{
	if (strcmp(wanted->driver, device->driver) != 0)
		return false;
	return strcmp(wanted->driver, "kmem") != 0 || dax_layout_memory_matches(wanted, device);
}

bool dax_layout_is_paired(const struct dax_pairs *pairs, const char *device)
{
	for (size_t i = 0; i < pairs->n; i++) {
		if (strcmp(pairs->items[i].device, device) == 0)
			return true;
	}
	return false;
}

static int fail_no_unit(const struct dax_region *region, const struct dax_layout_region *entry, size_t place,
			uint64_t unit, struct dax_error *err)
{
	char share[DAX_SIZE_TEXT], text[DAX_SIZE_TEXT];

	dax_format_share(entry->devices[place].size.share, share);
	dax_fail(err, ENOSPC, "%s.devices[%zu].size: %s of region %s is too small", entry->place, place,
		 share, region->name);
	dax_error_hint(err, "the smallest size is %s", dax_format_size(unit, text));
	return -ENOSPC;
}

static int fail_too_much(const struct dax_region *region, const struct dax_layout_region *entry, uint64_t total,
			 struct dax_error *err)
{
	char wanted[DAX_SIZE_TEXT], size[DAX_SIZE_TEXT];

	return dax_fail(err, ENOSPC, "%s.devices: the sizes add up to %s, but region %s has only %s", entry->place,
			dax_format_size(total, wanted), region->name, dax_format_size(region->size, size));
}

/* Every device of the entry, with its size. */
static int expand(const struct dax_topology *topology, struct dax_pairs *pairs, struct dax_error *err)
{
	const struct dax_region *region = &topology->regions[pairs->region];
	const struct dax_layout_region *entry = pairs->entry;
	uint64_t total = 0;
	size_t n = 0;

	for (size_t i = 0; i < entry->n_devices; i++)
		n += entry->devices[i].count;
	pairs->items = calloc(n + 1, sizeof(*pairs->items));
	if (!pairs->items)
		return dax_no_memory(err);
	for (size_t i = 0; i < entry->n_devices; i++) {
		const struct dax_layout_device *wanted = &entry->devices[i];
		uint64_t unit = dax_layout_unit(topology, pairs->region, wanted), size = wanted->size.bytes;

		if (wanted->size.share)
			size = dax_round_down(dax_share_of(region->size, wanted->size.share), unit);
		if (!size && !wanted->rest)
			return fail_no_unit(region, entry, i, unit, err);
		for (unsigned j = 0; j < wanted->count; j++) {
			if (__builtin_add_overflow(total, size, &total) || total > region->size)
				return fail_too_much(region, entry, total < size ? UINT64_MAX : total, err);
			pairs->items[pairs->n++] = (struct dax_pair){ .wanted = wanted, .place = i, .size = size };
		}
	}
	return 0;
}

/* Properties that cannot change without moving data: size, alignment, place. */
static bool geometry_matches(const struct dax_region *region, const struct dax_layout_region *entry,
			     const struct dax_pair *pair, const struct dax_device *device)
{
	uint64_t start = region->layout_known ? region->start : entry->start;

	if (device->size != pair->size || device->align != dax_layout_align(region, pair->wanted))
		return false;
	if (!pair->wanted->has_offset)
		return true;
	return (region->layout_known || entry->has_start) && device->ranges_known &&
	       dax_ranges_are_one(device->ranges, device->n_ranges) &&
	       device->ranges[0].start == start + pair->wanted->offset;
}

/*
 * The most specific entries are paired first, so that a general entry does not take the device of a specific
 * one.
 */
struct round {
	bool named;      /* devices whose nodes have the name that is wanted only */
	bool placed;     /* only entries with an offset */
	bool same_state; /* only devices whose mode and memory match already */
	bool no_any;     /* not entries that accept memory in any state */
};

static bool is_of_round(const struct round *round, const struct dax_layout_device *wanted,
			const struct dax_device *device)
{
	bool same_name = wanted->node.name[0] && strcmp(wanted->node.name, device->note.name) == 0;

	return (!round->named || same_name) && (!round->placed || wanted->has_offset) && (!round->no_any || wanted->zone != DAX_LAYOUT_ANY) &&
	       (!round->same_state || dax_layout_state_matches(wanted, device));
}

static void pair_equal(const struct dax_topology *topology, struct dax_pairs *pairs, const struct round *round)
{
	const struct dax_region *region = &topology->regions[pairs->region];

	for (size_t i = 0; i < topology->n_devices; i++) {
		const struct dax_device *device = &topology->devices[i];

		if (device->region != pairs->region || !device->size || dax_layout_is_paired(pairs, device->name))
			continue;
		for (size_t j = 0; j < pairs->n; j++) {
			struct dax_pair *pair = &pairs->items[j];

			if (pair->device[0] || !geometry_matches(region, pairs->entry, pair, device) ||
			    !is_of_round(round, pair->wanted, device))
				continue;
			memcpy(pair->device, device->name, sizeof(pair->device));
			break;
		}
	}
}

static bool has_free_unit(const struct dax_region *region, uint64_t unit)
{
	struct dax_range hole;

	for (uint64_t at = region->start; dax_space_next_hole(region, at, &hole); at = hole.end + 1) {
		uint64_t first = dax_round_up(hole.start, unit), end = dax_round_down(hole.end + 1, unit);

		if (first >= hole.start && first < end)
			return true;
	}
	return false;
}

/* The one device that remains is the rest if it has all the space that the rest could have. */
static void pair_rest(const struct dax_topology *topology, struct dax_pairs *pairs)
{
	const struct dax_region *region = &topology->regions[pairs->region];
	const struct dax_device *left = NULL;
	struct dax_pair *rest = NULL;

	for (size_t i = 0; i < pairs->n; i++) {
		if (pairs->items[i].wanted->rest)
			rest = &pairs->items[i];
		else if (!pairs->items[i].device[0])
			return;
	}
	for (size_t i = 0; i < topology->n_devices; i++) {
		const struct dax_device *device = &topology->devices[i];

		if (device->region != pairs->region || !device->size || dax_layout_is_paired(pairs, device->name))
			continue;
		if (left)
			return;
		left = device;
	}
	if (!rest || !left || left->align != dax_layout_align(region, rest->wanted) ||
	    !dax_space_has_layout(region) || has_free_unit(region, dax_layout_unit(topology, pairs->region, rest->wanted)))
		return;
	memcpy(rest->device, left->name, sizeof(rest->device));
}

int dax_layout_pair(const struct dax_topology *topology, size_t region, const struct dax_layout_region *entry,
		    struct dax_pairs *pairs, struct dax_error *err)
{
	static const struct round rounds[] = {
		{ .named = true },
		{ .placed = true },
		{ .same_state = true, .no_any = true },
		{ .same_state = true },
		{ .no_any = true },
		{ 0 },
	};

	*pairs = (struct dax_pairs){ .entry = entry, .region = region };
	int r = expand(topology, pairs, err);

	if (r)
		return r;
	for (size_t i = 0; i < ARRAY_SIZE(rounds); i++)
		pair_equal(topology, pairs, &rounds[i]);
	pair_rest(topology, pairs);
	return 0;
}
