/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Programs that use a device. Unbinding does not wait for them: an access to a mapping gives SIGBUS
 * afterwards, and the kernel oopses when a page that is still pinned (RDMA, vfio, io_uring) is released
 * (drivers/dax/bus.c, kill_dev_dax). Binding is dangerous too: when a file that was open before is closed, it
 * releases a reference of the new character device, which is then broken for all (drivers/dax/device.c,
 * dev_dax_probe).
 */
#pragma once

#include "base/error.h"

#include <sys/types.h>

struct dax_holder {
	pid_t pid;
	char command[32]; /* as in /proc/PID/comm */
	bool open, maps;  /* how it holds the device */
};

/* A device, and its holders. */
struct dax_held {
	dev_t device; /* the format of makedev(3) */
	bool disk;    /* a block device; otherwise a character device */
	struct dax_holder *holders; /* sorted by pid; owned */
	size_t n;
};

/* A list of devices that are searched for in one pass. */
struct dax_held_list {
	struct dax_held *items; /* owned */
	size_t n;
	bool disks; /* one of the devices is a disk */
	bool others; /* a process holds a device that is not in the list, but that has the major number of
		      * its first dax device */
};

#define _cleanup_held_ _cleanup_(dax_held_release)

void dax_held_release(struct dax_held_list *list);

/* Adds a character device, or a disk as a block device; -ENOMEM. */
int dax_held_add(struct dax_held_list *list, bool disk, dev_t device) DAX_MUST_CHECK;

/*
 * Finds the processes that have devices of the list open or mapped, under any path. It finds those processes
 * that this user may examine: for root, all. Sorts the list by device number, disks last.
 */
int dax_holders_find(struct dax_held_list *list, struct dax_error *err) DAX_MUST_CHECK;

/* The holders of DEVICE; NULL if it is not in the list. */
const struct dax_held *dax_held_by(const struct dax_held_list *list, bool disk, dev_t device);

/* "pid 71 (postgres) maps it, pid 9 (cat) has it open"; the caller frees it; NULL without memory. */
char *dax_describe_holders(const struct dax_held *held);
