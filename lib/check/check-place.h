/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The checks of files, directories and block devices. */
#pragma once

#include "check/check.h"
#include "door/extents.h"
#include "state/backing.h"

/* The file, directory or block device that is checked. */
struct dax_place {
	int fd;        /* open for reading; for a block device its mount point, or -1 */
	unsigned mode; /* the format of stat(2) */
	uint64_t size;
	bool is_dax;           /* STATX_ATTR_DAX */
	bool flag_known, flag; /* FS_XFLAG_DAX: direct access is requested */
	uint64_t block_size;   /* block size of the file system; 0 if it is not known */
	struct dax_backing backing;
	struct dax_extents extents;
};

/* A file, a directory or a block device. -EINVAL for other types. */
int dax_checkup_path(const struct dax_checkup *checkup, const char *path,
		     struct dax_error *err) DAX_MUST_CHECK;

/* What prevents direct access: "its block device does not support DAX"; NULL for nothing. */
const char *dax_place_obstacle(struct dax_sysfs *sysfs, const struct dax_place *place);

/*
 * Whether direct access was requested, by the mount option or, if that leaves the choice to it, by the inode
 * flag.
 */
bool dax_place_wants(const struct dax_place *place);

/* The detail of a finding: mount option, inode flag, and which of them decides. OBSTACLE as above. */
void dax_place_tell(const struct dax_place *place, const char *obstacle, struct dax_finding *finding);
