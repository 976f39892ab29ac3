/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "plan/space.h"

#include "state/memory.h"

#include <errno.h>
#include <string.h>

void dax_ranges_release(struct dax_ranges *ranges)
{
	free(ranges->items);
	*ranges = (struct dax_ranges){ 0 };
}

int dax_ranges_add(struct dax_ranges *ranges, struct dax_range range)
{
	struct dax_range *grown = reallocarray(ranges->items, ranges->n + 1, sizeof(*grown));

	if (!grown)
		return -ENOMEM;
	ranges->items = grown;
	grown[ranges->n++] = range;
	return 0;
}

int dax_ranges_extend(struct dax_ranges *ranges, struct dax_range range)
{
	if (ranges->n && ranges->items[ranges->n - 1].end + 1 == range.start) {
		ranges->items[ranges->n - 1].end = range.end;
		return 0;
	}
	return dax_ranges_add(ranges, range);
}

void dax_ranges_trim(struct dax_ranges *ranges, uint64_t size)
{
	size_t n = 0;

	for (; n < ranges->n && size; n++) {
		uint64_t length = dax_range_size(ranges->items[n]);

		if (length > size) {
			ranges->items[n].end = ranges->items[n].start + size - 1;
			length = size;
		}
		size -= length;
	}
	ranges->n = n;
}

bool dax_ranges_are_one(const struct dax_range *ranges, size_t n)
{
	for (size_t i = 1; i < n; i++) {
		if (ranges[i].start != ranges[i - 1].end + 1)
			return false;
	}
	return true;
}

uint64_t dax_space_largest(const struct dax_region *region, uint64_t unit)
{
	uint64_t largest = 0, at = region->start;
	struct dax_range hole = { 0, 0 };

	while (dax_space_next_hole(region, at, &hole)) {
		uint64_t start = dax_round_up(hole.start, unit), end = dax_round_down(hole.end + 1, unit);

		if (end > start && end - start > largest)
			largest = end - start;
		at = hole.end + 1;
	}
	return largest;
}

uint64_t dax_ranges_size(const struct dax_range *ranges, size_t n)
{
	uint64_t size = 0;

	for (size_t i = 0; i < n; i++)
		size += dax_range_size(ranges[i]);
	return size;
}

bool dax_ranges_fit(const struct dax_range *ranges, size_t n, uint64_t align)
{
	uint64_t unit = dax_unit(align);

	/* If every length is a multiple of the unit, so is every offset in the device. */
	for (size_t i = 0; i < n; i++) {
		if (!dax_is_aligned(ranges[i].start, unit) || !dax_is_aligned(dax_range_size(ranges[i]), unit))
			return false;
	}
	return true;
}

