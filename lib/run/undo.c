/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "run/undo.h"

#include "run/do-device.h"
#include "run/journal-marks.h"
#include "run/step-kinds.h"
#include "state/scan-device.h"
#include "state/scan.h"

#include <errno.h>
#include <string.h>

bool dax_undo_is_bound_by_boot(struct dax_doer *doer, const struct dax_step *step)
{
	char driver[DAX_NAME_MAX] = "";

	return doer->rebooted && (step->kind == DAX_STEP_UNBIND || step->kind == DAX_STEP_BIND) &&
	       (dax_scan_driver_of(doer->sysfs, dax_doer_name(doer, step), driver) == 0 && driver[0]);
}

/*
 * Whether the step's device does not exist, although it should. A deleted device returns when its deletion is
 * undone.
 */
static bool is_gone(struct dax_doer *doer, const struct dax_step *step)
{
	const char *name = dax_step_has_target(step) ? dax_doer_name(doer, step) : NULL;
	char dir[512];

	if (!name || dax_step_has_namespace(step) || (step->kind == DAX_STEP_DELETE && !doer->plan->targets[step->target].created))
		return false;
	return !name[0] || (dax_doer_dir(doer, step->target, name, dir, sizeof(dir), NULL) == 0 &&
			    !dax_sysfs_exists(doer->sysfs, dir, "size"));
}

static int fail_gone(const struct dax_doer *doer, const struct dax_step *step, struct dax_error *err)
{
	dax_fail(err, ENODEV, "%s no longer exists", dax_doer_name(doer, step));
	dax_error_hint(err,
		       "if it does not come back, nothing is left to recover: run 'daxadm recover --forget'");
	return -ENODEV;
}

/* Until that is done it is not known how much of the step is left. */
static int undo_step(const struct dax_undo *undo, size_t i, struct dax_error *err)
{
	struct dax_doer *doer = undo->doer;
	const struct dax_step *step = &doer->plan->steps[i];

	dax_journal_mark(doer->journal, i, DAX_STEP_UNDOING);
	int r = dax_undo_step(doer, step, err);
	if (!r && step->final)
		undo->lost[step->target] = true;
	return r;
}

static int take_back(const struct dax_undo *undo, size_t i, struct dax_error *err)
{
	struct dax_doer *doer = undo->doer;
	const struct dax_step *step = &doer->plan->steps[i];
	/* After a kill, a new device may have no name yet; after a failure it has a name, or is not ours. */
	int r = doer->recovering ? dax_doer_find_unnamed(doer, step, err) : 0;

	if (r)
		return r;
	if (!doer->recovering && undo->status[i] != DAX_STEP_FAILED)
		return undo_step(undo, i, err);
	/* A user may have removed what the plan had created: then there is nothing to undo. */
	if (doer->recovering && is_gone(doer, step)) {
		bool missed = !doer->plan->targets[step->target].created &&
			      (step->kind == DAX_STEP_UNBIND || !doer->plan->targets[step->target].recreated);

		return missed ? fail_gone(doer, step, err) : 0;
	}
	if (dax_undo_is_bound_by_boot(doer, step) || dax_step_unchanged(doer, step))
		return 0;
	return undo_step(undo, i, err);
}

int dax_undo_one(const struct dax_undo *undo, size_t i, struct dax_error *err)
{
	int r = take_back(undo, i, err);

	undo->status[i] = r ? DAX_STEP_STUCK : DAX_STEP_UNDONE;
	dax_journal_mark(undo->doer->journal, i, undo->status[i]);
	return r;
}

/* Whether STEP must wait for a later step that could not be undone. */
static bool waits_for(const struct dax_plan *plan, const struct dax_step *step, const struct dax_step *stuck)
{
	/* Settings of the whole machine are restored in reverse order too. */
	if (!dax_step_has_target(stuck))
		return step->kind == stuck->kind;
	if (!dax_step_has_target(step) || step->target == stuck->target)
		return dax_step_has_target(step);
	/* A device that no longer exists can be created again only while its region has space. */
	return stuck->kind == DAX_STEP_DELETE && step->kind == DAX_STEP_SET_SIZE &&
	       plan->targets[step->target].region == plan->targets[stuck->target].region;
}

static bool is_pending(enum dax_step_status status)
{
	return status == DAX_STEP_PENDING || status == DAX_STEP_UNDONE;
}

/* Whether a step after step I, for which it must wait, could not be undone or had to wait itself. */
static bool has_to_wait(const struct dax_undo *undo, size_t i, size_t end)
{
	const struct dax_step *steps = undo->doer->plan->steps;

	for (size_t later = i + 1; later < end; later++) {
		if (!is_pending(undo->status[later]) && waits_for(undo->doer->plan, &steps[i], &steps[later]))
			return true;
	}
	return false;
}

static bool is_left_alone(const struct dax_undo *undo, const struct dax_step *step)
{
	return undo->left_alone && dax_step_has_target(step) && undo->left_alone[step->target];
}

int dax_undo_steps(const struct dax_undo *undo, size_t end)
{
	int result = 0;

	for (size_t i = end; i-- > 0;) {
		const struct dax_step *step = &undo->doer->plan->steps[i];
		_cleanup_error_ struct dax_error err = DAX_ERROR_INIT;

		if (is_pending(undo->status[i]) || is_left_alone(undo, step) || has_to_wait(undo, i, end))
			continue;
		/* The remaining steps stay in the journal. */
		if (dax_doer_interrupted(undo->doer)) {
			dax_fail(&err, EINTR, "interrupted");
			undo->stuck(undo->data, NULL, &err);
			return result ? result : -EINTR;
		}
		int r = dax_undo_one(undo, i, &err);
		if (r)
			undo->stuck(undo->data, step, &err);
		if (!result)
			result = r;
	}
	return result;
}
