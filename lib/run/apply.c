/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/error.h"
#include "door/kmsg.h"
#include "door/proc.h"
#include "door/udev.h"
#include "plan/compare.h"
#include "plan/plan.h"
#include "run/doer.h"
#include "run/find-target.h"
#include "run/guard-disks.h"
#include "run/guard-holders.h"
#include "run/guard-memory.h"
#include "run/journal-marks.h"
#include "run/loans.h"
#include "run/step-kinds.h"
#include "run/undo.h"
#include "state/rescan.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

/* Seconds after which the devices that are still to be unbound are checked again: programs do not wait. */
#define LOOK_EVERY 2

const char *dax_step_status_name(enum dax_step_status status)
{
	static const char *const names[] = {
		[DAX_STEP_PENDING] = "pending", [DAX_STEP_DONE] = "done",   [DAX_STEP_FAILED] = "failed",
		[DAX_STEP_UNDONE] = "undone",	[DAX_STEP_STUCK] = "stuck",	[DAX_STEP_BEGUN] = "begun",
		[DAX_STEP_UNDOING] = "begun",
	};

	return names[status];
}

void dax_outcome_release(struct dax_outcome *outcome)
{
	free(outcome->status);
	free(outcome->names);
	dax_topology_release(&outcome->observed);
	*outcome = (struct dax_outcome)DAX_OUTCOME_INIT;
}

/* The error is that of the failed step; the failure to undo WHAT is added to it. */
static void report_stuck(const char *what, const struct dax_error *undo, struct dax_error *err)
{
	_cleanup_free_ char *first = err->message ? strdup(err->message) : NULL;
	int code = err->code;

	dax_fail(err, code, "%s; the steps before it could not be undone (%s): %s (%s)",
		 first ? first : "failed", what, undo->message ? undo->message : "failed",
		 dax_errno_name(undo->code));
	err->blame = DAX_BLAME_STUCK;
	dax_error_hint(err, "run 'daxadm recover' to try again and to see the reason");
}

static void report_stuck_step(const struct dax_doer *doer, const struct dax_step *step, const struct dax_error *undo,
			      struct dax_error *err)
{
	_cleanup_free_ char *what = dax_step_describe(step, dax_step_has_target(step) ? dax_doer_name(doer, step) : "");

	report_stuck(what ? what : "a step", undo, err);
}

/* Reports temporary settings that the failed step could not restore either, once. */
static void report_unpaid(const struct dax_error *undo, struct dax_error *err)
{
	bool known = err->message && undo->message && strstr(err->message, undo->message);

	if (err->blame != DAX_BLAME_STUCK || !known)
		report_stuck("temporary settings", undo, err);
}

/* Also for a step that failed: it is not known how far it came. */
static void report_loss(const char *device, struct dax_error *err)
{
	_cleanup_free_ char *loss = dax_step_describe_loss(device);

	if (err->blame != DAX_BLAME_STUCK)
		err->blame = DAX_BLAME_LOST;
	if (loss && err->message)
		dax_error_append(err, "%s", loss);
}

static void mark(struct dax_doer *doer, struct dax_outcome *outcome, size_t step, enum dax_step_status status)
{
	if (status != DAX_STEP_BEGUN)
		outcome->status[step] = status;
	dax_journal_mark(doer->journal, step, status);
}

struct failure {
	const struct dax_doer *doer;
	struct dax_error *err;
};

static void note_stuck(void *data, const struct dax_step *step, const struct dax_error *undo)
{
	const struct failure *failure = data;

	report_stuck_step(failure->doer, step, undo, failure->err);
}

/* Undoes the first END steps; a failed step keeps this status. */
static void undo_steps(struct dax_doer *doer, size_t end, struct dax_outcome *outcome, struct dax_error *err)
{
	_cleanup_free_ bool *lost = calloc(doer->plan->n_targets + 1, sizeof(*lost));
	struct failure failure = { doer, err };
	const struct dax_undo undo = { .doer = doer, .status = outcome->status, .lost = lost, .stuck = note_stuck,
				       .data = &failure };
	bool failed = end && outcome->status[end - 1] == DAX_STEP_FAILED;
	_cleanup_error_ struct dax_error no_memory = DAX_ERROR_INIT;

	if (!lost) {
		dax_no_memory(&no_memory);
		report_stuck("all of it", &no_memory, err);
		return;
	}
	(void)!dax_undo_steps(&undo, end); /* note_stuck reports it */
	if (failed && outcome->status[end - 1] == DAX_STEP_UNDONE)
		outcome->status[end - 1] = DAX_STEP_FAILED;
	for (size_t i = 0; i < doer->plan->n_targets; i++) {
		if (lost[i])
			report_loss(doer->names[i], err);
	}
}

