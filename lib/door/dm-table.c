/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Documentation/admin-guide/device-mapper/linear.rst, striped.rst; include/uapi/linux/dm-ioctl.h. */
#include "door/dm-table.h"

#include "base/fields.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/dm-ioctl.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/sysmacros.h>

#define SECTOR UINT64_C(512)
#define MAX_SECTOR (UINT64_MAX / SECTOR)

/* The longest table that is accepted: some hundred parts. */
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

/* "259:0 4096" and the rest. */
static int take_part(const char **text, struct dax_dm_part *part)
{
	uint64_t sector = 0;

	if (dax_field_device(text, &part->on) || !dax_field_word(text, " ") || dax_field_digits(text, 10, &sector) ||
	    sector > MAX_SECTOR)
		return -EPROTO;
	part->offset = sector * SECTOR;
	return 0;
}

/* "2 8192" and the rest. */
static int take_stripes(const char **text, uint64_t *stripes, uint64_t *chunk)
{
	if (dax_field_digits(text, 10, stripes) || !*stripes || !dax_field_word(text, " ") ||
	    dax_field_digits(text, 10, chunk) || !*chunk || *chunk > MAX_SECTOR || !dax_field_word(text, " "))
		return -EPROTO;
	*chunk *= SECTOR;
	return 0;
}

int dax_dm_table_add(struct dax_dm_table *table, uint64_t start, const char *type, const char *text)
{
	uint64_t stripes = 1, chunk = 0;
	int r = 0;

	if (strcmp(type, "striped") == 0) {
		r = take_stripes(&text, &stripes, &chunk);
	} else if (strcmp(type, "linear") != 0) {
		table->strange = true;
		return 0;
	}
	for (uint64_t i = 0; !r && i < stripes; i++) {
		struct dax_dm_part part = { .start = start, .chunk = stripes > 1 ? chunk : 0 };

		r = i && !dax_field_word(&text, " ") ? -EPROTO : take_part(&text, &part);
		if (!r)
			r = add_part(table, part);
	}
	return !r && *text && *text != ' ' ? -EPROTO : r;
}

/*
 * Each target has the distance of the next one from the start of the data (retrieve_status in
 * drivers/md/dm-ioctl.c).
 */
int dax_dm_table_parse(struct dax_dm_table *table, const char *data, size_t size, uint32_t count)
{
	size_t at = 0;
	int r = 0;

	*table = (struct dax_dm_table)DAX_DM_TABLE_INIT;
	for (uint32_t i = 0; !r && i < count; i++) {
		struct dm_target_spec target;
		char type[DM_MAX_TYPE_NAME + 1] = "";

		if (at > size || size - at <= sizeof(target)) {
			r = -EPROTO;
			break;
		}
		memcpy(&target, data + at, sizeof(target));
		memcpy(type, target.target_type, DM_MAX_TYPE_NAME);
		const char *text = data + at + sizeof(target);
		if (!memchr(text, '\0', size - at - sizeof(target)) || target.sector_start > MAX_SECTOR ||
		    (i + 1 < count && target.next <= at))
			r = -EPROTO;
		else
			r = dax_dm_table_add(table, target.sector_start * SECTOR, type, text);
		at = target.next;
	}
	if (r)
		dax_dm_table_release(table);
	return r;
}

/* The encoding of the kernel (include/linux/kdev_t.h, new_encode_dev). */
static uint64_t encode(dev_t device)
{
	unsigned first = major(device), second = minor(device);

	return (second & 0xff) | first << 8 | (uint64_t)(second & ~0xffU) << 12;
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
	if (ask->flags & DM_BUFFER_FULL_FLAG)
		return -EFBIG;
	if (ask->data_start > ROOM)
		return -EPROTO;
	return dax_dm_table_parse(table, (const char *)ask + ask->data_start, ROOM - ask->data_start,
				  ask->target_count);
}
