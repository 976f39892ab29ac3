/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "run/recover.h"
#include "run/guard.h"
#include "state/scan.h"
#include "run/loans.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

/*
 * Of devices of dynamic regions, and of what the whole machine has, a reboot leaves nothing to recover; of those
 * of namespaces it leaves what these are set up as, and that a driver has them.
 */
static bool outlives_reboot(const struct dax_record *record, const struct dax_step *step)
{
	return dax_step_has_device(step) && dax_target_nd(&record->before, &record->plan.targets[step->device]) &&
	       (dax_step_has_namespace(step) || step->kind == DAX_STEP_UNBIND || step->kind == DAX_STEP_BIND);
}

bool dax_recovery_wants(const struct dax_record *record, size_t step, enum dax_recovery direction)
{
	enum dax_step_status status = dax_record_status(record, step);

	if (record->rebooted && !outlives_reboot(record, &record->plan.steps[step]))
		return false;
	if (direction == DAX_RECOVER_FORWARD)
		return status != DAX_STEP_DONE;
	return status != DAX_STEP_PENDING && status != DAX_STEP_UNDONE;
}

/* After a reboot the kernel has bound the device by itself: then nothing is left to do of a step about its driver. */
static bool is_bound_by_boot(struct dax_doer *doer, const struct dax_record *record, const struct dax_step *step)
{
	char driver[DAX_NAME_MAX] = "";

	return record->rebooted && (step->kind == DAX_STEP_UNBIND || step->kind == DAX_STEP_BIND) &&
	       (dax_scan_driver_of(doer->sysfs, dax_doer_name(doer, step), driver) == 0 && driver[0]);
}

/* Whether the step's device is not there, though it should be. One that was deleted comes back with that step. */
static bool is_gone(struct dax_doer *doer, const struct dax_step *step)
{
	const char *name = dax_step_has_device(step) ? dax_doer_name(doer, step) : NULL;
	char dir[512];

	if (!name || dax_step_has_namespace(step) || (step->kind == DAX_STEP_DELETE && !doer->plan->targets[step->device].created))
		return false;
	return !name[0] || (dax_doer_dir(doer, step->device, name, dir, sizeof(dir), NULL) == 0 &&
			    !dax_sysfs_exists(doer->sysfs, dir, "size"));
}

static int fail_gone(const struct dax_doer *doer, const struct dax_step *step, struct dax_error *err)
{
	dax_fail(err, ENODEV, "%s is gone", dax_doer_name(doer, step));
	dax_error_hint(err, "if it does not come back, there is nothing left to recover of it: daxadm recover --forget");
	return -ENODEV;
}

/* *LOST: whether it had done what cannot be taken back. */
static int take_back(struct dax_doer *doer, const struct dax_record *record, size_t i, bool *lost,
		     struct dax_error *err)
{
	const struct dax_step *step = &doer->plan->steps[i];
	int r = dax_doer_find_unnamed(doer, step, err);

	*lost = false;
	if (r)
		return r;
	/* What the plan had made somebody may have removed by hand: of that there is nothing to take back. */
	if (!is_gone(doer, step)) {
		bool changed = !is_bound_by_boot(doer, record, step) && !dax_step_unchanged(doer, step);

		r = changed ? dax_undo_step(doer, step, err) : 0;
		*lost = changed && step->final;
	} else if (!doer->plan->targets[step->device].created &&
		   (step->kind == DAX_STEP_UNBIND || !dax_plan_renews(doer->plan, step->device))) {
		r = fail_gone(doer, step, err);
	}
	dax_journal_mark(doer->journal, i, r ? DAX_STEP_STUCK : DAX_STEP_UNDONE);
	return r;
}

/* Whether a step of the plan makes the target's namespace, or has destroyed it. */
static bool comes_and_goes(const struct dax_record *record, size_t target)
{
	for (size_t i = 0; i < record->plan.n_steps; i++) {
		const struct dax_step *step = &record->plan.steps[i];
		enum dax_step_status status = dax_record_status(record, i);

		if (dax_step_has_device(step) && step->device == target &&
		    (step->kind == DAX_STEP_CREATE_NAMESPACE ||
		     (step->kind == DAX_STEP_DESTROY_NAMESPACE && status != DAX_STEP_PENDING &&
		      status != DAX_STEP_UNDONE)))
			return true;
	}
	return false;
}

/* Before anything is touched: every namespace is there that has to be. */
static int check_there(const struct dax_record *record, enum dax_recovery direction, struct dax_error *err)
{
	for (size_t i = 0; i < record->plan.n_steps; i++) {
		const struct dax_step *step = &record->plan.steps[i];

		if (!dax_recovery_wants(record, i, direction) || !dax_step_has_device(step) ||
		    record->names[step->device][0] || comes_and_goes(record, step->device))
			continue;
		const struct dax_target *target = &record->plan.targets[step->device];
		if (!dax_target_nd(&record->before, target))
			continue;
		dax_target_fail_gone(target, err);
		dax_error_hint(err, "if it does not come back, there is nothing left to recover of it: "
				    "daxadm recover --forget");
		return -ENODEV;
	}
	return 0;
}

