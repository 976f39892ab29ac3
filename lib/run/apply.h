/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Runs the steps of a plan. If one fails, undoes the previous steps in reverse order. At the end reads the
 * devices again and compares them with the prediction of the plan.
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
	DAX_STEP_STUCK, /* done, and could not be undone */
	DAX_STEP_BEGUN, /* in a journal: the result is not known */
	DAX_STEP_UNDOING, /* in a journal: it was being taken back, and how far that came is not known */
	DAX_STEP_LAST = DAX_STEP_UNDOING
};

struct dax_outcome {
	enum dax_step_status *status;    /* one for each step; owned */
	char (*names)[DAX_NAME_MAX];     /* one for each target: the real name of the device; owned */
	struct dax_topology observed;    /* the current state of the targets, without deleted ones */
	bool changed;                    /* something has changed */
};

#define DAX_OUTCOME_INIT { 0 }
#define _cleanup_outcome_ _cleanup_(dax_outcome_release)

/* Time limits, interruption, and callbacks. */
struct dax_apply_options {
	const char *run_folder; /* directory of journals, ... */
	const char *state_folder; /* ... and of journals that must survive a reboot */
	const char *verb;       /* for the journal: the verb of the user */
	unsigned risks;         /* enum dax_risk */
	unsigned timeout; /* number of seconds for which a busy memory block is retried */
	const volatile sig_atomic_t *interrupted; /* not 0: stop and undo; set by a signal handler */
	/* Called after each memory block. */
	void (*progress)(void *data, const char *device, size_t done, size_t total);
	void *data;
};

#define DAX_DEFAULT_TIMEOUT 30

/*
 * Returns 0 if all steps are done and the kernel's state matches the prediction. Otherwise returns -errno,
 * and the machine is as before, with two exceptions. If err->blame is DAX_BLAME_STUCK, it is not, and the
 * hint says what to do. If it is DAX_BLAME_LOST, it is, except for data that a final step has overwritten;
 * the sentence names it. BEFORE is the topology from which the plan was made. OUTCOME is filled in all cases.
 */
int dax_apply(struct dax_sysfs *sysfs, const struct dax_topology *before, const struct dax_plan *plan,
	      const struct dax_apply_options *options, struct dax_outcome *outcome, struct dax_error *err) DAX_MUST_CHECK;
void dax_outcome_release(struct dax_outcome *outcome);

/* "pending", "done", "failed", "undone", "stuck". */
const char *dax_step_status_name(enum dax_step_status status);