/* The first used range that ends at or after ADDRESS; n_used for none. */
static size_t find_used(const struct dax_region *region, uint64_t address)
{
	size_t low = 0, high = region->n_used;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (region->used[middle].end < address)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static uint64_t region_end(const struct dax_region *region)
{
	return region->start + region->size - 1;
}

bool dax_space_holds(const struct dax_region *region, struct dax_range range)
{
	return range.start >= region->start && range.end <= region_end(region) && range.start <= range.end;
}

bool dax_space_is_free(const struct dax_region *region, struct dax_range range)
{
	size_t i = find_used(region, range.start);

	return i == region->n_used || region->used[i].start > range.end;
}

int dax_space_take(struct dax_region *region, struct dax_range range)
{
	if (!dax_space_holds(region, range) || !dax_space_is_free(region, range))
		return -EEXIST;
	size_t i = find_used(region, range.start);

	struct dax_range *grown = reallocarray(region->used, region->n_used + 1, sizeof(*grown));
	if (!grown)
		return -ENOMEM;
	region->used = grown;
	memmove(&grown[i + 1], &grown[i], (region->n_used - i) * sizeof(*grown));
	grown[i] = range;
	region->n_used++;
	return 0;
}

void dax_space_give(struct dax_region *region, struct dax_range range)
{
	size_t i = find_used(region, range.start);

	/*
	 * A range that spans several entries is removed entry by entry; only the tail of an entry can remain.
	 */
	while (i < region->n_used && region->used[i].start <= range.end) {
		if (region->used[i].start < range.start) {
			region->used[i].end = range.start - 1;
			i++;
			continue;
		}
		region->n_used--;
		memmove(&region->used[i], &region->used[i + 1], (region->n_used - i) * sizeof(*region->used));
	}
}

bool dax_space_next_hole(const struct dax_region *region, uint64_t address, struct dax_range *hole)
{
	if (address < region->start)
		address = region->start;
	for (size_t i = find_used(region, address); i < region->n_used; i++) {
		if (region->used[i].start > address) {
			*hole = (struct dax_range){ address, region->used[i].start - 1 };
			return true;
		}
		address = region->used[i].end + 1;
	}
	*hole = (struct dax_range){ address, region_end(region) };
	return address <= region_end(region);
}

/* The whole units in HOLE; false for none. */
static bool whole_units(struct dax_range hole, uint64_t unit, struct dax_range *units)
{
	uint64_t start = dax_round_up(hole.start, unit), end = dax_round_down(hole.end + 1, unit);

	if (start < hole.start || end <= start)
		return false;
	*units = (struct dax_range){ start, end - 1 };
	return true;
}

/* A place where SIZE bytes fit in one piece. */
static bool find_whole(const struct dax_region *region, uint64_t size, uint64_t unit, struct dax_range *found)
{
	struct dax_range hole, units;

	for (uint64_t at = region->start; dax_space_next_hole(region, at, &hole); at = hole.end + 1) {
		if (whole_units(hole, unit, &units) && dax_range_size(units) >= size) {
			*found = (struct dax_range){ units.start, units.start + size - 1 };
			return true;
		}
	}
	return false;
}

/* Takes up to SIZE bytes of UNITS. */
static int add_piece(struct dax_ranges *ranges, struct dax_range units, uint64_t *size)
{
	if (dax_range_size(units) > *size)
		units.end = units.start + *size - 1;
	*size -= dax_range_size(units);
	return dax_ranges_extend(ranges, units);
}

int dax_space_place(const struct dax_region *region, uint64_t size, uint64_t unit, uint64_t after,
		    struct dax_ranges *ranges, uint64_t *possible)
{
	struct dax_range hole, units;
	uint64_t wanted = size, skip = UINT64_MAX;
	int r = 0;

	if (after && dax_is_aligned(after, unit) && dax_space_next_hole(region, after, &hole) &&
	    hole.start == after && whole_units(hole, unit, &units)) {
		r = add_piece(ranges, units, &size);
		skip = hole.end;
	}
	if (!r && size && find_whole(region, size, unit, &units) && skip == UINT64_MAX)
		return dax_ranges_extend(ranges, units);
	for (uint64_t at = region->start; !r && size && dax_space_next_hole(region, at, &hole); at = hole.end + 1) {
		if (hole.end != skip && whole_units(hole, unit, &units))
			r = add_piece(ranges, units, &size);
	}
	*possible = wanted - size;
	return r ? r : size ? -ENOSPC : 0;
}

uint64_t dax_ranges_blocks(const struct dax_range *ranges, size_t n, uint64_t block)
{
	uint64_t sum = 0, first = 0, end = 0;

	for (size_t i = 0; i < n; i++) {
		dax_range_blocks(ranges[i], block, &first, &end);
		sum += end > first ? end - first : 0;
	}
	return sum;
}

/* One piece of SIZE bytes that contains as many whole blocks as SIZE allows. */
static bool find_memory(const struct dax_region *region, uint64_t size, uint64_t unit, uint64_t block,
			struct dax_range *found)
{
	struct dax_range hole, units;
	uint64_t rest = size % block;

	for (uint64_t at = region->start; dax_space_next_hole(region, at, &hole); at = hole.end + 1) {
		if (!whole_units(hole, unit, &units))
			continue;
		/* The part that exceeds whole blocks can be before or after them. */
		uint64_t head = dax_round_up(units.start, block) - units.start;
		uint64_t start = units.start + (head <= rest ? 0 : head);

		if (head > rest && dax_range_size(units) < head + size)
			start -= rest;
		if (dax_range_size(units) >= start - units.start + size) {
			*found = (struct dax_range){ start, start + size - 1 };
			return true;
		}
	}
	return false;
}

/*
 * SIZE bytes in addition to RANGES, which count as used meanwhile; directly after the last one if that is
 * free.
 */
static int place_rest(struct dax_region *region, uint64_t size, uint64_t unit, struct dax_ranges *ranges,
		      uint64_t *possible)
{
	_cleanup_ranges_ struct dax_ranges taken = { 0 };
	uint64_t after = ranges->n ? ranges->items[ranges->n - 1].end + 1 : 0;
	int r = 0;

	for (size_t i = 0; !r && i < ranges->n; i++) {
		r = dax_space_take(region, ranges->items[i]);
		if (!r && dax_ranges_add(&taken, ranges->items[i])) {
			dax_space_give(region, ranges->items[i]);
			r = -ENOMEM;
		}
	}
	if (!r)
		r = dax_space_place(region, size, unit, after, ranges, possible);
	for (size_t i = 0; i < taken.n; i++)
		dax_space_give(region, taken.items[i]);
	return r;
}

int dax_space_place_memory(struct dax_region *region, uint64_t size, uint64_t unit, uint64_t block, uint64_t after,
			   struct dax_ranges *ranges, uint64_t *possible)
{
	uint64_t got = 0, rest = 0;
	struct dax_range piece;

	if (block <= unit || size < block)
		return dax_space_place(region, size, unit, after, ranges, possible);
	if (!after && find_memory(region, size, unit, block, &piece)) {
		*possible = size;
		return dax_ranges_add(ranges, piece);
	}
	int r = dax_space_place(region, dax_round_down(size, block), block, after, ranges, &got);
	if (!r)
		got = dax_round_down(size, block);
	if ((!r || r == -ENOSPC) && size > got)
		r = place_rest(region, size - got, unit, ranges, &rest);
	*possible = got + rest;
	return r;
}
