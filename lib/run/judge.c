/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "run/judge.h"

#include "base/error.h"
#include "base/text.h"
#include "door/sysfs.h"
#include "plan/plan.h"
#include "plan/state-match.h"
#include "plan/states.h"
#include "run/apply.h"
#include "run/find-target.h"
#include "run/journal-marks.h"
#include "run/journal.h"
#include "run/loans.h"
#include "state/rescan.h"
#include "state/topology.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

/* What all targets of a record are compared with. */
struct court {
	struct dax_sysfs *sysfs;
	const struct dax_record *record;
	bool forward;
	enum dax_reach *reached; /* how far each step came */
	struct dax_topology now;
};

static void release_court(struct court *court)
{
	free(court->reached);
	dax_topology_release(&court->now);
}

void dax_judgements_free(struct dax_judgement *judgements, size_t n)
{
	for (size_t i = 0; judgements && i < n; i++)
		dax_error_release(&judgements[i].why);
	free(judgements);
}

static bool is_wanted(const struct dax_record *record, size_t target, enum dax_recovery direction)
{
	for (size_t i = 0; i < record->plan.n_steps; i++) {
		const struct dax_step *step = &record->plan.steps[i];

		if (dax_step_has_target(step) && step->target == target && dax_recovery_wants(record, i, direction))
			return true;
	}
	return false;
}

/* Whether a step of the plan creates the target's namespace, or has destroyed it. */
static bool comes_and_goes(const struct dax_record *record, size_t target)
{
	for (size_t i = 0; i < record->plan.n_steps; i++) {
		const struct dax_step *step = &record->plan.steps[i];
		enum dax_step_status status = dax_record_status(record, i);

		if (dax_step_has_target(step) && step->target == target &&
		    (step->kind == DAX_STEP_CREATE_NAMESPACE ||
		     (step->kind == DAX_STEP_DESTROY_NAMESPACE && status != DAX_STEP_PENDING &&
		      status != DAX_STEP_UNDONE)))
			return true;
	}
	return false;
}

static void hint_forget(struct dax_error *err, bool gone)
{
	dax_error_hint(
		err,
		gone ? "if it does not come back, nothing is left to recover: run 'daxadm recover --forget'"
		     : "another program changed it; run 'daxadm recover --forget' to leave it as it is");
}

/*
 * A region is identified by its path, its size, its start, and by the fact that the kernel has not created it
 * again.
 */
static void judge_region(const struct court *court, size_t target, struct dax_judgement *judgement)
{
	const struct dax_region *was = &court->record->before.regions[court->record->plan.targets[target].region];
	uint64_t known = dax_journal_serials(&court->record->journal, target).region, serial = 0, size = 0, start = 0;
	char first[DAX_SIZE_TEXT], second[DAX_SIZE_TEXT], dir[PATH_MAX];

	snprintf(dir, sizeof(dir), "%s/dax_region", was->path);
	int r = dax_sysfs_read_u64(court->sysfs, dir, "size", &size, NULL);
	if (r == -ENOENT || r == -ENODEV || r == -ENXIO) {
		judgement->verdict = DAX_VERDICT_GONE;
		return;
	}
	judgement->verdict = DAX_VERDICT_FOREIGN;
	/* A CXL region shows its address (drivers/cxl/core/region.c: resource_show). */
	snprintf(dir, sizeof(dir), "%.*s", (int)(was->name - was->path), was->path);
	bool placed = was->kind == DAX_REGION_CXL && was->start &&
		      dax_sysfs_read_u64(court->sysfs, dir, "resource", &start, NULL) == 0;
	if (r)
		dax_fail(&judgement->why, -r, "cannot read the size of region %s: %s", was->name,
			 strerror(-r));
	else if (was->size && size != was->size)
		dax_fail(&judgement->why, EBUSY,
			 "region %s is a different region now: its size is %s, not %s", was->name,
			 dax_format_size(size, first), dax_format_size(was->size, second));
	else if (placed && start != was->start)
		dax_fail(&judgement->why, EBUSY,
			 "region %s is a different region now: it starts at 0x%llx, not at 0x%llx", was->name,
			 (unsigned long long)start, (unsigned long long)was->start);
	else if (known && dax_sysfs_read_serial(court->sysfs, was->path, "dax_region", &serial) == 0 && serial != known)
		dax_fail(&judgement->why, EBUSY,
			 "region %s is a different region now: it was removed and created again", was->name);
	else
		judgement->verdict = DAX_VERDICT_OURS;
	if (judgement->verdict == DAX_VERDICT_FOREIGN)
		hint_forget(&judgement->why, false);
}

