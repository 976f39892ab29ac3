/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Floor 5, inside: a file, a folder or a block device that is checked. */
#pragma once

#include "backing.h"
#include "extents.h"

struct dax_place {
	int fd;        /* open for reading; of a block device nothing is read */
	unsigned mode; /* as stat(2) has it */
	uint64_t size;
	bool is_dax;           /* STATX_ATTR_DAX */
	bool flag_known, flag; /* FS_XFLAG_DAX: it is wanted */
	uint64_t block_size;   /* of the file system */
	struct dax_backing backing;
	struct dax_extents extents;
};
