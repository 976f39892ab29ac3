/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Documentation/admin-guide/device-mapper/linear.rst, striped.rst; include/uapi/linux/dm-ioctl.h. */
#include "door/dm-table.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/dm-ioctl.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/sysmacros.h>

#define SECTOR UINT64_C(512)

/* What the table may be long: some hundred parts. */
#define ROOM (64 * 1024)

void dax_dm_table_release(struct dax_dm_table *table)
{
	free(table->parts);
	*table = (struct dax_dm_table)DAX_DM_TABLE_INIT;
}

static int add_part(struct dax_dm_table *table, struct dax_dm_part part)
{
	struct dax_dm_part *grown = reallocarray(table->parts, table->n + 1, sizeof(*grown));

	if (!grown)
		return -ENOMEM;
	table->parts = grown;
	grown[table->n++] = part;
	return 0;
}

int dax_dm_table_add(struct dax_dm_table *table, uint64_t start, const char *type, const char *text)
{
	unsigned first = 0, second = 0, stripes = 1;
	unsigned long long sector = 0, chunk = 0;
	int used = 0, r = 0;

	if (strcmp(type, "striped") == 0) {
		if (sscanf(text, "%u %llu%n", &stripes, &chunk, &used) != 2)
			return -EPROTO;
	} else if (strcmp(type, "linear") != 0) {
		table->strange = true;
		return 0;
	}
	for (unsigned i = 0; !r && i < stripes; i++) {
		text += used;
		if (sscanf(text, "%u:%u %llu%n", &first, &second, &sector, &used) != 3)
			return -EPROTO;
		r = add_part(table, (struct dax_dm_part){ .start = start,
							  .on = makedev(first, second),
							  .offset = sector * SECTOR,
							  .chunk = stripes > 1 ? chunk * SECTOR : 0 });
	}
	return r;
}

/* As the kernel packs it (include/linux/kdev_t.h, new_encode_dev). */
static uint64_t encode(dev_t device)
{
	unsigned first = major(device), second = minor(device);

	return (second & 0xff) | first << 8 | (uint64_t)(second & ~0xffU) << 12;
}

/* The first target is where the data begin; each says how far from there the next one is. */
static int take_targets(const struct dm_ioctl *answer, struct dax_dm_table *table)
{
	const char *data = (const char *)answer + answer->data_start;
	size_t size = ROOM - answer->data_start, at = 0;
	int r = 0;

	for (uint32_t i = 0; !r && i < answer->target_count; i++) {
		struct dm_target_spec target;

		if (at + sizeof(target) >= size)
			return -EPROTO;
		memcpy(&target, data + at, sizeof(target));
		r = dax_dm_table_add(table, target.sector_start * SECTOR, target.target_type,
				     data + at + sizeof(target));
		at = target.next;
	}
	return r;
}

int dax_dm_table_read(dev_t device, struct dax_dm_table *table)
{
	_cleanup_close_ int fd = open("/dev/mapper/control", O_RDWR | O_CLOEXEC);
	_cleanup_free_ struct dm_ioctl *ask = calloc(1, ROOM);

	*table = (struct dax_dm_table)DAX_DM_TABLE_INIT;
	if (fd < 0)
		return -errno;
	if (!ask)
		return -ENOMEM;
	*ask = (struct dm_ioctl){
		.version = { DM_VERSION_MAJOR, 0, 0 },
		.data_size = ROOM,
		.data_start = sizeof(*ask),
		.flags = DM_STATUS_TABLE_FLAG,
		.dev = encode(device),
	};
	if (ioctl(fd, DM_TABLE_STATUS, ask) < 0)
		return -errno;
	int r = ask->flags & DM_BUFFER_FULL_FLAG ? -EFBIG : take_targets(ask, table);
	if (r)
		dax_dm_table_release(table);
	return r;
}
