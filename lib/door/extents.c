/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Documentation/filesystems/fiemap.rst. The file is not synced, because a reader must not change anything. */
#include "door/extents.h"

#include <errno.h>
#include <linux/fiemap.h>
#include <linux/fs.h>
#include <string.h>
#include <sys/ioctl.h>

/* Number of extents in one request. */
#define BATCH 512

void dax_extents_release(struct dax_extents *extents)
{
	free(extents->items);
	*extents = (struct dax_extents)DAX_EXTENTS_INIT;
}

static unsigned kinds_of(uint32_t flags)
{
	const uint32_t strange = FIEMAP_EXTENT_UNKNOWN | FIEMAP_EXTENT_DELALLOC | FIEMAP_EXTENT_ENCODED |
				 FIEMAP_EXTENT_DATA_INLINE | FIEMAP_EXTENT_DATA_TAIL |
				 FIEMAP_EXTENT_NOT_ALIGNED;
	unsigned kinds = 0;

	if (flags & strange)
		kinds |= DAX_EXTENT_STRANGE;
	if (flags & FIEMAP_EXTENT_UNWRITTEN)
		kinds |= DAX_EXTENT_UNWRITTEN;
	if (flags & FIEMAP_EXTENT_SHARED)
		kinds |= DAX_EXTENT_SHARED;
	return kinds ? kinds : DAX_EXTENT_PLAIN;
}

/* An extent that continues the last one becomes part of it. */
static int add(struct dax_extents *extents, const struct dax_extent *extent)
{
	struct dax_extent *last = extents->n ? &extents->items[extents->n - 1] : NULL;
	bool hole = extent->kinds & DAX_EXTENT_HOLE;

	if (last && last->kinds == extent->kinds &&
	    (hole || last->physical + dax_range_size(last->range) == extent->physical)) {
		last->range.end = extent->range.end;
		return 0;
	}
	/* The array doubles: a file can have a million extents. */
	if ((extents->n & (extents->n - 1)) == 0) {
		size_t room = extents->n ? 2 * extents->n : 1;
		struct dax_extent *grown = reallocarray(extents->items, room, sizeof(*grown));

		if (!grown)
			return -ENOMEM;
		extents->items = grown;
	}
	extents->items[extents->n++] = *extent;
	return 0;
}

/* Adds a hole up to OFFSET. */
static int add_hole(struct dax_extents *extents, uint64_t offset)
{
	uint64_t end = extents->n ? extents->items[extents->n - 1].range.end + 1 : 0;
	struct dax_extent hole = { .range = { end, offset - 1 }, .kinds = DAX_EXTENT_HOLE };

	return offset > end ? add(extents, &hole) : 0;
}

/*
 * Extents that are known already are kept: the file may change during the scan, and no byte is counted twice.
 */
static int add_found(struct dax_extents *extents, const struct fiemap_extent *found, uint64_t size)
{
	uint64_t known = extents->n ? extents->items[extents->n - 1].range.end + 1 : 0, end = 0;
	uint64_t start = found->fe_logical > known ? found->fe_logical : known;

	if (__builtin_add_overflow(found->fe_logical, found->fe_length, &end) || end > size)
		end = size;
	if (start >= end)
		return 0;
	struct dax_extent extent = {
		.range = { start, end - 1 },
		.physical = found->fe_physical + (start - found->fe_logical),
		.kinds = kinds_of(found->fe_flags),
	};
	int r = add_hole(extents, start);
	return r ? r : add(extents, &extent);
}

int dax_extents_add(struct dax_extents *extents, const struct fiemap_extent *found, size_t n, uint64_t size)
{
	int r = 0;

	for (size_t i = 0; !r && i < n; i++)
		r = add_found(extents, &found[i], size);
	return r;
}

int dax_extents_end(struct dax_extents *extents, uint64_t size)
{
	return add_hole(extents, size);
}

static int read_all(int fd, uint64_t size, struct dax_extents *extents)
{
	_cleanup_free_ struct fiemap *map = calloc(1, sizeof(*map) + BATCH * sizeof(map->fm_extents[0]));
	int r = map ? 0 : -ENOMEM;

	for (uint64_t offset = 0, before = 0; !r && offset < size; before = offset) {
		map->fm_start = offset;
		map->fm_length = size - offset;
		map->fm_flags = 0;
		map->fm_extent_count = BATCH;
		if (ioctl(fd, FS_IOC_FIEMAP, map) < 0)
			return -errno;
		size_t n = map->fm_mapped_extents < BATCH ? map->fm_mapped_extents : BATCH;

		r = dax_extents_add(extents, map->fm_extents, n, size);
		offset = extents->n ? extents->items[extents->n - 1].range.end + 1 : 0;
		if (!n || offset <= before || (map->fm_extents[n - 1].fe_flags & FIEMAP_EXTENT_LAST))
			break;
	}
	return r ? r : dax_extents_end(extents, size);
}

int dax_extents_read(int fd, uint64_t size, struct dax_extents *extents, struct dax_error *err)
{
	*extents = (struct dax_extents)DAX_EXTENTS_INIT;
	int r = size ? read_all(fd, size, extents) : 0;

	if (!r)
		return 0;
	dax_extents_release(extents);
	return dax_fail(err, -r, "cannot read the location of its blocks: %s", strerror(-r));
}

static bool has_blocks(const struct dax_extent *extent)
{
	return !(extent->kinds & (DAX_EXTENT_HOLE | DAX_EXTENT_STRANGE));
}

static bool is_aligned(const struct dax_extent *extent, uint64_t unit, uint64_t base)
{
	return dax_is_aligned(base + extent->physical - extent->range.start, unit);
}

bool dax_extents_next_units(const struct dax_extents *extents, uint64_t unit, uint64_t base,
			    struct dax_units *units)
{
	while (units->next < extents->n) {
		const struct dax_extent *extent = &extents->items[units->next++];
		uint64_t end = dax_round_down(extent->range.end + 1, unit);

		units->start = dax_round_up(extent->range.start, unit);
		if (!has_blocks(extent) || !is_aligned(extent, unit, base) || end <= units->start)
			continue;
		units->n = (end - units->start) / unit;
		units->kinds = extent->kinds;
		return true;
	}
	return false;
}

bool dax_extents_have(const struct dax_extents *extents, enum dax_extent_kind kind)
{
	for (size_t i = 0; i < extents->n; i++) {
		if (extents->items[i].kinds & kind)
			return true;
	}
	return false;
}

const struct dax_extent *dax_extents_misaligned(const struct dax_extents *extents, uint64_t unit,
						uint64_t base)
{
	for (size_t i = 0; i < extents->n; i++) {
		if (has_blocks(&extents->items[i]) && !is_aligned(&extents->items[i], unit, base))
			return &extents->items[i];
	}
	return NULL;
}
