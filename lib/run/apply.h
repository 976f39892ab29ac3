/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Do. Runs the steps of a plan; when one fails, takes back what was done, in reverse;
 * at the end reads the devices again and compares them with what the plan predicted.
 */
#pragma once

#include "plan/plan.h"
#include "plan/steps.h"

#include <signal.h>

enum dax_step_status {
	DAX_STEP_PENDING = 0, /* not reached */
	DAX_STEP_DONE,
	DAX_STEP_FAILED,
	DAX_STEP_UNDONE,
	DAX_STEP_STUCK, /* done, and could not be taken back */
	DAX_STEP_BEGUN, /* in a journal: what came of it is not known */
	DAX_STEP_UNDOING, /* in a journal: it was being taken back, and how far that came is not known */
	DAX_STEP_LAST = DAX_STEP_UNDOING
};

struct dax_outcome {
	enum dax_step_status *status;    /* one for each step; owned */
	char (*names)[DAX_NAME_MAX];     /* one for each target: the name that the device really has; owned */
	struct dax_topology observed;    /* the targets as they are now; a deleted one is not in it */
	bool changed;                    /* something is not as it was before */
};

#define DAX_OUTCOME_INIT { 0 }
#define _cleanup_outcome_ _cleanup_(dax_outcome_release)

/* How long to try, when to stop, whom to tell. */
struct dax_apply_options {
	const char *run_folder; /* where journals go, ... */
	const char *state_folder; /* ... and where those that must outlive a reboot do */
	const char *verb;       /* for the journal: what the user asked for */
	unsigned risks;         /* enum dax_risk */
	unsigned timeout; /* seconds for which a memory block that is busy is tried again */
	const volatile sig_atomic_t *interrupted; /* not 0: stop and take back; set by a signal's handler */
	/* Called after each memory block. */
	void (*progress)(void *data, const char *device, size_t done, size_t total);
	void *data;
};

#define DAX_DEFAULT_TIMEOUT 30

/*
 * Returns 0 when all is done and the kernel agrees with the prediction. Otherwise -errno, with
 * the machine as it was, or, when err->blame is DAX_BLAME_STUCK, not: the hint says what to do;
 * or, when it is DAX_BLAME_LOST, but for what a step that is final wrote over: the sentence says where.
 * BEFORE is what the plan was made from. OUTCOME is filled in either case.
 */
int dax_apply(struct dax_sysfs *sysfs, const struct dax_topology *before, const struct dax_plan *plan,
	      const struct dax_apply_options *options, struct dax_outcome *outcome, struct dax_error *err) DAX_MUST_CHECK;
void dax_outcome_release(struct dax_outcome *outcome);

/* "pending", "done", "failed", "undone", "stuck". */
const char *dax_step_status_name(enum dax_step_status status);
