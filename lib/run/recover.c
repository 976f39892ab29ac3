/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "run/recover.h"

#include "base/error.h"
#include "door/proc.h"
#include "door/sysfs.h"
#include "plan/plan.h"
#include "run/apply.h"
#include "run/doer.h"
#include "run/find-target.h"
#include "run/guard-holders.h"
#include "run/guard-memory.h"
#include "run/journal-folder.h"
#include "run/journal-marks.h"
#include "run/journal.h"
#include "run/judge.h"
#include "run/loans.h"
#include "run/step-kinds.h"
#include "run/undo.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* The state of recovering one journal. */
struct work {
	struct dax_doer doer;
	struct dax_record *record;
	struct dax_judgement *judgements;
	enum dax_step_status *status;
	bool *left_alone;
	struct dax_undo undo;
	struct dax_error *err; /* the first error, with further errors appended */
};

static void release_work(struct work *work)
{
	dax_doer_release(&work->doer);
	dax_judgements_free(work->judgements, work->record->plan.n_targets);
	free(work->status);
	free(work->left_alone);
}

static void add_error(struct work *work, const struct dax_error *err)
{
	if (work->err->code) {
		dax_error_append(work->err, "%s", err->message ? err->message : "failed");
		return;
	}
	dax_fail(work->err, err->code, "%s", err->message ? err->message : "failed");
	if (err->hint)
		dax_error_hint(work->err, "%s", err->hint);
}

static void note_stuck(void *data, const struct dax_step *step, const struct dax_error *err)
{
	(void)step;
	add_error(data, err);
}

static void add_note(struct dax_record *record, const char *format, ...) DAX_PRINTF(2, 3);
static void add_note(struct dax_record *record, const char *format, ...)
{
	char **grown = reallocarray(record->notes, record->n_notes + 1, sizeof(*grown));
	char *line = NULL;
	va_list args;

	if (!grown)
		return;
	record->notes = grown;
	va_start(args, format);
	if (vasprintf(&line, format, args) >= 0)
		grown[record->n_notes++] = line;
	va_end(args);
}

/* If a target is in its final state, or no longer exists, none of its steps needs work. */
static void settle(struct work *work, size_t target, enum dax_step_status status)
{
	for (size_t i = 0; i < work->record->plan.n_steps; i++) {
		const struct dax_step *step = &work->record->plan.steps[i];

		if (!dax_step_has_target(step) || step->target != target)
			continue;
		work->status[i] = status;
		dax_journal_mark(&work->record->journal, i, status);
	}
}

/* Before the first write: decides which targets may be touched. */
static void sort_out(struct work *work, enum dax_recovery direction)
{
	struct dax_record *record = work->record;
	bool forward = direction == DAX_RECOVER_FORWARD;

	for (size_t i = 0; i < record->plan.n_targets; i++) {
		const struct dax_target *target = &record->plan.targets[i];
		const char *name = record->names[i][0] ? record->names[i] : target->name;

		switch (work->judgements[i].verdict) {
		case DAX_VERDICT_OURS:
			break;
		case DAX_VERDICT_BEFORE:
			settle(work, i, forward ? DAX_STEP_DONE : DAX_STEP_UNDONE);
			break;
		case DAX_VERDICT_GONE:
			settle(work, i, DAX_STEP_UNDONE);
			add_note(record, "region %s no longer exists: nothing is left to recover for %s",
				 record->before.regions[target->region].name,
				 target->created ? "a new device" : name);
			work->left_alone[i] = true;
			break;
		case DAX_VERDICT_FOREIGN:
			work->left_alone[i] = true;
			add_error(work, &work->judgements[i].why);
			break;
		}
	}
}

static int finish_step(struct work *work, size_t i, struct dax_error *err)
{
	struct dax_doer *doer = &work->doer;
	const struct dax_step *step = &doer->plan->steps[i];

	if (dax_undo_is_bound_by_boot(doer, step)) {
		dax_journal_mark(doer->journal, i, DAX_STEP_DONE);
		return 0;
	}
	int r = dax_check_holders(doer, step, 1, err);
	if (!r)
		r = dax_check_memory(doer, step, 1, err);
	if (r)
		return r;
	dax_journal_mark(doer->journal, i, DAX_STEP_BEGUN);
	r = dax_run_step(doer, step, err);
	dax_journal_mark(doer->journal, i, r ? DAX_STEP_FAILED : DAX_STEP_DONE);
	return r;
}

/*
 * An error of one device does not stop the others, except those that may need the memory that it should
 * release.
 */
static bool is_held_up(const struct work *work, const struct dax_step *step)
{
	const struct dax_target *targets = work->doer.plan->targets;

	if (!dax_step_has_target(step))
		return false;
	for (size_t i = 0; i < work->doer.plan->n_targets; i++) {
		bool grows = step->kind == DAX_STEP_CREATE || step->kind == DAX_STEP_ADD_MAPPING ||
			     (step->kind == DAX_STEP_SET_SIZE && step->to > step->from) || dax_step_has_namespace(step);

		if (work->left_alone[i] && (i == step->target || (grows && targets[i].region == targets[step->target].region)))
			return true;
	}
	return false;
}

