/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A kernel in memory: behind the door to /sys (lib/door/sysfs.h) stands a machine that changes by the
 * library's own model when it is written to, and that can be told to fail a write, or to kill who
 * writes. A program that is linked with kernel.c never reaches the real /sys.
 */
#pragma once

#include "plan/plan.h"

#include <signal.h>

enum kernel_fault {
	KERNEL_NO_FAULT,
	KERNEL_FAIL,        /* the write returns an errno, and nothing is done */
	KERNEL_KILL_BEFORE, /* who writes is killed, and nothing is done */
	KERNEL_KILL_AFTER,  /* it is done, and who wrote is killed */
	KERNEL_INTERRUPT,   /* it is done, and a signal comes */
	KERNEL_LIE,         /* the write of a value succeeds, and nothing is done */
};

#define KERNEL_IDS 16
#define KERNEL_MADE 256

struct kernel {
	struct dax_topology machine; /* the truth; owned */
	bool old;        /* as Linux 6.1: device_dax takes all devices, kmem by id; later kernels mostly the other way round */
	/* What becomes of blocks that kmem adds: by the policy; they stay offline; somebody brings those that are offline
	   online, in zone Normal, at once. */
	enum { KERNEL_BY_POLICY, KERNEL_STUBBORN, KERNEL_ONLINER } added;
	bool has_memmap; /* devices have memmap_on_memory */
	char youngest[DAX_NAME_MAX];
	struct {
		char device[DAX_NAME_MAX];
		uint64_t serial;
	} made[KERNEL_MADE]; /* devices that were made since it was booted; others have serial 1 */
	size_t n_made;
	uint64_t region_serial;
	struct {
		char driver[DAX_NAME_MAX], device[DAX_NAME_MAX];
	} ids[KERNEL_IDS];
	size_t n_ids;

	size_t writes;   /* so far */
	enum kernel_fault fault;
	size_t at, again; /* the writes that have it, counted from 1; 0 for none */
	const char *broken; /* and from AT on all writes to paths with this in them; NULL for none */
	int error;       /* of KERNEL_FAIL, positive */
	volatile sig_atomic_t interrupted;
	int log;         /* where writes are told before they are done, or -1 */
};

/* The one that there is. */
extern struct kernel *kernel;

/* A copy of MACHINE, of which everything has to be known. */
void kernel_boot(struct kernel *booted, const struct dax_topology *machine, bool old);
void kernel_halt(struct kernel *halted);

/* Does the writes that somebody told to LOG, until its end. */
void kernel_replay(int log);

/* Inside: an attribute by its path, as the kernel answers and does. */
int kernel_read(const char *path, char *text, size_t size);
int kernel_write(const char *path, const char *value);
struct dax_device *kernel_device(const char *path, const char **attr);