/* Reads the current state of the targets. */
static int observe(struct dax_doer *doer, struct dax_outcome *outcome, struct dax_error *err)
{
	const struct dax_plan *plan = doer->plan;
	_cleanup_free_ const char **names = calloc(plan->n_targets + 1, sizeof(*names));
	_cleanup_free_ size_t *regions = calloc(plan->n_targets + 1, sizeof(*regions));
	size_t n = 0;

	if (!names || !regions)
		return dax_no_memory(err);
	for (size_t i = 0; i < plan->n_targets; i++) {
		if (!doer->names[i][0])
			continue; /* never created, or undone */
		names[n] = doer->names[i];
		regions[n++] = plan->targets[i].region;
	}
	return dax_topology_reread(doer->sysfs, doer->before, names, regions, n, DAX_WANT_RANGES | DAX_WANT_MEMORY,
				   &outcome->observed, err);
}

/* Whether no device is in use from step I on; the check is not repeated immediately. */
static int check_holders(struct dax_doer *doer, size_t i, struct dax_error *err)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	if (doer->looked && now.tv_sec < doer->looked + LOOK_EVERY)
		return 0;
	doer->looked = now.tv_sec;
	return dax_check_holders(doer, &doer->plan->steps[i], doer->plan->n_steps - i, err);
}

/* Whether the plan has changed memory and leaves some of it offline: a udev rule may still act on it. */
static bool leaves_offline(const struct dax_plan *plan)
{
	bool offline = false;

	for (size_t i = 0; plan->n_steps && i < plan->n_targets; i++) {
		const struct dax_device *device = dax_topology_device(&plan->after, plan->targets[i].name);

		offline = offline || (device && device->memory.online < device->memory.total);
	}
	return offline;
}

/* Whether the targets now match the plan, even if there was nothing to do. */
static int check_outcome(struct dax_doer *doer, struct dax_outcome *outcome, struct dax_error *err)
{
	if (leaves_offline(doer->plan))
		dax_udev_settle();
	int r = observe(doer, outcome, err);

	return r ? r : dax_compare(doer->plan, &outcome->observed, (const char(*)[DAX_NAME_MAX])doer->names, err);
}

static void note_failed(struct dax_doer *doer, const struct dax_step *step)
{
	doer->failed = step;
	if (dax_step_has_target(step))
		snprintf(doer->failed_device, sizeof(doer->failed_device), "%s", dax_doer_name(doer, step));
}

/* *REACHED: the number of steps that were tried. */
static int run_steps(struct dax_doer *doer, struct dax_outcome *outcome, size_t *reached, struct dax_error *err)
{
	const struct dax_plan *plan = doer->plan;
	int r = 0;

	for (size_t i = 0; !r && i < plan->n_steps; i++) {
		if (dax_doer_interrupted(doer))
			return dax_fail(err, EINTR, "interrupted, with %zu of %zu steps done", i, plan->n_steps);
		if (dax_step_takes_away(&plan->steps[i]))
			r = check_holders(doer, i, err);
		if (r)
			return r;
		mark(doer, outcome, i, DAX_STEP_BEGUN);
		r = dax_run_step(doer, &plan->steps[i], err);
		if (r)
			note_failed(doer, &plan->steps[i]);
		mark(doer, outcome, i, r ? DAX_STEP_FAILED : DAX_STEP_DONE);
		*reached = i + 1;
	}
	return r ? r : check_outcome(doer, outcome, err);
}

/* Takes back the first REACHED steps, and what they changed only for a moment; ERR is that of the step that failed. */
static void roll_back(struct dax_doer *doer, size_t reached, struct dax_outcome *outcome, struct dax_error *err)
{
	_cleanup_error_ struct dax_error undo = DAX_ERROR_INIT, ignored = DAX_ERROR_INIT;

	doer->undoing = true;
	undo_steps(doer, reached, outcome, err);
	if (dax_doer_repay(doer, &undo))
		report_unpaid(&undo, err);
	outcome->changed = err->blame == DAX_BLAME_STUCK || err->blame == DAX_BLAME_LOST;
	dax_topology_release(&outcome->observed);
	/* The state is only for display; the other error is reported. */
	(void)!observe(doer, outcome, &ignored);
}

/*
 * Other programs bind devices at the same time. The device of a namespace, "dax0.1" or "pfn0.0", has a name
 * of its own, which shares with the namespace only the number of the region (drivers/nvdimm/dax_devs.c).
 */
static bool is_of_failed_step(const struct dax_doer *doer, const struct dax_probe_failure *failure)
{
	const char *ours = doer->failed_device, *theirs = failure->device;

	if (!doer->failed || !ours[0])
		return false;
	if (doer->failed->kind == DAX_STEP_BIND)
		return strcmp(failure->driver, doer->failed->driver) == 0 && strcmp(ours, theirs) == 0;
	ours += strcspn(ours, "0123456789");
	theirs += strcspn(theirs, "0123456789");
	return dax_step_has_namespace(doer->failed) && strstr(failure->driver, "pmem") &&
	       strncmp(ours, theirs, strcspn(ours, ".") + 1) == 0;
}

/*
 * A probe that new_id starts fails without an error for the writer. The next probe then fails with EINVAL,
 * because the first one left data behind (dev_dax_probe). The kernel's log has the errno of the first one.
 */
