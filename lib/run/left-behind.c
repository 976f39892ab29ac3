/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Protects what an interrupted run has left until it is recovered. */
#include "run/left-behind.h"

#include "run/find-target.h"
#include "run/journal-folder.h"
#include "run/journal-read.h"
#include "run/judge.h"
#include "run/loans.h"

#include <errno.h>
#include <string.h>

struct left_behind {
	struct dax_sysfs *sysfs;
	const struct dax_plan *plan;
	struct dax_error *err;
};

/* One of the journals, and which targets are still its own; this is found out on demand. */
struct journal {
	struct dax_sysfs *sysfs;
	struct dax_record record;
	struct dax_judgement *judgements;
	struct dax_error error;
};

static void release_journal(struct journal *journal)
{
	dax_judgements_free(journal->judgements, journal->record.plan.n_targets);
	dax_record_release(&journal->record);
	dax_error_release(&journal->error);
}

/* Whether target I may still have to be undone; if it cannot be examined, it may. */
static bool is_still_ours(struct journal *journal, size_t i)
{
	if (!journal->judgements &&
	    dax_judge(journal->sysfs, &journal->record, DAX_RECOVER_BACK, &journal->judgements, &journal->error))
		return true;
	const struct dax_judgement *judgement = &journal->judgements[i];

	/* True also for a device in its previous state, but not for a new device that does not exist. */
	return judgement->verdict == DAX_VERDICT_OURS || (judgement->verdict == DAX_VERDICT_BEFORE && judgement->there);
}

static bool is_lent(const struct journal *journal, const struct dax_target *device)
{
	for (size_t i = 0; !journal->record.rebooted && i < journal->record.journal.room; i++) {
		const char *loan = journal->record.journal.loans[i], *lent = dax_loan_device(loan);
		uint64_t known = loan[0] ? dax_loan_serial(loan) : 0, serial = 0;

		if (!lent || strcmp(lent, device->name) != 0)
			continue;
		if (!known || (dax_sysfs_read_serial(journal->sysfs, "bus/dax/devices", lent, &serial) == 0 &&
			       serial == known))
			return true;
	}
	return false;
}

/*
 * Whether the change of the journal was about this device: it has this name and is the same device, or it has
 * this uuid. The uuid belongs to the journal even while no namespace has it.
 */
static bool is_about(struct journal *journal, const struct dax_target *device)
{
	const struct dax_record *record = &journal->record;

	for (size_t i = 0; i < record->plan.n_targets; i++) {
		const char *uuid = record->plan.targets[i].label_uuid;

		if ((uuid[0] && strcmp(uuid, device->label_uuid) == 0) ||
		    (strcmp(record->names[i], device->name) == 0 && (record->alive || is_still_ours(journal, i))))
			return true;
	}
	return is_lent(journal, device);
}

/* The region in which an undo of step I of RECORD needs memory; NULL for none. */
static const struct dax_region *needs_memory(const struct dax_record *record, size_t i)
{
	const struct dax_step *step = &record->plan.steps[i];
	const struct dax_region *region =
		dax_step_has_target(step) ? &record->before.regions[record->plan.targets[step->target].region]
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

/* The region in which a step takes memory; NULL for none. */
static const struct dax_region *takes_memory(const struct dax_plan *plan, const struct dax_step *step)
{
	const struct dax_region *region =
		dax_step_has_target(step) ? &plan->after.regions[plan->targets[step->target].region] : NULL;

	if (step->kind == DAX_STEP_CREATE || step->kind == DAX_STEP_ADD_MAPPING ||
	    (step->kind == DAX_STEP_SET_SIZE && step->to > step->from))
		return region;
	if (dax_step_has_namespace(step) && step->becomes.size > step->was.size &&
	    step->kind != DAX_STEP_ENABLE_NAMESPACE)
		return dax_region_nd(&plan->after, region);
	return NULL;
}

/* A different region with the name of a removed one rarely has its size or its place. */
static bool is_same(const struct dax_region *was, const struct dax_region *now)
{
	if (was->kind == DAX_REGION_ND && now->kind == DAX_REGION_ND)
		return dax_region_is_same(was, now);
	return strcmp(was->path, now->path) == 0 && (!was->size || was->size == now->size) &&
	       (!was->start || !now->layout_known || was->start == now->start);
}

/* Memory that was partly given up must not be used by others before the recovery. */
static int check_memory(const struct dax_plan *plan, struct journal *journal, struct dax_error *err)
{
	const struct dax_record *record = &journal->record;

	for (size_t i = 0; i < plan->n_steps; i++) {
		const struct dax_region *region = takes_memory(plan, &plan->steps[i]);

		for (size_t j = 0; region && j < record->plan.n_steps; j++) {
			const struct dax_region *needed = needs_memory(record, j);

			size_t target = record->plan.steps[j].target;
			if (!needed || !is_same(needed, region) || !is_still_ours(journal, target))
				continue;
			const char *name = record->names[target];

			return dax_fail(err, EBUSY,
					"region %s: space is reserved to restore %s after an interrupted run "
					"(%s, pid %d)",
					region->name, name[0] ? name : record->plan.targets[target].name,
					record->verb, record->pid);
		}
	}
	return 0;
}

static int check_journal(const char *path, void *data)
{
	const struct left_behind *check = data;
	_cleanup_(release_journal) struct journal journal = { .sysfs = check->sysfs, .record = DAX_RECORD_INIT };
	const struct dax_record *record = &journal.record;
	_cleanup_error_ struct dax_error unreadable = DAX_ERROR_INIT;
	int r = dax_journal_read(path, &journal.record, &unreadable);

	/* A file that is not a journal names no device; recover reports it. Or it was just removed. */
	if (r == -EPROTO || r == -ENOENT)
		return 0;
	if (!r)
		r = dax_record_find(check->sysfs, &journal.record, &unreadable);
	if (r) {
		dax_fail(check->err, -r, "%s", unreadable.message);
		dax_error_hint(check->err,
			       "%s is from an interrupted run: run 'daxadm recover --dry-run' to see it",
			       path);
		return r;
	}
	/*
	 * A new device may get the name of a deleted one: the name is reserved until the device is restored.
	 */
	for (size_t i = 0; i < check->plan->n_targets; i++) {
		const char *name = check->plan->targets[i].name;

		if (!is_about(&journal, &check->plan->targets[i]))
			continue;
		if (record->alive) /* somebody has removed the lock */
			return dax_fail(check->err, EBUSY, "%s is being changed (%s, pid %d)", name,
					record->verb, record->pid);
		r = dax_fail(check->err, EBUSY, "%s was left half changed by an interrupted run (%s, pid %d)",
			     name, record->verb, record->pid);
		break;
	}
	if (!r)
		r = check_memory(check->plan, &journal, check->err);
	if (r)
		dax_error_hint(check->err, "run 'daxadm recover' to restore it");
	return r;
}

int dax_check_left_behind(struct dax_sysfs *sysfs, const struct dax_apply_options *options,
			  const struct dax_plan *plan, struct dax_error *err)
{
	struct left_behind check = { .sysfs = sysfs, .plan = plan, .err = err };
	int r = dax_journal_list(options->run_folder, false, check_journal, &check, err);

	return r ? r : dax_journal_list(options->state_folder, false, check_journal, &check, err);
}
