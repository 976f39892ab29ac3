/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The storage of a file or directory: the mount, the block device, and the memory of that. */
#pragma once

#include "base/error.h"
#include "door/sysfs.h"
#include "base/text.h"

#include <sys/types.h>

struct dax_backing {
	char type[32]; /* type of the file system: "ext4" */
	char *options; /* options of the mount and of the file system, between commas: ",rw,dax=always,";
		        * owned */
	char *point;   /* mount point; NULL for a block device that is not mounted, or if it is hidden;
		        * owned */
	bool hidden;   /* the mount is not visible to this process: type, options and mount point are not
		        * known */
	char block[DAX_NAME_MAX]; /* "pmem0p1", the block device; "" if there is none */
	char disk[DAX_NAME_MAX];  /* "pmem0", the block device itself or the disk of this partition */
	bool queue_dax;           /* the block device supports DAX */
	char device
		[128]; /* the devices of the disk: "pfn0.1", or several; "" if it is not persistent memory */
	char space[128]; /* its namespace: "namespace0.0", or several */
	bool stacked;    /* the device mapper or md is between */
	bool mixed;      /* a part of it is not persistent memory */
	bool uneven;     /* its pieces have different offsets: an address that is aligned in one is not
			  * aligned in another */
	bool start_known;
	uint64_t offset; /* for a partition, its offset on the disk in bytes */
	uint64_t start;  /* the physical address of its first byte */
};

#define DAX_BACKING_INIT \
	{                \
		0        \
	}
#define _cleanup_backing_ _cleanup_(dax_backing_release)
void dax_backing_release(struct dax_backing *backing);

/*
 * For the file system of a file; MOUNT_ID is that of statx(2). Its mount is hidden if it is not below our
 * root (that of a chroot does not need to be a mount point), or if /proc is not mounted.
 */
int dax_backing_of_mount(struct dax_sysfs *sysfs, uint64_t mount_id, dev_t device,
			 struct dax_backing *backing, struct dax_error *err) DAX_MUST_CHECK;

/* For a block device: type, options and mount point of the file system that is mounted from it, if any. */
int dax_backing_find_mount(dev_t device, struct dax_backing *backing, struct dax_error *err) DAX_MUST_CHECK;

/* "always", "inode", "never" for a mount option of that name; NULL for none. */
const char *dax_backing_option(const struct dax_backing *backing);