/* Here it can be left off: what is still to do stays in the journal. */
static int check_interrupted(const struct dax_doer *doer, struct dax_error *err)
{
	return dax_doer_interrupted(doer) ? dax_fail(err, EINTR, "interrupted") : 0;
}

static int go_back(struct dax_doer *doer, const struct dax_record *record, struct dax_error *err)
{
	bool lost = false;
	int r = 0;

	for (size_t i = doer->plan->n_steps; !r && i-- > 0;) {
		if (!dax_recovery_wants(record, i, DAX_RECOVER_BACK))
			continue;
		r = check_interrupted(doer, err);
		if (!r)
			r = take_back(doer, record, i, &lost, err);
		if (!r && lost)
			record->lost[doer->plan->steps[i].device] = true;
	}
	return r;
}

static int finish_step(struct dax_doer *doer, const struct dax_record *record, size_t i, struct dax_error *err)
{
	const struct dax_step *step = &doer->plan->steps[i];

	if (is_bound_by_boot(doer, record, step)) {
		dax_journal_mark(doer->journal, i, DAX_STEP_DONE);
		return 0;
	}
	int r = dax_check_holders(doer, step, 1, err);
	if (r)
		return r;
	dax_journal_mark(doer->journal, i, DAX_STEP_BEGUN);
	r = dax_run_step(doer, step, err);
	dax_journal_mark(doer->journal, i, r ? DAX_STEP_FAILED : DAX_STEP_DONE);
	return r;
}

/* Of a step that was begun it is not known how far it came: it is taken back first. */
static int go_forward(struct dax_doer *doer, const struct dax_record *record, struct dax_error *err)
{
	bool lost = false; /* as was meant */
	int r = 0;

	for (size_t i = 0; !r && i < doer->plan->n_steps; i++) {
		if (!dax_recovery_wants(record, i, DAX_RECOVER_FORWARD))
			continue;
		r = check_interrupted(doer, err);
		if (!r && dax_recovery_wants(record, i, DAX_RECOVER_BACK))
			r = take_back(doer, record, i, &lost, err);
		if (!r)
			r = finish_step(doer, record, i, err);
	}
	return r;
}

static int claim(struct dax_record *record, struct dax_error *err)
{
	int r = record->alive ? -EAGAIN : dax_journal_claim(&record->journal);

	if (r == -EAGAIN)
		return dax_fail(err, EBUSY, "a process is still at work on %s, begun by pid %d", record->journal.path,
				record->pid);
	return r ? dax_fail(err, -r, "cannot lock %s: %s", record->journal.path, strerror(-r)) : 0;
}

int dax_recover(struct dax_sysfs *sysfs, struct dax_record *record, enum dax_recovery direction,
		const struct dax_apply_options *options, struct dax_error *err)
{
	_cleanup_(dax_doer_release) struct dax_doer doer = {
		.sysfs = sysfs,
		.before = &record->before,
		.plan = &record->plan,
		.options = options,
		.journal = &record->journal,
		.names = record->journal.names,
		.undoing = true,
		.recovering = true,
	};
	int r = claim(record, err);

	if (!r)
		r = dax_record_find(sysfs, record, err);
	if (!r)
		r = check_there(record, direction, err);
	if (r)
		return r;
	/* Whoever finds the journal after us finds them again. */
	memcpy(record->journal.names, record->names, record->plan.n_targets * sizeof(*record->names));
	if (record->rebooted)
		dax_journal_forget_loans(&record->journal);
	doer.matching = calloc(record->before.n_regions + 1, sizeof(*doer.matching));
	record->lost = calloc(record->plan.n_targets + 1, sizeof(*record->lost));
	if (!doer.matching || !record->lost)
		return dax_no_memory(err);
	r = dax_doer_repay(&doer, err);
	if (!r)
		r = direction == DAX_RECOVER_FORWARD ? go_forward(&doer, record, err) : go_back(&doer, record, err);
	memcpy(record->names, record->journal.names, record->plan.n_targets * sizeof(*record->names));
	return r ? r : dax_journal_remove(&record->journal, err);
}

struct left_behind {
	struct dax_sysfs *sysfs;
	const struct dax_plan *plan;
	struct dax_error *err;
};

/*
 * Whether the change of RECORD was about this device: of this name, or of this uuid, which is the journal's
 * also while no namespace has it, not yet or no more.
 */
static bool is_about(const struct dax_record *record, const struct dax_target *device)
{
	for (size_t i = 0; i < record->plan.n_targets; i++) {
		const char *uuid = record->plan.targets[i].label_uuid;

		if (strcmp(record->names[i], device->name) == 0 ||
		    (uuid[0] && strcmp(uuid, device->label_uuid) == 0))
			return true;
	}
	for (size_t i = 0; !record->rebooted && i < record->journal.n_loans; i++) {
		const char *lent = dax_loan_device(record->journal.loans[i]);

		if (lent && strcmp(lent, device->name) == 0)
			return true;
	}
	return false;
}