/* The same object of the kernel, not only the same name. */
static bool is_same_device(const struct court *court, size_t target)
{
	uint64_t known = dax_journal_serials(&court->record->journal, target).device, serial = 0;

	return !known || (dax_sysfs_read_serial(court->sysfs, "bus/dax/devices", court->record->names[target],
						&serial) == 0 && serial == known);
}

/* The drivers to which the device is lent temporarily: bits. */
static unsigned lent_to(const struct court *court, size_t target)
{
	const struct dax_journal *journal = &court->record->journal;
	unsigned drivers = dax_journal_lent_to(journal);

	for (size_t i = 0; i < journal->room; i++) {
		if (dax_loan_is(journal->loans[i], DAX_LOAN_UNBOUND) &&
		    strcmp(dax_loan_device(journal->loans[i]), court->record->names[target]) == 0)
			return drivers ? drivers : UINT_MAX;
	}
	return 0;
}

/* The difference to the closest state is reported. */
static bool is_any_state(const struct dax_states *states, const char *name, const struct dax_device *device,
			 unsigned lent, struct dax_error *why)
{
	unsigned best = 0;

	for (size_t i = 0; i < states->n; i++) {
		_cleanup_error_ struct dax_error differs = DAX_ERROR_INIT;
		unsigned closeness = 0;

		if (dax_state_is(&states->items[i], name, device, lent, &closeness, &differs))
			return true;
		if (why->code && closeness < best)
			continue;
		best = closeness;
		dax_error_release(why);
		*why = differs;
		differs = (struct dax_error)DAX_ERROR_INIT;
	}
	return false;
}

/* Whether all steps are undone or, forward, all are done. */
static bool is_at_end(const struct court *court, size_t target, const struct dax_states *states, const char *name,
		      const struct dax_device *device, bool same)
{
	const struct dax_state *end = court->forward ? &states->last : &states->first;
	unsigned closeness = 0;

	/*
	 * A namespace has more properties than its device shows; and an older journal does not have the
	 * previous state.
	 */
	if (court->record->plan.targets[target].recreated || (end->there && !end->align))
		return false;
	/* If memory blocks can have several states, it is not known whether they match the plan. */
	for (size_t i = 0; i < end->n_blocks; i++) {
		if (end->blocks[i].allowed & (end->blocks[i].allowed - 1))
			return false;
	}
	/* Unplugged (daxX.Y/state): it is bound as before, without its memory. */
	if (device && end->n_blocks && !device->memory.total)
		return false;
	return !end->any && (same || !court->forward) && dax_state_is(end, name, device, 0, &closeness, NULL);
}

static int judge_device(const struct court *court, size_t target, struct dax_judgement *judgement)
{
	const struct dax_record *record = court->record;
	const char *name = record->names[target][0] ? record->names[target] : record->plan.targets[target].name;
	const struct dax_device *device = dax_topology_device(&court->now, record->names[target]);
	_cleanup_states_ struct dax_states states = { 0 };
	bool same = !device || is_same_device(court, target);
	int r = dax_states_find(&record->before, &record->plan, target, court->reached, &states);

	if (r)
		return r;
	judgement->there = device;
	judgement->verdict = DAX_VERDICT_BEFORE;
	if (is_at_end(court, target, &states, name, device, same))
		return 0;
	judgement->verdict = DAX_VERDICT_OURS;
	/* A user may have removed what the plan has created. */
	if (!device && record->plan.targets[target].created)
		return 0;
	if (same && is_any_state(&states, name, device, lent_to(court, target), &judgement->why)) {
		dax_error_release(&judgement->why);
		return 0;
	}
	judgement->verdict = DAX_VERDICT_FOREIGN;
	if (!same)
		dax_fail(&judgement->why, EBUSY,
			 "%s is a different device now: the one that was changed no longer exists", name);
	else if (device)
		dax_error_append(&judgement->why, "the interrupted run did not leave it like this");
	hint_forget(&judgement->why, !device);
	return 0;
}

