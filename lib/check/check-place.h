/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The checks of files, folders and block devices. */
#pragma once

#include "check/check.h"
#include "door/extents.h"
#include "state/backing.h"

/* A file, a folder or a block device that is checked. */
struct dax_place {
	int fd;        /* open for reading; of a block device where it is mounted, or -1 */
	unsigned mode; /* as stat(2) has it */
	uint64_t size;
	bool is_dax;           /* STATX_ATTR_DAX */
	bool flag_known, flag; /* FS_XFLAG_DAX: it is wanted */
	uint64_t block_size;   /* of the file system; 0 when it is not known */
	struct dax_backing backing;
	struct dax_extents extents;
};

/* A file, a folder or a block device. -EINVAL for what is neither. */
int dax_checkup_path(const struct dax_checkup *checkup, const char *path,
		     struct dax_error *err) DAX_MUST_CHECK;

/* What stands in the way of direct access: "its block device cannot"; NULL for nothing. */
const char *dax_place_obstacle(struct dax_sysfs *sysfs, const struct dax_place *place);

/* Whether direct access was asked for, by the option of the mount or, where that leaves it to it, by the flag. */
bool dax_place_wants(const struct dax_place *place);

/* The detail of a finding: the mount, the inode, and what of these decides. OBSTACLE as above. */
void dax_place_tell(const struct dax_place *place, const char *obstacle, struct dax_finding *finding);
