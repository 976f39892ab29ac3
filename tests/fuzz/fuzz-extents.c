/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Fuzzes what FIEMAP answers. The input is the size of the file, the size of a unit, and extents. Whatever they are,
 * the whole file is described once, from its start to its end, in order.
 */
#include "fuzz.h"

#include "door/extents.h"

#include <linux/fiemap.h>

/* One extent of the input: small numbers are the interesting ones. */
struct seed {
	uint16_t logical, length, physical;
	uint8_t shift, flags;
};

static void fill(const struct seed *seed, struct fiemap_extent *found)
{
	static const uint32_t flags[] = { FIEMAP_EXTENT_LAST, FIEMAP_EXTENT_UNWRITTEN, FIEMAP_EXTENT_SHARED,
					  FIEMAP_EXTENT_DELALLOC, FIEMAP_EXTENT_DATA_INLINE };
	unsigned shift = seed->shift % 52;

	found->fe_logical = (uint64_t)seed->logical << shift;
	found->fe_length = (uint64_t)seed->length << (seed->shift & 0x80 ? 52 : shift);
	found->fe_physical = (uint64_t)seed->physical << shift;
	for (size_t i = 0; i < ARRAY_SIZE(flags); i++)
		found->fe_flags |= seed->flags & (1U << i) ? flags[i] : 0;
}

static void check_units(const struct dax_extents *extents, uint64_t unit, uint64_t base, uint64_t size)
{
	struct dax_units units = { 0 };
	uint64_t end = 0;

	while (dax_extents_next_units(extents, unit, base, &units)) {
		REQUIRE(units.n && units.start >= end && dax_is_aligned(units.start, unit));
		end = units.start + units.n * unit;
		REQUIRE(end <= size);
		const struct dax_extent *extent = &extents->items[units.next - 1];
		REQUIRE(units.start >= extent->range.start && end - 1 <= extent->range.end);
		REQUIRE(dax_is_aligned(base + extent->physical + (units.start - extent->range.start), unit));
	}
	const struct dax_extent *bad = dax_extents_misaligned(extents, unit, base);
	REQUIRE(!bad || (bad >= extents->items && bad < extents->items + extents->n));
}

static void check(const struct dax_extents *extents, uint64_t size)
{
	uint64_t at = 0;

	for (size_t i = 0; i < extents->n; i++) {
		const struct dax_extent *extent = &extents->items[i];

		REQUIRE(extent->kinds && extent->range.start == at && extent->range.end >= at);
		REQUIRE(!i || extent->kinds != DAX_EXTENT_HOLE || extent[-1].kinds != DAX_EXTENT_HOLE);
		at = extent->range.end + 1;
	}
	REQUIRE(at == size);
}

int fuzz_extents(const uint8_t *data, size_t size)
{
	_cleanup_(dax_extents_release) struct dax_extents extents = DAX_EXTENTS_INIT;
	struct seed seed;

	if (size < sizeof(seed))
		return 0;
	memcpy(&seed, data, sizeof(seed));
	uint64_t length = ((uint64_t)seed.logical << (seed.shift % 48)) + seed.length;
	for (size_t at = sizeof(seed); at + sizeof(seed) <= size; at += sizeof(seed)) {
		struct fiemap_extent found = { 0 };
		struct seed next;

		memcpy(&next, data + at, sizeof(next));
		fill(&next, &found);
		REQUIRE(dax_extents_add(&extents, &found, 1, length) == 0);
	}
	REQUIRE(dax_extents_end(&extents, length) == 0);
	check(&extents, length);
	check_units(&extents, UINT64_C(1) << (12 + 9 * (seed.flags % 3)), (uint64_t)seed.physical << 12, length);
	return 0;
}
