/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The free space of a region, where devices lie in it and where they could. Pure. All
 * functions need a layout, known or assumed; sizes are in bytes.
 */
#pragma once

#include "state/topology.h"

/* What every size, and the start of every range, must be a multiple of: memremap_compat_align() in mm/memremap.c. */
#ifdef __powerpc64__
#define DAX_GRANULE (16 * DAX_MIB)
#else
#define DAX_GRANULE (2 * DAX_MIB)
#endif

/* The unit that ranges of a device with ALIGN must be made of to work: no smaller than the granule. */
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

/* A list of ranges under construction; an empty one needs no release. */
struct dax_ranges {
	struct dax_range *items; /* owned */
	size_t n;
};

#define _cleanup_ranges_ _cleanup_(dax_ranges_release)

void dax_ranges_release(struct dax_ranges *ranges);
/* Adds a range at the end; -ENOMEM. */
int dax_ranges_add(struct dax_ranges *ranges, struct dax_range range) DAX_MUST_CHECK;
/* As above, but a range that continues the last one makes that longer. */
int dax_ranges_extend(struct dax_ranges *ranges, struct dax_range range) DAX_MUST_CHECK;
/* Cuts the list down to its first SIZE bytes. */
void dax_ranges_trim(struct dax_ranges *ranges, uint64_t size);
uint64_t dax_ranges_size(const struct dax_range *ranges, size_t n);

/* Whether each range begins where the one before it ends. */
bool dax_ranges_are_one(const struct dax_range *ranges, size_t n);

/*
 * Whether a device of these ranges works with ALIGN: each range starts on, and consists of, whole
 * units. The kernel checks the lengths only; what it lets through maps other devices' memory or
 * faults for ever (drivers/dax/device.c, __dev_dax_pud_fault).
 */
bool dax_ranges_fit(const struct dax_range *ranges, size_t n, uint64_t align);

/* Whether nothing in RANGE is known to be used; it need not lie in the region. */
bool dax_space_is_free(const struct dax_region *region, struct dax_range range);

/* Marks a range as used, or a used one as free. -EEXIST: it is not free, or not inside the region. */
int dax_space_take(struct dax_region *region, struct dax_range range) DAX_MUST_CHECK;
void dax_space_give(struct dax_region *region, struct dax_range range);

/* The largest free piece of whole UNITs, in bytes. */
uint64_t dax_space_largest(const struct dax_region *region, uint64_t unit);

/* The hole at or behind ADDRESS, in the order of addresses; false when there is none. */
bool dax_space_next_hole(const struct dax_region *region, uint64_t address, struct dax_range *hole);

/*
 * Chooses SIZE bytes of free space in whole UNITs: right behind AFTER where that is free (0: no
 * such wish), else the first hole that holds all, else the holes in order. Adds them to RANGES.
 * -ENOSPC with the bytes that could be had that way in *POSSIBLE.
 */
int dax_space_place(const struct dax_region *region, uint64_t size, uint64_t unit, uint64_t after,
		    struct dax_ranges *ranges, uint64_t *possible) DAX_MUST_CHECK;

/* How many whole memory blocks of BLOCK bytes lie in the ranges, each by itself. */
uint64_t dax_ranges_blocks(const struct dax_range *ranges, size_t n, uint64_t block);

/*
 * As dax_space_place, but so that the ranges contain as many whole memory blocks of BLOCK bytes as the free space
 * allows; in one piece where there is one with all of them. RANGES is empty before. The region is the same afterwards.
 */
int dax_space_place_memory(struct dax_region *region, uint64_t size, uint64_t unit, uint64_t block, uint64_t after,
			   struct dax_ranges *ranges, uint64_t *possible) DAX_MUST_CHECK;
