/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The table of a device mapper device. Only root may read it (/dev/mapper/control). */
#pragma once

#include "base/error.h"

#include <sys/types.h>

/* A part of the device on another device. A striped target has one part for each device. */
struct dax_dm_part {
	uint64_t start;  /* offset in the device, bytes */
	dev_t on;        /* the other device */
	uint64_t offset; /* offset there, bytes */
	uint64_t chunk;  /* bytes of a stripe if there are several; 0 for a linear part */
};

struct dax_dm_table {
	struct dax_dm_part *parts; /* owned */
	size_t n;
	bool strange; /* has parts of other kinds, whose location is not known */
};

#define DAX_DM_TABLE_INIT \
	{                 \
		0         \
	}
#define _cleanup_dm_table_ _cleanup_(dax_dm_table_release)
void dax_dm_table_release(struct dax_dm_table *table);

int dax_dm_table_read(dev_t device, struct dax_dm_table *table) DAX_MUST_CHECK;

/* One target as the kernel prints it: "linear", "259:0 4096"; START is in bytes. */
int dax_dm_table_add(struct dax_dm_table *table, uint64_t start, const char *type,
		     const char *text) DAX_MUST_CHECK;

/* COUNT targets, as DM_TABLE_STATUS returns them (struct dm_target_spec of linux/dm-ioctl.h). */
int dax_dm_table_parse(struct dax_dm_table *table, const char *data, size_t size, uint32_t count) DAX_MUST_CHECK;
