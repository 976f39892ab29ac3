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

struct dax_holders {
	struct dax_holder *items; /* sorted by pid; owned */
	size_t n;
};

#define _cleanup_holders_ _cleanup_(dax_holders_release)

void dax_holders_release(struct dax_holders *holders);

/*
 * Finds who has the character device MAJOR:MINOR open or mapped, under whatever path, in any process
 * that we may look into: all of them for root.
 */
int dax_holders_find(unsigned major, unsigned minor, struct dax_holders *holders, struct dax_error *err) DAX_MUST_CHECK;

/* Whether nobody can have any device open: the driver's module counts each file. False when that is not known. */
bool dax_holders_none(struct dax_sysfs *sysfs, const char *driver);

/* Refuses when the device of STEP, which is bound to the step's driver, is used by a program. */
int dax_check_holders_of(struct dax_doer *doer, const struct dax_step *step, struct dax_error *err) DAX_MUST_CHECK;

/* Refuses a plan that would pull a device from under its users, unless that risk is taken. */
int dax_check_holders(struct dax_doer *doer, struct dax_error *err) DAX_MUST_CHECK;