/* It is not known how far a step came that has begun: it is undone first. */
static int go_forward(struct work *work)
{
	const struct dax_plan *plan = work->doer.plan;
	int result = 0;

	for (size_t i = 0; i < plan->n_steps; i++) {
		const struct dax_step *step = &plan->steps[i];
		_cleanup_error_ struct dax_error err = DAX_ERROR_INIT;
		int r = 0;

		if (!dax_recovery_wants(work->record, i, DAX_RECOVER_FORWARD) || is_held_up(work, step))
			continue;
		if (dax_doer_interrupted(&work->doer))
			r = dax_fail(&err, EINTR, "interrupted");
		if (!r && dax_recovery_wants(work->record, i, DAX_RECOVER_BACK))
			r = dax_undo_one(&work->undo, i, &err);
		if (!r)
			r = finish_step(work, i, &err);
		if (!r)
			continue;
		add_error(work, &err);
		result = result ? result : r;
		if (r == -EINTR || !dax_step_has_target(step))
			return result;
		work->left_alone[step->target] = true;
	}
	return result;
}

static int claim(struct dax_record *record, struct dax_error *err)
{
	int r = record->alive ? -EAGAIN : dax_journal_claim(&record->journal);

	if (r == -EAGAIN)
		return dax_fail(err, EBUSY, "a process still works on %s, started by pid %d",
				record->journal.path, record->pid);
	return r ? dax_fail(err, -r, "cannot lock %s: %s", record->journal.path, strerror(-r)) : 0;
}

/* The journal may be older than devices that can be lent now. */
static int prepare(struct work *work, enum dax_recovery direction)
{
	struct dax_record *record = work->record;
	struct dax_plan *plan = &record->plan;
	size_t room = 0;
	int r = dax_loans_needed(work->doer.sysfs, plan, &room, work->err);

	if (!r)
		r = dax_journal_make_room(&record->journal, room);
	if (r)
		return work->err->code ? r : dax_fail(work->err, -r, "cannot write to the journal %s: %s",
						      record->journal.path, strerror(-r));
	/* A later recovery of the same journal finds them again. */
	memcpy(record->journal.names, record->names, plan->n_targets * sizeof(*record->names));
	if (record->rebooted)
		dax_journal_forget_loans(&record->journal);
	dax_doer_use_journal(&work->doer, &record->journal);
	work->doer.rebooted = record->rebooted;
	work->doer.matching = calloc(record->before.n_regions + 1, sizeof(*work->doer.matching));
	work->status = calloc(plan->n_steps + 1, sizeof(*work->status));
	work->left_alone = calloc(plan->n_targets + 1, sizeof(*work->left_alone));
	record->lost = calloc(plan->n_targets + 1, sizeof(*record->lost));
	if (!work->doer.matching || !work->status || !work->left_alone || !record->lost)
		return dax_no_memory(work->err);
	for (size_t i = 0; i < plan->n_steps; i++)
		work->status[i] = dax_recovery_wants(record, i, DAX_RECOVER_BACK) ? DAX_STEP_DONE : DAX_STEP_PENDING;
	work->undo = (struct dax_undo){ .doer = &work->doer, .status = work->status, .left_alone = work->left_alone,
					.lost = record->lost, .stuck = note_stuck, .data = work };
	return dax_judge(work->doer.sysfs, record, direction, &work->judgements, work->err);
}

int dax_recover(struct dax_sysfs *sysfs, struct dax_record *record, enum dax_recovery direction,
		const struct dax_apply_options *options, struct dax_error *err)
{
	_cleanup_error_ struct dax_error first = DAX_ERROR_INIT;
	_cleanup_(release_work) struct work work = {
		.doer = {
			.sysfs = sysfs,
			.before = &record->before,
			.plan = &record->plan,
			.options = options,
			.undoing = true,
			.recovering = true,
			.forward = direction == DAX_RECOVER_FORWARD,
		},
		.record = record,
		.err = err ? err : &first,
	};
	_cleanup_shield_ struct dax_shield shield = DAX_SHIELD_INIT;
	int r = claim(record, work.err);

	if (!r)
		r = dax_record_find(sysfs, record, work.err);
	if (!r)
		r = prepare(&work, direction);
	if (r)
		return r;
	dax_shield_begin(&shield);
	sort_out(&work, direction);
	_cleanup_error_ struct dax_error unpaid = DAX_ERROR_INIT;
	if (dax_doer_repay(&work.doer, &unpaid))
		add_error(&work, &unpaid);
	r = direction == DAX_RECOVER_FORWARD ? go_forward(&work) : dax_undo_steps(&work.undo, record->plan.n_steps);
	memcpy(record->names, record->journal.names, record->plan.n_targets * sizeof(*record->names));
	if (r || work.err->code)
		return r ? r : -work.err->code;
	return dax_journal_remove(&record->journal, err);
}
