/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "compare.h"
#include "doer.h"
#include "kmsg.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

/* One kind of step: everything that the program can do to a machine is a row of the table below. */
struct step_kind {
	const char *name;
	char *(*describe)(const struct dax_step *step, const char *name);
	int (*act)(struct dax_doer *doer, const struct dax_step *step, struct dax_error *err);
	/* NULL where the kernel's answer can be relied on. */
	int (*verify)(struct dax_doer *doer, const struct dax_step *step, struct dax_error *err);
	int (*undo)(const struct dax_step *step, struct dax_steps *inverse);
	bool (*unchanged)(struct dax_doer *doer, const struct dax_step *step);
};

static const struct step_kind kinds[DAX_N_STEP_KINDS] = {
	[DAX_STEP_CREATE] = { "create", dax_describe_create, dax_do_create, NULL,
			      dax_undo_create, dax_unchanged_create },
	[DAX_STEP_DELETE] = { "delete", dax_describe_delete, dax_do_delete, NULL,
			      dax_undo_delete, dax_unchanged_delete },
	[DAX_STEP_SET_ALIGN] = { "set-align", dax_describe_set_align, dax_do_set_align, NULL,
				 dax_undo_swap, dax_unchanged_align },
	[DAX_STEP_SET_SIZE] = { "set-size", dax_describe_set_size, dax_do_set_size, NULL,
				dax_undo_set_size, dax_unchanged_size },
	[DAX_STEP_ADD_MAPPING] = { "add-mapping", dax_describe_add_mapping, dax_do_add_mapping, dax_verify_add_mapping,
				   dax_undo_add_mapping, dax_unchanged_size },
	[DAX_STEP_LOAD_DRIVER] = { "load-driver", dax_describe_load_driver, dax_do_load_driver, NULL,
				   dax_undo_load_driver, dax_unchanged_always },
	[DAX_STEP_BIND] = { "bind", dax_describe_bind, dax_do_bind, NULL,
			    dax_undo_bind, dax_unchanged_bind },
	[DAX_STEP_UNBIND] = { "unbind", dax_describe_unbind, dax_do_unbind, dax_verify_unbind,
			      dax_undo_unbind, dax_unchanged_unbind },
	[DAX_STEP_ONLINE] = { "online", dax_describe_online, dax_do_online, NULL,
			      dax_undo_online, dax_unchanged_never },
	[DAX_STEP_OFFLINE] = { "offline", dax_describe_offline, dax_do_offline, NULL,
			       dax_undo_offline, dax_unchanged_never },
	[DAX_STEP_SET_POLICY] = { "set-policy", dax_describe_set_policy, dax_do_set_policy, NULL,
				  dax_undo_swap, dax_unchanged_always },
	[DAX_STEP_SET_MEMMAP] = { "set-memmap", dax_describe_set_memmap, dax_do_set_memmap, NULL,
				  dax_undo_swap, dax_unchanged_always },
};

const char *dax_step_name(enum dax_step_kind kind)
{
	return kinds[kind].name;
}

char *dax_step_describe(const struct dax_step *step, const char *name)
{
	return kinds[step->kind].describe(step, name);
}

int dax_step_inverse(const struct dax_step *step, struct dax_steps *inverse, struct dax_error *err)
{
	return kinds[step->kind].undo(step, inverse) ? dax_no_memory(err) : 0;
}

