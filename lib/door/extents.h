/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The location of a file's bytes on its block device, as FIEMAP reports it. */
#pragma once

#include "base/error.h"
#include "base/text.h"

enum dax_extent_kind {
	DAX_EXTENT_PLAIN = 1 << 0,     /* written, not shared */
	DAX_EXTENT_HOLE = 1 << 1,      /* no blocks */
	DAX_EXTENT_UNWRITTEN = 1 << 2, /* blocks that were never written; they read as zeros */
	DAX_EXTENT_SHARED = 1 << 3,    /* shared with another file, or with another place of this file */
	DAX_EXTENT_STRANGE = 1 << 4,   /* inline, encoded, not allocated yet, or unknown */
};

struct dax_extent {
	struct dax_range range; /* offset in the file */
	uint64_t physical;      /* offset on the block device; unused for a hole */
	unsigned kinds;         /* enum dax_extent_kind */
};

struct dax_extents {
	struct dax_extent *items; /* the whole file including holes, in order; owned */
	size_t n;
};

#define DAX_EXTENTS_INIT \
	{                \
		0        \
	}

/* FD is a file of SIZE bytes. -EOPNOTSUPP if the file system does not support FIEMAP. */
int dax_extents_read(int fd, uint64_t size, struct dax_extents *extents,
		     struct dax_error *err) DAX_MUST_CHECK;
void dax_extents_release(struct dax_extents *extents);

/* The same from the result of FIEMAP, in one part or several; then the end. The rest is a hole. */
struct fiemap_extent;
int dax_extents_add(struct dax_extents *extents, const struct fiemap_extent *found, size_t n,
		    uint64_t size) DAX_MUST_CHECK;
int dax_extents_end(struct dax_extents *extents, uint64_t size) DAX_MUST_CHECK;

/* Whole units at multiples of their size, one after the other in one extent. */
struct dax_units {
	uint64_t start; /* offset of the first unit in the file */
	uint64_t n;
	unsigned kinds; /* kind of their extent: enum dax_extent_kind */
	size_t next;    /* the extent to continue with; 0 for the first call */
};

/*
 * The next units that one page table entry each can map if block 0 is at BASE, including units that were
 * never written. False after the last.
 */
bool dax_extents_next_units(const struct dax_extents *extents, uint64_t unit, uint64_t base,
			    struct dax_units *units);

/* Whether an extent of this kind exists. */
bool dax_extents_have(const struct dax_extents *extents, enum dax_extent_kind kind);

/*
 * The first extent whose blocks have another offset within UNIT than its bytes in the file; NULL if there is
 * none.
 */
const struct dax_extent *dax_extents_misaligned(const struct dax_extents *extents, uint64_t unit,
						uint64_t base);
