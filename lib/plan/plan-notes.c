/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Uncertainties of a plan: memory that may not go offline, or that other programs bring online again. */
#include "plan/plan-notes.h"

#include "plan/plan.h"
#include "state/topology.h"

#include <string.h>

/* Blocks in zone Normal among those that the plan takes offline. */
static void note_kernel_zone(struct dax_plan *plan, size_t target)
{
	size_t n = 0;

	for (size_t i = 0; i < plan->n_steps; i++) {
		const struct dax_step *step = &plan->steps[i];

		for (size_t j = 0; step->kind == DAX_STEP_OFFLINE && step->target == target && j < step->n_blocks; j++)
			n += step->blocks[j].from == DAX_BLOCK_KERNEL;
	}
	if (n)
		dax_plan_note(plan,
			      "%s: %zu memory block%s in zone Normal may never go offline: the kernel puts "
			      "memory there that cannot be moved",
			      plan->targets[target].name, n, n > 1 ? "s" : "");
}

/*
 * Memory that the plan leaves offline, or takes offline temporarily, and a udev rule that brings it online.
 */
static void note_onliner(struct dax_plan *plan, size_t target)
{
	bool added = false, taken = false;

	for (size_t i = 0; i < plan->n_steps; i++) {
		const struct dax_step *step = &plan->steps[i];

		if (!dax_step_has_target(step) || step->target != target)
			continue;
		if (step->kind == DAX_STEP_BIND && step->n_blocks)
			added = step->blocks[0].to == DAX_BLOCK_OFFLINE;
		taken = taken || step->kind == DAX_STEP_OFFLINE;
	}
	if (plan->after.onliner[0] && (added || (taken && plan->after.onliner_takes_offline)))
		dax_plan_note(plan,
			      "%s: the udev rule at %s may bring memory online that should stay offline",
			      plan->targets[target].name, plan->after.onliner);
}

void dax_plan_note_risks(struct dax_plan *plan)
{
	for (size_t i = 0; i < plan->n_targets; i++) {
		note_kernel_zone(plan, i);
		note_onliner(plan, i);
	}
}