static int find_probe_errno(const struct dax_doer *doer, const struct dax_error *err)
{
	struct dax_probe_failure failure;

	for (size_t i = 0; i < err->n_kernel; i++) {
		if (dax_kmsg_parse_probe(err->kernel[i], &failure) && is_of_failed_step(doer, &failure))
			return failure.code;
	}
	return 0;
}

static int tell_real_errno(const struct dax_doer *doer, struct dax_error *err)
{
	/* libndctl returns the same errno for all of them. */
	int code = err->code == EINVAL || err->code == ENXIO ? find_probe_errno(doer, err) : 0;

	if (!code || code == err->code)
		return -err->code;
	dax_error_append(err, "the driver reported: %s", strerror(code));
	err->code = code;
	return -code;
}

/* Stores the identity of the targets, in case their names are reused; namespaces have their uuids. */
static void note_serials(struct dax_doer *doer)
{
	struct dax_serials serials = { 0, 0 };
	size_t last = SIZE_MAX;

	for (size_t i = 0; i < doer->plan->n_targets; i++) {
		const struct dax_target *target = &doer->plan->targets[i];
		const char *path = doer->before->regions[target->region].path;

		if (!dax_target_is_dynamic(doer->before, target))
			continue;
		/* An identity that cannot be read is not compared. */
		if (target->region != last && dax_sysfs_read_serial(doer->sysfs, path, "dax_region", &serials.region))
			serials.region = 0;
		last = target->region;
		serials.device = 0;
		if (!target->created)
			(void)!dax_sysfs_read_serial(doer->sysfs, "bus/dax/devices", target->name, &serials.device);
		dax_journal_set_serials(doer->journal, i, serials);
	}
}

static int begin_journal(const struct dax_doer *doer, struct dax_journal *journal, struct dax_error *err)
{
	const struct dax_apply_options *options = doer->options;
	bool lasting = dax_plan_is_lasting(doer->plan);
	int r = dax_loans_needed(doer->sysfs, doer->plan, &journal->room, err);

	return r ? r : dax_journal_begin(lasting ? options->state_folder : options->run_folder, options->verb, doer->before,
					 doer->plan, journal, err);
}

/* Runs the plan with its journal, which is kept only if something could not be undone. */
static int run_plan(struct dax_doer *doer, struct dax_outcome *outcome, struct dax_error *err)
{
	_cleanup_journal_ struct dax_journal journal = DAX_JOURNAL_INIT;
	_cleanup_shield_ struct dax_shield shield = DAX_SHIELD_INIT;
	size_t reached = 0;
	int r = begin_journal(doer, &journal, err);

	if (r)
		return r;
	dax_shield_begin(&shield);
	dax_doer_use_journal(doer, &journal);
	note_serials(doer);
	outcome->changed = true;
	r = run_steps(doer, outcome, &reached, err);
	if (r)
		roll_back(doer, reached, outcome, err);
	memcpy(outcome->names, journal.names, doer->plan->n_targets * sizeof(*outcome->names));
	dax_doer_leave_journal(doer, outcome->names);
	if (err->blame == DAX_BLAME_STUCK)
		return r;
	int removed = dax_journal_remove(&journal, r ? NULL : err);
	if (r || !removed)
		return r;
	/* All steps are done, but recover would undo them if it found the journal. */
	err->blame = DAX_BLAME_STUCK;
	dax_error_hint(err, "the change was made: run 'daxadm recover --forget' to keep it");
	return removed;
}

int dax_apply(struct dax_sysfs *sysfs, const struct dax_topology *before, const struct dax_plan *plan,
	      const struct dax_apply_options *options, struct dax_outcome *outcome, struct dax_error *err)
{
	_cleanup_(dax_doer_release) struct dax_doer doer = {
		.sysfs = sysfs, .before = before, .plan = plan, .options = options,
	};
	_cleanup_close_ int kmsg = -1;

	if (sysfs->recorded && plan->n_steps) {
		dax_fail(err, EROFS, "a recorded tree cannot be changed");
		dax_error_hint(err, "use --dry-run to see what would be done");
		return -EROFS;
	}
	outcome->status = calloc(plan->n_steps + 1, sizeof(*outcome->status));
	outcome->names = calloc(plan->n_targets + 1, sizeof(*outcome->names));
	doer.names = outcome->names;
	doer.matching = calloc(before->n_regions + 1, sizeof(*doer.matching));
	if (!outcome->status || !outcome->names || !doer.matching)
		return dax_no_memory(err);
	for (size_t i = 0; i < plan->n_targets; i++) {
		if (!plan->targets[i].created)
			strcpy(outcome->names[i], plan->targets[i].name);
	}
	if (!plan->n_steps)
		return check_outcome(&doer, outcome, err);
	int r = check_holders(&doer, 0, err);
	if (!r)
		r = dax_check_memory(&doer, plan->steps, plan->n_steps, err);
	if (r)
		return r;
	kmsg = dax_kmsg_open();
	r = run_plan(&doer, outcome, err);
	if (!r)
		return 0;
	dax_kmsg_collect(kmsg, err);
	return tell_real_errno(&doer, err);
}
