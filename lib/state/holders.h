/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Who uses a device. Unbinding does not wait for users: a mapping that is touched afterwards
 * gives SIGBUS, and a page that is still pinned then (RDMA, vfio, io_uring) makes the kernel oops when
 * it is released (drivers/dax/bus.c, kill_dev_dax). Binding again is no better: a file that was open
 * before gives back a reference of the new character device when it is closed, which is then broken
 * for all (drivers/dax/device.c, dev_dax_probe).
 */
#pragma once

#include "base/error.h"

#include <sys/types.h>

struct dax_holder {
	pid_t pid;
	char command[32]; /* as in /proc/PID/comm */
	bool open, maps;  /* how it holds the device */
};

/* A device, and who holds it. */
struct dax_held {
	dev_t device; /* as makedev(3) makes it */
	bool disk;    /* a block device; else a character device */
	struct dax_holder *holders; /* sorted by pid; owned */
	size_t n;
};

/* A list of devices that are looked for in one go. */
struct dax_held_list {
	struct dax_held *items; /* owned */
	size_t n;
	bool disks; /* one of them is a disk */
	bool others; /* somebody holds a device that is not in the list, but has the major number of its first dax device */
};

#define _cleanup_held_ _cleanup_(dax_held_release)

void dax_held_release(struct dax_held_list *list);

/* Adds a character device, or the block device that a disk is; -ENOMEM. */
int dax_held_add(struct dax_held_list *list, bool disk, dev_t device) DAX_MUST_CHECK;

/*
 * Finds who has the devices of the list open or mapped, under whatever path, in any process that we
 * may look into: all of them for root. Sorts the list by device number, disks behind the others.
 */
int dax_holders_find(struct dax_held_list *list, struct dax_error *err) DAX_MUST_CHECK;

/* Who holds DEVICE; NULL when it is not in the list. */
const struct dax_held *dax_held_by(const struct dax_held_list *list, bool disk, dev_t device);

/* "pid 71 (postgres) maps it, pid 9 (cat) has it open"; the caller frees it; NULL for no memory. */
char *dax_describe_holders(const struct dax_held *held);