static int judge_target(const struct court *court, size_t target, struct dax_judgement *judgement)
{
	const struct dax_record *record = court->record;
	const struct dax_target *named = &record->plan.targets[target];

	if (dax_target_nd(&record->before, named) && !record->names[target][0]) {
		if (comes_and_goes(record, target))
			return 0;
		judgement->verdict = DAX_VERDICT_FOREIGN;
		dax_target_fail_gone(named, &judgement->why);
		hint_forget(&judgement->why, true);
		return 0;
	}
	/* A new device whose name was not noted yet is searched for when its step is handled. */
	if (named->created && !record->names[target][0]) {
		if (dax_target_is_dynamic(&record->before, named))
			judge_region(court, target, judgement);
		return 0;
	}
	/* The kernel decides about namespaces at a boot, and forgets other devices. */
	if (record->rebooted)
		return 0;
	if (dax_target_is_dynamic(&record->before, named))
		judge_region(court, target, judgement);
	return judgement->verdict == DAX_VERDICT_OURS ? judge_device(court, target, judgement) : 0;
}

/* The current state of all devices. */
static int read_now(struct court *court, struct dax_error *err)
{
	const struct dax_record *record = court->record;
	size_t n = 0, n_targets = record->plan.n_targets;
	_cleanup_free_ const char **names = calloc(n_targets + 1, sizeof(*names));
	_cleanup_free_ size_t *regions = calloc(n_targets + 1, sizeof(*regions));

	if (!names || !regions)
		return dax_no_memory(err);
	for (size_t i = 0; i < n_targets; i++) {
		if (!record->names[i][0])
			continue;
		names[n] = record->names[i];
		regions[n++] = record->plan.targets[i].region;
	}
	if (!n || record->rebooted)
		return 0;
	return dax_topology_reread(court->sysfs, &record->before, names, regions, n,
				   DAX_WANT_RANGES | DAX_WANT_MEMORY | DAX_WANT_DETAILS, &court->now, err);
}

static enum dax_reach reach_of(enum dax_step_status status)
{
	static const enum dax_reach reached[] = {
		[DAX_STEP_PENDING] = DAX_REACH_NOT,    [DAX_STEP_DONE] = DAX_REACH_DONE,
		[DAX_STEP_FAILED] = DAX_REACH_PARTLY,  [DAX_STEP_UNDONE] = DAX_REACH_UNDONE,
		[DAX_STEP_STUCK] = DAX_REACH_PARTLY,   [DAX_STEP_BEGUN] = DAX_REACH_BEGUN,
		[DAX_STEP_UNDOING] = DAX_REACH_PARTLY,
	};

	return reached[status];
}

int dax_judge(struct dax_sysfs *sysfs, const struct dax_record *record, enum dax_recovery direction,
	      struct dax_judgement **judgements, struct dax_error *err)
{
	_cleanup_(release_court) struct court court = {
		.sysfs = sysfs,
		.record = record,
		.forward = direction == DAX_RECOVER_FORWARD,
		.reached = calloc(record->plan.n_steps + 1, sizeof(*court.reached)),
	};
	int r = 0;

	*judgements = calloc(record->plan.n_targets + 1, sizeof(**judgements));
	if (!court.reached || !*judgements)
		r = dax_no_memory(err);
	for (size_t i = 0; !r && i < record->plan.n_steps; i++)
		court.reached[i] = reach_of(dax_record_status(record, i));
	if (!r)
		r = read_now(&court, err);
	for (size_t i = 0; !r && i < record->plan.n_targets; i++) {
		if (is_wanted(record, i, direction) && judge_target(&court, i, &(*judgements)[i]))
			r = dax_no_memory(err);
	}
	if (!r)
		return 0;
	dax_judgements_free(*judgements, record->plan.n_targets);
	*judgements = NULL;
	return r;
}

/*
 * After a reboot nothing is left to recover for devices of dynamic regions and for settings of the whole
 * machine. For namespaces, their configuration and the binding of their devices are left.
 */
static bool outlives_reboot(const struct dax_record *record, const struct dax_step *step)
{
	return dax_step_has_target(step) && dax_target_nd(&record->before, &record->plan.targets[step->target]) &&
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
