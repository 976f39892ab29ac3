/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The free space of a region: where devices are, and where they could be. Pure. All functions need a layout,
 * known or assumed; sizes are in bytes.
 */
#pragma once

#include "state/topology.h"

/*
 * Every size, and the start of every range, must be a multiple of this: memremap_compat_align() in
 * mm/memremap.c.
 */
#ifdef __powerpc64__
#define DAX_GRANULE (16 * DAX_MIB)
#else
#define DAX_GRANULE (2 * DAX_MIB)
#endif

/* The unit of the ranges of a device with ALIGN: at least the granule. */
static inline uint64_t dax_unit(uint64_t align)
{
	return align > DAX_GRANULE ? align : DAX_GRANULE;
}

static inline bool dax_space_has_layout(const struct dax_region *region)
{
	return region->layout_known || region->layout_assumed;
}

/* Whether RANGE lies inside the region. */
bool dax_space_holds(const struct dax_region *region, struct dax_range range);

/* A list of ranges under construction; an empty list needs no release. */
struct dax_ranges {
	struct dax_range *items; /* owned */
	size_t n;
};

#define _cleanup_ranges_ _cleanup_(dax_ranges_release)

void dax_ranges_release(struct dax_ranges *ranges);
/* Appends a range; -ENOMEM. */
int dax_ranges_add(struct dax_ranges *ranges, struct dax_range range) DAX_MUST_CHECK;
/* As above, but a range that continues the last one is merged with it. */
int dax_ranges_extend(struct dax_ranges *ranges, struct dax_range range) DAX_MUST_CHECK;
/* Cuts the list to its first SIZE bytes. */
void dax_ranges_trim(struct dax_ranges *ranges, uint64_t size);
uint64_t dax_ranges_size(const struct dax_range *ranges, size_t n);

/* Whether each range starts where the previous one ends. */
bool dax_ranges_are_one(const struct dax_range *ranges, size_t n);

/*
 * Whether a device with these ranges works with ALIGN: each range starts on a multiple of the unit, and its
 * length is a multiple too. The kernel checks only the lengths. With other ranges it maps memory of other
 * devices, or faults forever (drivers/dax/device.c, __dev_dax_pud_fault).
 */
bool dax_ranges_fit(const struct dax_range *ranges, size_t n, uint64_t align);

/* Whether no part of RANGE is known to be used; RANGE may be outside of the region. */
bool dax_space_is_free(const struct dax_region *region, struct dax_range range);

/* Marks a range as used, or a used range as free. -EEXIST: it is not free, or not inside the region. */
int dax_space_take(struct dax_region *region, struct dax_range range) DAX_MUST_CHECK;
void dax_space_give(struct dax_region *region, struct dax_range range);

/* The largest free piece of whole UNITs, in bytes. */
uint64_t dax_space_largest(const struct dax_region *region, uint64_t unit);

/* The hole at or after ADDRESS, in the order of addresses; false for none. */
bool dax_space_next_hole(const struct dax_region *region, uint64_t address, struct dax_range *hole);

/*
 * Chooses SIZE bytes of free space in whole UNITs: directly after AFTER if that is free (0: no preference),
 * otherwise the first hole that is large enough, otherwise several holes in order. Adds them to RANGES.
 * -ENOSPC with the possible size in *POSSIBLE.
 */
int dax_space_place(const struct dax_region *region, uint64_t size, uint64_t unit, uint64_t after,
		    struct dax_ranges *ranges, uint64_t *possible) DAX_MUST_CHECK;

/* The number of whole memory blocks of BLOCK bytes in the ranges, counted for each range. */
uint64_t dax_ranges_blocks(const struct dax_range *ranges, size_t n, uint64_t block);

/*
 * As dax_space_place, but the ranges contain as many whole memory blocks of BLOCK bytes as the free space
 * allows; in one piece if one contains them all. RANGES must be empty. The region is unchanged afterwards.
 */
int dax_space_place_memory(struct dax_region *region, uint64_t size, uint64_t unit, uint64_t block, uint64_t after,
			   struct dax_ranges *ranges, uint64_t *possible) DAX_MUST_CHECK;