/* The region that step I of RECORD needs memory of, to be taken back; NULL when it needs none. */
static const struct dax_region *needs_memory(const struct dax_record *record, size_t i)
{
	const struct dax_step *step = &record->plan.steps[i];
	const struct dax_region *region =
		dax_step_has_device(step) ? &record->before.regions[record->plan.targets[step->device].region]
					  : NULL;

	if (!dax_recovery_wants(record, i, DAX_RECOVER_BACK))
		return NULL;
	if (step->kind == DAX_STEP_DELETE || (step->kind == DAX_STEP_SET_SIZE && step->to < step->from))
		return region;
	if (dax_step_has_namespace(step) && step->becomes.size < step->was.size &&
	    step->kind != DAX_STEP_DISABLE_NAMESPACE)
		return dax_region_nd(&record->before, region);
	return NULL;
}

/* The region that a step takes memory of; NULL for none. */
static const struct dax_region *takes_memory(const struct dax_plan *plan, const struct dax_step *step)
{
	const struct dax_region *region =
		dax_step_has_device(step) ? &plan->after.regions[plan->targets[step->device].region] : NULL;

	if (step->kind == DAX_STEP_CREATE || step->kind == DAX_STEP_ADD_MAPPING ||
	    (step->kind == DAX_STEP_SET_SIZE && step->to > step->from))
		return region;
	if (dax_step_has_namespace(step) && step->becomes.size > step->was.size &&
	    step->kind != DAX_STEP_ENABLE_NAMESPACE)
		return dax_region_nd(&plan->after, region);
	return NULL;
}

static bool is_same(const struct dax_region *was, const struct dax_region *now)
{
	if (was->kind == DAX_REGION_ND && now->kind == DAX_REGION_ND)
		return dax_region_is_same(was, now);
	return strcmp(was->path, now->path) == 0;
}

/* Memory that was given away half way is not for others before that is settled. */
static int check_memory(const struct dax_plan *plan, const struct dax_record *record, struct dax_error *err)
{
	for (size_t i = 0; i < plan->n_steps; i++) {
		const struct dax_region *region = takes_memory(plan, &plan->steps[i]);

		for (size_t j = 0; region && j < record->plan.n_steps; j++) {
			const struct dax_region *needed = needs_memory(record, j);

			if (!needed || !is_same(needed, region))
				continue;
			size_t target = record->plan.steps[j].device;
			const char *name = record->names[target];

			return dax_fail(err, EBUSY, "region %s may have to give %s back what it had before a run that "
					"ended early (%s, pid %d)", region->name,
					name[0] ? name : record->plan.targets[target].name, record->verb, record->pid);
		}
	}
	return 0;
}

static int check_journal(const char *path, void *data)
{
	const struct left_behind *check = data;
	_cleanup_record_ struct dax_record record = DAX_RECORD_INIT;
	_cleanup_error_ struct dax_error unreadable = DAX_ERROR_INIT;
	int r = dax_journal_read(path, &record, &unreadable);

	/* One that is no journal says nothing of any device: recover will tell of it. Or it has just gone. */
	if (r == -EPROTO || r == -ENOENT)
		return 0;
	if (!r)
		r = dax_record_find(check->sysfs, &record, &unreadable);
	if (r) {
		dax_fail(check->err, -r, "%s", unreadable.message);
		dax_error_hint(check->err, "%s tells of a run that ended early: see daxadm recover --dry-run", path);
		return r;
	}
	/* A new device may get the name of one that was deleted: that name is taken until it is back. */
	for (size_t i = 0; i < check->plan->n_targets; i++) {
		const char *name = check->plan->targets[i].name;

		if (!is_about(&record, &check->plan->targets[i]))
			continue;
		if (record.alive) /* somebody has removed the lock */
			return dax_fail(check->err, EBUSY, "%s is just being changed (%s, pid %d)", name, record.verb,
					record.pid);
		r = dax_fail(check->err, EBUSY, "%s was left half changed by a run that ended early (%s, pid %d)", name,
			     record.verb, record.pid);
		break;
	}
	if (!r)
		r = check_memory(check->plan, &record, check->err);
	if (r)
		dax_error_hint(check->err, "daxadm recover brings it back to what it was before");
	return r;
}

int dax_check_left_behind(struct dax_sysfs *sysfs, const struct dax_apply_options *options,
			  const struct dax_plan *plan, struct dax_error *err)
{
	struct left_behind check = { .sysfs = sysfs, .plan = plan, .err = err };
	int r = dax_journal_list(options->run_folder, false, check_journal, &check, err);

	return r ? r : dax_journal_list(options->state_folder, false, check_journal, &check, err);
}
