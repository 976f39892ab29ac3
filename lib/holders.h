/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Floor 5: who uses a device. Unbinding does not wait for users: a mapping that is touched afterwards
 * gives SIGBUS, and a page that is still pinned then (RDMA, vfio, io_uring) makes the kernel oops when
 * it is released (drivers/dax/bus.c, kill_dev_dax).
 */
#pragma once

#include "doer.h"

#include <sys/types.h>

struct dax_holder {
	pid_t pid;
	char command[32]; /* as in /proc/PID/comm */
	bool open, maps;  /* how it holds the device */
};

/* A device, and who holds it. */
struct dax_held {
	dev_t device; /* as makedev(3) makes it */
	struct dax_holder *holders; /* sorted by pid; owned */
	size_t n;
};

/* A list of devices that are looked for in one go. */
struct dax_held_list {
	struct dax_held *items; /* owned */
	size_t n;
};

#define _cleanup_held_ _cleanup_(dax_held_release)

void dax_held_release(struct dax_held_list *list);

/* Adds the character device MAJOR:MINOR; -ENOMEM. */
int dax_held_add(struct dax_held_list *list, unsigned major, unsigned minor) DAX_MUST_CHECK;

/*
 * Finds who has the devices of the list open or mapped, under whatever path, in any process that we
 * may look into: all of them for root. Sorts the list by device number.
 */
int dax_holders_find(struct dax_held_list *list, struct dax_error *err) DAX_MUST_CHECK;

/* Who holds MAJOR:MINOR; NULL when it is not in the list. */
const struct dax_held *dax_held_by(const struct dax_held_list *list, unsigned major, unsigned minor);

/* Whether nobody can have any device open: the driver's module counts each file. False when that is not known. */
bool dax_holders_none(struct dax_sysfs *sysfs, const char *driver);

/*
 * Refuses when one of the N STEPS, each of an existing device that is bound to the step's driver,
 * would pull it from under a program, unless that risk is taken. Steps that do not bind or unbind
 * are passed over.
 */
int dax_check_holders(struct dax_doer *doer, const struct dax_step *steps, size_t n,
		      struct dax_error *err) DAX_MUST_CHECK;