const char *dax_step_status_name(enum dax_step_status status)
{
	static const char *const names[] = {
		[DAX_STEP_PENDING] = "pending", [DAX_STEP_DONE] = "done",   [DAX_STEP_FAILED] = "failed",
		[DAX_STEP_UNDONE] = "undone",	[DAX_STEP_STUCK] = "stuck",
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

static void doer_release(struct dax_doer *doer)
{
	free(doer->by_id);
	free(doer->bystanders);
}

static int run_step(struct dax_doer *doer, const struct dax_step *step, struct dax_error *err)
{
	const struct step_kind *kind = &kinds[step->kind];
	int r = kind->act(doer, step, err);

	return r || !kind->verify ? r : kind->verify(doer, step, err);
}

/* Takes one step back. */
static int undo_step(struct dax_doer *doer, const struct dax_step *step, struct dax_error *err)
{
	_cleanup_steps_ struct dax_steps inverse = { 0 };
	int r = dax_step_inverse(step, &inverse, err);

	for (size_t i = 0; !r && i < inverse.n; i++)
		r = run_step(doer, &inverse.items[i], err);
	if (!r && step->kind == DAX_STEP_CREATE)
		doer->names[step->device][0] = '\0';
	return r;
}

/* The error is that of the step that failed; a failure to take another back is added to it. */
static void report_stuck(struct dax_doer *doer, const struct dax_step *step, struct dax_error *undo,
			 struct dax_error *err)
{
	_cleanup_free_ char *what = dax_step_describe(step, dax_step_has_device(step) ? dax_doer_name(doer, step) : "");
	_cleanup_free_ char *first = err->message ? strdup(err->message) : NULL;
	int code = err->code;

	dax_fail(err, code, "%s; and what was done before could not be taken back (%s): %s (%s)",
		 first ? first : "failed", what ? what : "a step", undo->message ? undo->message : "failed",
		 dax_errno_name(undo->code));
	err->blame = DAX_BLAME_STUCK;
	dax_error_hint(err, "look at 'daxadm list -iM' and bring the device into the state that you want by hand");
}

/* Whether a step after step I could not be taken back: then no earlier one of its device can be. */
static bool is_stuck(const struct dax_doer *doer, const struct dax_outcome *outcome, size_t i, size_t end)
{
	const struct dax_step *steps = doer->plan->steps;

	for (size_t later = i + 1; later < end && dax_step_has_device(&steps[i]); later++) {
		if (outcome->status[later] == DAX_STEP_STUCK && dax_step_has_device(&steps[later]) &&
		    steps[later].device == steps[i].device)
			return true;
	}
	return false;
}

/* Takes back steps END-1 to 0, in reverse; what one device is stuck with does not keep others from it. */
static void undo_steps(struct dax_doer *doer, size_t end, struct dax_outcome *outcome, struct dax_error *err)
{
	for (size_t i = end; i-- > 0;) {
		const struct dax_step *step = &doer->plan->steps[i];
		_cleanup_error_ struct dax_error undo = DAX_ERROR_INIT;
		bool failed = outcome->status[i] == DAX_STEP_FAILED;

		if ((failed && kinds[step->kind].unchanged(doer, step)) || is_stuck(doer, outcome, i, end))
			continue;
		if (undo_step(doer, step, &undo)) {
			outcome->status[i] = DAX_STEP_STUCK;
			report_stuck(doer, step, &undo, err);
		} else if (!failed)
			outcome->status[i] = DAX_STEP_UNDONE;
	}
}

/* Reads the targets as they are now. */
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
			continue; /* never created, or taken back */
		names[n] = doer->names[i];
		regions[n++] = plan->targets[i].region;
	}
	return dax_topology_reread(doer->sysfs, doer->before, names, regions, n, DAX_WANT_RANGES | DAX_WANT_MEMORY,
				   &outcome->observed, err);
}

static int run_plan(struct dax_doer *doer, struct dax_outcome *outcome, struct dax_error *err)
{
	const struct dax_plan *plan = doer->plan;
	int r = 0;
	size_t i = 0;

	while (!r && i < plan->n_steps) {
		if (dax_doer_interrupted(doer)) {
			r = dax_fail(err, EINTR, "interrupted, with %zu of %zu steps done", i, plan->n_steps);
			break;
		}
		r = run_step(doer, &plan->steps[i], err);
		outcome->status[i++] = r ? DAX_STEP_FAILED : DAX_STEP_DONE;
	}
	if (!r)
		r = observe(doer, outcome, err);
	if (!r)
		r = dax_compare(plan, &outcome->observed, (const char(*)[DAX_NAME_MAX])doer->names, err);
	if (!r)
		return 0;
	doer->undoing = true;
	undo_steps(doer, i, outcome, err);
	outcome->changed = err->blame == DAX_BLAME_STUCK;
	dax_topology_release(&outcome->observed);
	/* To be shown; the error is the other one. */
	_cleanup_error_ struct dax_error ignored = DAX_ERROR_INIT;
	(void)!observe(doer, outcome, &ignored);
	return r;
}

int dax_apply(struct dax_sysfs *sysfs, const struct dax_topology *before, const struct dax_plan *plan,
	      const struct dax_apply_options *options, struct dax_outcome *outcome, struct dax_error *err)
{
	_cleanup_(doer_release) struct dax_doer doer = {
		.sysfs = sysfs, .before = before, .plan = plan, .options = options,
	};
	_cleanup_close_ int kmsg = -1;

	if (sysfs->recorded && plan->n_steps) {
		dax_fail(err, EROFS, "a recorded tree cannot be changed");
		dax_error_hint(err, "--dry-run shows what would be done");
		return -EROFS;
	}
	outcome->status = calloc(plan->n_steps + 1, sizeof(*outcome->status));
	outcome->names = calloc(plan->n_targets + 1, sizeof(*outcome->names));
	doer.names = outcome->names;
	doer.by_id = calloc(before->n_regions + 1, sizeof(*doer.by_id));
	if (!outcome->status || !outcome->names || !doer.by_id)
		return dax_no_memory(err);
	for (size_t i = 0; i < plan->n_targets; i++) {
		if (!plan->targets[i].created)
			strcpy(outcome->names[i], plan->targets[i].name);
	}
	if (plan->n_steps)
		kmsg = dax_kmsg_open();
	outcome->changed = plan->n_steps > 0;
	int r = run_plan(&doer, outcome, err);
	if (r)
		dax_kmsg_collect(kmsg, err);
	if (r == -EACCES && !err->hint && geteuid() != 0)
		dax_error_hint(err, "run as root");
	return r;
}
