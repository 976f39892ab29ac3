/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a file or folder lies on: the mount, the block device, and the memory behind that. */
#pragma once

#include "base/error.h"
#include "door/sysfs.h"
#include "base/text.h"

#include <sys/types.h>

struct dax_backing {
	char type[32]; /* of the file system: "ext4" */
	char *options; /* of the mount, and of the file system, between commas: ",rw,dax=always,"; owned */
	char *point;   /* where it is mounted; NULL for a block device that is not, or when that is hidden; owned */
	bool hidden;   /* it is mounted where we cannot see it: type, options and point are not known */
	char block[DAX_NAME_MAX]; /* "pmem0p1", the block device; "" for what is on none */
	char disk[DAX_NAME_MAX];  /* "pmem0", the same or that of which it is a partition */
	bool queue_dax;           /* the block device can do DAX */
	char device
		[128]; /* what the disk is made of: "pfn0.1", or several; "" when it is not persistent memory */
	char space[128]; /* its namespace: "namespace0.0", or several */
	bool stacked;    /* the device mapper or md is in between */
	bool mixed;      /* something of it is no persistent memory */
	bool uneven;     /* its pieces do not lie alike: what is aligned in one is not in another */
	bool start_known;
	uint64_t offset; /* bytes from the start of the disk: of a partition */
	uint64_t start;  /* the physical address of its first byte */
};

#define DAX_BACKING_INIT \
	{                \
		0        \
	}
#define _cleanup_backing_ _cleanup_(dax_backing_release)
void dax_backing_release(struct dax_backing *backing);

/*
 * Of the file system that a file lies on; MOUNT_ID as statx(2) has it. Its mount is hidden when it is not below our
 * root (that of a chroot, which need not be a mount point), and where /proc is not mounted.
 */
int dax_backing_of_mount(struct dax_sysfs *sysfs, uint64_t mount_id, dev_t device,
			 struct dax_backing *backing, struct dax_error *err) DAX_MUST_CHECK;

/* The file system that is mounted from a block device, if one is: its type, options and point. */
int dax_backing_find_mount(dev_t device, struct dax_backing *backing, struct dax_error *err) DAX_MUST_CHECK;

/* "always", "inode", "never" for a mount option of that name; NULL for none. */
const char *dax_backing_option(const struct dax_backing *backing);
