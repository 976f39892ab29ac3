/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Follows a block device down to the memory, through any stack of partitions, device mapper and md. For
 * alignment only the difference between the apparent and the real offset of a piece matters. If this
 * difference is the same, within 2 MiB, for all pieces, the whole device is treated as one piece.
 */
#include "state/layers.h"

#include "base/fields.h"
#include "door/dm-table.h"
#include "state/backing.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/sysmacros.h>

#define UNIT (2 * DAX_MIB)

/* More levels than any real stack; a device that contains itself ends here. */
#define MAX_DEPTH 8

struct layers {
	struct dax_sysfs *sysfs;
	struct dax_backing *backing;
	unsigned depth;
};

/* The location of the first byte of a block device. */
struct base {
	bool known, uneven, set; /* at least one piece was found; .uneven: their offsets differ */
	uint64_t start;
};

static struct base find_base(struct layers *layers, dev_t device);

static const char *last_part(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

/* Separated by ", ", each name once. */
static void add_word(char *list, size_t size, const char *word)
{
	size_t length = strlen(list), size_of_word = strlen(word);

	for (const char *at = list; (at = strstr(at, word)); at++) {
		if ((at == list || at[-1] == ' ') && (!at[size_of_word] || at[size_of_word] == ','))
			return;
	}
	snprintf(list + length, size - length, "%s%s", length ? ", " : "", word);
}

/* Adds a piece that starts at START of the whole device and at OFFSET of the device below. */
static void add_piece(struct base *whole, struct base piece, uint64_t start, uint64_t offset, uint64_t chunk)
{
	uint64_t moved = piece.start + offset - start;

	if (!whole->set)
		*whole = (struct base){ .known = true, .set = true, .start = moved };
	whole->known = whole->known && piece.known;
	whole->uneven = whole->uneven || piece.uneven || !dax_is_aligned(moved - whole->start, UNIT) ||
			(start && !dax_is_aligned(moved + start, UNIT)) || !dax_is_aligned(chunk, UNIT);
}

/* The persistent memory of a disk: pfnN.M (a namespace in mode fsdax), or the namespace itself. */
static bool find_memory(struct layers *layers, const char *disk, struct base *base)
{
	struct dax_backing *backing = layers->backing;
	char dir[160], link[PATH_MAX], text[128];

	snprintf(dir, sizeof(dir), "block/%.60s", disk);
	if (dax_sysfs_read_link(layers->sysfs, dir, "device", link, sizeof(link), NULL) ||
	    (strncmp(last_part(link), "pfn", 3) != 0 && strncmp(last_part(link), "namespace", 9) != 0))
		return false;
	add_word(backing->device, sizeof(backing->device), last_part(link));
	snprintf(dir, sizeof(dir), "block/%.60s/device", disk);
	if (dax_sysfs_read(layers->sysfs, dir, "namespace", text, sizeof(text), NULL))
		snprintf(text, sizeof(text), "%.60s", last_part(link));
	add_word(backing->space, sizeof(backing->space), text);
	base->known = dax_sysfs_read_u64(layers->sysfs, dir, "resource", &base->start, NULL) == 0;
	return true;
}

/* "259:0" of one of the disks below another one. */
static int read_number(struct layers *layers, const char *dir, dev_t *device)
{
	char text[32];

	if (dax_sysfs_read(layers->sysfs, dir, "dev", text, sizeof(text), NULL))
		return -ENOENT;
	return dax_parse_device_number(text, device) ? -ENOENT : 0;
}

static void add_table(struct layers *layers, dev_t device, struct base *base)
{
	_cleanup_dm_table_ struct dax_dm_table table = DAX_DM_TABLE_INIT;

	if (dax_dm_table_read(device, &table))
		return;
	for (size_t i = 0; i < table.n; i++) {
		const struct dax_dm_part *part = &table.parts[i];

		add_piece(base, find_base(layers, part->on), part->start, part->offset, part->chunk);
	}
	base->known = base->known && !table.strange;
}

struct members {
	struct layers *layers;
	char dir[160];
	uint64_t chunk;
	struct base base;
};

/* A disk of md: "dev-pmem0", and the offset of its data. */
static int add_member(const char *name, void *data)
{
	struct members *members = data;
	char dir[300];
	uint64_t sectors = 0;
	dev_t device = 0;

	if (strncmp(name, "dev-", 4) != 0)
		return 0;
	snprintf(dir, sizeof(dir), "%s/%.60s/block", members->dir, name);
	if (read_number(members->layers, dir, &device))
		return 0;
	*strrchr(dir, '/') = '\0';
	bool known = dax_sysfs_read_u64(members->layers->sysfs, dir, "offset", &sectors, NULL) == 0;
	struct base base = find_base(members->layers, device);
	base.known = base.known && known;
	add_piece(&members->base, base, 0, sectors * 512, members->chunk);
	return 0;
}

static void add_members(struct layers *layers, const char *disk, struct base *base)
{
	struct members members = { .layers = layers };
	char level[32] = "";

	snprintf(members.dir, sizeof(members.dir), "block/%.60s/md", disk);
	(void)!dax_sysfs_read(layers->sysfs, members.dir, "level", level, sizeof(level), NULL);
	(void)!dax_sysfs_read_u64(layers->sysfs, members.dir, "chunk_size", &members.chunk, NULL);
	(void)!dax_sysfs_list(layers->sysfs, members.dir, add_member, &members, NULL);
	*base = members.base;
	/* The other kinds do not support DAX. */
	base->known = base->known && strcmp(level, "raid0") == 0;
}

/* The location of these pieces is not known: record at least what they are. */
static int add_slave(const char *name, void *data)
{
	struct layers *layers = data;
	char dir[160];
	dev_t device = 0;

	snprintf(dir, sizeof(dir), "class/block/%.60s", name);
	if (!read_number(layers, dir, &device))
		(void)find_base(layers, device);
	return 0;
}

static struct base find_disk(struct layers *layers, const char *disk, dev_t device)
{
	struct base base = { 0 };
	char dir[160];

	if (find_memory(layers, disk, &base))
		return base;
	snprintf(dir, sizeof(dir), "block/%.60s", disk);
	if (dax_sysfs_exists(layers->sysfs, dir, "dm"))
		add_table(layers, device, &base);
	else if (dax_sysfs_exists(layers->sysfs, dir, "md"))
		add_members(layers, disk, &base);
	else
		layers->backing->mixed = true;
	if (base.set)
		return base;
	snprintf(dir, sizeof(dir), "block/%.60s/slaves", disk);
	(void)!dax_sysfs_list(layers->sysfs, dir, add_slave, layers, NULL);
	return base;
}

/* The name of a block device, and of its disk, from OFFSET on. */
static int find_names(struct layers *layers, dev_t *device, char name[DAX_NAME_MAX], char disk[DAX_NAME_MAX],
		      uint64_t *offset)
{
	char number[DAX_NAME_MAX], dir[32 + DAX_NAME_MAX], link[PATH_MAX];
	uint64_t sectors = 0;

	dax_format_devnum(major(*device), minor(*device), number);
	if (dax_sysfs_read_link(layers->sysfs, "dev/block", number, link, sizeof(link), NULL))
		return -ENOENT;
	snprintf(dir, sizeof(dir), "dev/block/%s", number);
	snprintf(name, DAX_NAME_MAX, "%.60s", last_part(link));
	if (dax_sysfs_exists(layers->sysfs, dir, "partition")) {
		(void)!dax_sysfs_read_u64(layers->sysfs, dir, "start", &sectors, NULL);
		*strrchr(link, '/') = '\0';
	}
	*offset = sectors * 512;
	snprintf(disk, DAX_NAME_MAX, "%.60s", last_part(link));
	snprintf(dir, sizeof(dir), "block/%.50s", disk);
	return strcmp(name, disk) != 0 ? read_number(layers, dir, device) : 0;
}

static struct base find_base(struct layers *layers, dev_t device)
{
	char name[DAX_NAME_MAX], disk[DAX_NAME_MAX];
	struct base base = { 0 };
	uint64_t offset = 0;

	if (layers->depth == MAX_DEPTH || find_names(layers, &device, name, disk, &offset)) {
		layers->backing->mixed = true;
		return base;
	}
	layers->depth++;
	base = find_disk(layers, disk, device);
	layers->depth--;
	base.start += offset;
	return base;
}

void dax_backing_of_block(struct dax_sysfs *sysfs, dev_t device, struct dax_backing *backing)
{
	struct layers layers = { .sysfs = sysfs, .backing = backing };
	char dir[160];
	dev_t disk = device;
	uint64_t dax = 0;

	if (find_names(&layers, &disk, backing->block, backing->disk, &backing->offset))
		return;
	snprintf(dir, sizeof(dir), "block/%.60s/queue", backing->disk);
	backing->queue_dax = dax_sysfs_read_u64(sysfs, dir, "dax", &dax, NULL) == 0 && dax == 1;
	struct base base = find_base(&layers, device);
	snprintf(dir, sizeof(dir), "block/%.60s/device", backing->disk);
	backing->stacked = backing->device[0] && !dax_sysfs_exists(sysfs, dir, ".");
	backing->start_known = base.known;
	backing->uneven = base.known && base.uneven;
	backing->start = base.start;
}
