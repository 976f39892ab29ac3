/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The order of steps that bring memory of several devices online, or take it offline. The cost of a block for
 * the kernel increases with the contiguous part of its zone, counted from the start of the zone (see
 * do-memory.c). So a hole near that start should exist as long as possible. Online: the lowest block first,
 * then device after device from the top down. Offline: the lowest device first, and its lowest block last of
 * all.
 */
#include "plan/plan-arrange.h"

#include "base/error.h"
#include "plan/plan.h"
#include "plan/steps.h"

#include <string.h>

static int compare_lowest(const void *a, const void *b)
{
	uint64_t first = ((const struct dax_step *)a)->blocks[0].number;
	uint64_t second = ((const struct dax_step *)b)->blocks[0].number;

	return (first > second) - (first < second);
}

static int compare_highest(const void *a, const void *b)
{
	return compare_lowest(b, a);
}

static int node_of(const struct dax_plan *plan, const struct dax_step *step)
{
	return plan->after.regions[plan->targets[step->target].region].target_node;
}

/* Among the steps from FIRST on for NODE, the one with the lowest block; their number is *N. */
static struct dax_step *find_lowest(const struct dax_plan *plan, size_t first, int node, size_t *n)
{
	struct dax_step *lowest = NULL;

	*n = 0;
	for (size_t i = first; i < plan->n_steps; i++) {
		struct dax_step *step = &plan->steps[i];

		if (node_of(plan, step) != node)
			continue;
		if (!lowest || step->blocks[0].number < lowest->blocks[0].number)
			lowest = step;
		++*n;
	}
	return lowest;
}

/* Splits the lowest block of NODE into a step of its own, before the steps from FIRST on, or after them. */
static int split_lowest(struct dax_plan *plan, size_t first, int node, struct dax_error *err)
{
	struct dax_steps steps = { plan->steps, plan->n_steps };
	size_t n = 0;
	struct dax_step *lowest = find_lowest(plan, first, node, &n);

	if (n < 2 || lowest->n_blocks < 2)
		return 0;
	struct dax_step alone = *lowest;
	alone.n_blocks = 1;
	size_t at = (size_t)(lowest - plan->steps);
	int r = dax_steps_add(&steps, &alone);
	plan->steps = steps.items;
	plan->n_steps = steps.n;
	if (r)
		return dax_no_memory(err);
	lowest = &plan->steps[at];
	lowest->n_blocks--;
	memmove(lowest->blocks, lowest->blocks + 1, lowest->n_blocks * sizeof(*lowest->blocks));
	if (alone.kind == DAX_STEP_OFFLINE)
		return 0;
	alone = plan->steps[plan->n_steps - 1];
	memmove(&plan->steps[first + 1], &plan->steps[first], (plan->n_steps - 1 - first) * sizeof(alone));
	plan->steps[first] = alone;
	return 0;
}

/* Once for each node. The step that was split off belongs to the node too, and is not handled again. */
static int split_each_node(struct dax_plan *plan, size_t first, struct dax_error *err)
{
	int r = 0;

	for (size_t i = 0; !r && i < plan->after.n_regions; i++) {
		int node = plan->after.regions[i].target_node;
		bool seen = false;

		for (size_t j = 0; j < i; j++)
			seen = seen || plan->after.regions[j].target_node == node;
		if (!seen)
			r = split_lowest(plan, first, node, err);
	}
	return r;
}

/* Moves the steps that bring memory online to the end; *N is their number. */
static int put_online_last(struct dax_plan *plan, size_t first, size_t *n, struct dax_error *err)
{
	size_t total = plan->n_steps - first;
	_cleanup_free_ struct dax_step *online = calloc(total + 1, sizeof(*online));
	size_t n_online = 0;

	*n = 0;
	if (!online)
		return dax_no_memory(err);
	for (size_t i = first; i < plan->n_steps; i++) {
		if (plan->steps[i].kind == DAX_STEP_ONLINE)
			online[n_online++] = plan->steps[i];
		else
			plan->steps[first + (*n)++] = plan->steps[i];
	}
	if (n_online)
		memcpy(&plan->steps[first + *n], online, n_online * sizeof(*online));
	return 0;
}

static bool is_all_offline(const struct dax_plan *plan, size_t first)
{
	for (size_t i = first; i < plan->n_steps; i++) {
		if (plan->steps[i].kind != DAX_STEP_OFFLINE)
			return false;
	}
	return true;
}

int dax_plan_arrange(struct dax_plan *plan, size_t first, struct dax_error *err)
{
	bool offline = is_all_offline(plan, first);
	size_t n = 0;
	int r = offline ? 0 : put_online_last(plan, first, &n, err);

	first += n;
	if (r || first == plan->n_steps)
		return r;
	qsort(&plan->steps[first], plan->n_steps - first, sizeof(*plan->steps),
	      offline ? compare_lowest : compare_highest);
	return split_each_node(plan, first, err);
}
