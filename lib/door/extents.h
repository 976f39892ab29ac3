/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Where a file's bytes lie on its block device, as FIEMAP tells. */
#pragma once

#include "base/error.h"
#include "base/text.h"

enum dax_extent_kind {
	DAX_EXTENT_PLAIN = 1 << 0,     /* written, and this file's alone */
	DAX_EXTENT_HOLE = 1 << 1,      /* no blocks */
	DAX_EXTENT_UNWRITTEN = 1 << 2, /* blocks that were never written: they read as zeros */
	DAX_EXTENT_SHARED = 1 << 3,    /* with another file, or another place of this one */
	DAX_EXTENT_STRANGE = 1 << 4,   /* inline, encoded, not allocated yet, or unknown */
};

struct dax_extent {
	struct dax_range range; /* of the file */
	uint64_t physical;      /* on the block device; of a hole nothing */
	unsigned kinds;         /* enum dax_extent_kind */
};

struct dax_extents {
	struct dax_extent *items; /* the whole file, holes as well, in order; owned */
	size_t n;
};

#define DAX_EXTENTS_INIT \
	{                \
		0        \
	}

/* FD is a file of SIZE bytes. -EOPNOTSUPP for a file system that does not tell. */
int dax_extents_read(int fd, uint64_t size, struct dax_extents *extents,
		     struct dax_error *err) DAX_MUST_CHECK;
void dax_extents_release(struct dax_extents *extents);

/* The same from what FIEMAP found, in one part or several; then the end, a hole where nothing was found. */
struct fiemap_extent;
int dax_extents_add(struct dax_extents *extents, const struct fiemap_extent *found, size_t n,
		    uint64_t size) DAX_MUST_CHECK;
int dax_extents_end(struct dax_extents *extents, uint64_t size) DAX_MUST_CHECK;

/* Whole units, at multiples of their size, one behind the other in one extent. */
struct dax_units {
	uint64_t start; /* offset of the first one in the file */
	uint64_t n;
	unsigned kinds; /* of their extent: enum dax_extent_kind */
	size_t next;    /* the extent to go on with; 0 for the first */
};

/*
 * The next units, each of which one entry of a page table could map, if block 0 lies at BASE: also those that
 * were never written. False behind the last.
 */
bool dax_extents_next_units(const struct dax_extents *extents, uint64_t unit, uint64_t base,
			    struct dax_units *units);

/* Whether some extent is of that kind. */
bool dax_extents_have(const struct dax_extents *extents, enum dax_extent_kind kind);

/* The first extent with blocks that do not lie at multiples of UNIT as its bytes do; NULL for none. */
const struct dax_extent *dax_extents_misaligned(const struct dax_extents *extents, uint64_t unit,
						uint64_t base);
