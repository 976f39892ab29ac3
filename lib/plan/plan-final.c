/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The order of steps if one of them cannot be undone. Steps that can fail go first: drivers are loaded at the
 * start, because a module may be missing, and the steps of a device from its first final step on go last.
 */
#include "plan/plan-final.h"

#include "base/error.h"
#include "plan/plan-notes.h"
#include "plan/plan.h"

#include <string.h>

enum rank {
	RANK_DRIVER, /* loads a driver */
	RANK_EARLY,
	RANK_LATE, /* final, or after a final step of the same device */
	N_RANKS
};

static bool loads_driver(const struct dax_step *step)
{
	return step->kind == DAX_STEP_LOAD_DRIVER || step->kind == DAX_STEP_SET_AUTOPROBE;
}

/* The policy is set for the steps up to the one that restores it: these stay together. */
static size_t find_unit_end(const struct dax_plan *plan, size_t first)
{
	const struct dax_step *step = &plan->steps[first];
	size_t end = first + 1;

	if (step->kind != DAX_STEP_SET_POLICY)
		return end;
	while (end < plan->n_steps &&
	       (plan->steps[end].kind != DAX_STEP_SET_POLICY || plan->steps[end].to != step->from))
		end++;
	return end < plan->n_steps ? end + 1 : end;
}

/* LATE: the targets that have had a final step. */
static enum rank rank_unit(const struct dax_plan *plan, size_t first, size_t end, bool *late)
{
	enum rank rank = RANK_EARLY;

	for (size_t i = first; i < end; i++) {
		const struct dax_step *step = &plan->steps[i];

		if (!dax_step_has_target(step))
			continue;
		late[step->target] = late[step->target] || step->final;
		if (late[step->target])
			rank = RANK_LATE;
	}
	return rank;
}

static int put_final_last(struct dax_plan *plan, struct dax_error *err)
{
	_cleanup_free_ struct dax_step *steps = calloc(plan->n_steps + 1, sizeof(*steps));
	_cleanup_free_ enum rank *ranks = calloc(plan->n_steps + 1, sizeof(*ranks));
	_cleanup_free_ bool *late = calloc(plan->n_targets + 1, sizeof(*late));
	size_t n = 0;

	if (!steps || !ranks || !late)
		return dax_no_memory(err);
	for (size_t i = 0; i < plan->n_steps;) {
		size_t end = find_unit_end(plan, i);
		enum rank rank = rank_unit(plan, i, end, late);

		for (; i < end; i++)
			ranks[i] = loads_driver(&plan->steps[i]) ? RANK_DRIVER : rank;
	}
	for (enum rank rank = 0; rank < N_RANKS; rank++) {
		for (size_t i = 0; i < plan->n_steps; i++) {
			if (ranks[i] == rank)
				steps[n++] = plan->steps[i];
		}
	}
	if (n)
		memcpy(plan->steps, steps, n * sizeof(*steps));
	return 0;
}

int dax_plan_finish(struct dax_plan *made, struct dax_plan *plan, struct dax_error *err)
{
	int r = put_final_last(made, err);

	if (r)
		return r;
	dax_plan_note_risks(made);
	*plan = *made;
	*made = (struct dax_plan)DAX_PLAN_INIT;
	return 0;
}
