/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Ranges for a device that becomes system memory: kmem uses only whole memory blocks in each of its ranges
 * (dax_kmem_range in drivers/dax/kmem.c). Pure.
 */
#include "plan/plan-blocks.h"

#include "base/text.h"
#include "plan/model.h"
#include "plan/space.h"
#include "state/topology.h"

#include <errno.h>

/*
 * Whether the ranges of the device that end at END contain the start of the memory block of BLOCK bytes
 * there.
 */
static bool owns_block_start(const struct dax_device *device, uint64_t end, uint64_t block)
{
	uint64_t start = end;

	for (size_t i = device->n_ranges; i-- > 0 && device->ranges[i].end + 1 == start;)
		start = device->ranges[i].start;
	return start <= dax_round_down(end, block);
}

int dax_plan_grow_memory(struct dax_region *region, const struct dax_device *device, uint64_t size, uint64_t align,
			 uint64_t block, struct dax_ranges *added)
{
	uint64_t more = size - device->size, possible = 0;
	_cleanup_ranges_ struct dax_ranges rest = { 0 };
	uint64_t end = device->n_ranges ? device->ranges[device->n_ranges - 1].end + 1 : 0;
	struct dax_range behind = { end, dax_round_up(end, block) - 1 };
	int r = 0;

	if (behind.end > end && owns_block_start(device, end, block) && dax_range_size(behind) <= more &&
	    dax_space_holds(region, behind) &&
	    dax_space_is_free(region, behind)) {
		r = dax_ranges_add(added, behind);
		if (!r)
			r = dax_space_take(region, behind);
		if (r)
			return r;
		more -= dax_range_size(behind);
		end = behind.end + 1;
	}
	if (more)
		r = dax_space_place_memory(region, more, dax_unit(align), block, end, &rest, &possible);
	if (added->n)
		dax_space_give(region, behind);
	for (size_t i = 0; !r && i < rest.n; i++)
		r = dax_ranges_extend(added, rest.items[i]);
	return r;
}

int dax_plan_place_memory(struct dax_region *region, uint64_t size, uint64_t align, uint64_t block,
			  struct dax_ranges *ranges)
{
	const struct dax_topology topology = { .regions = region, .n_regions = 1 };
	const struct dax_device device = { .align = align, .ranges_known = true };
	_cleanup_ranges_ struct dax_ranges predicted = { 0 };
	uint64_t possible = 0;
	bool by_kernel = align <= DAX_GRANULE && region->layout_known && !region->n_withheld;
	int r = dax_space_place_memory(region, size, dax_unit(align), block, 0, ranges, &possible);

	if (r || !by_kernel)
		return r;
	r = dax_model_grow(&topology, &device, size, &predicted);
	if (!r && dax_ranges_fit(predicted.items, predicted.n, align) &&
	    dax_ranges_blocks(predicted.items, predicted.n, block) >= dax_ranges_blocks(ranges->items, ranges->n, block)) {
		struct dax_ranges other = *ranges;

		*ranges = predicted;
		predicted = other;
	}
	return r == -ENOMEM ? r : 0;
}
