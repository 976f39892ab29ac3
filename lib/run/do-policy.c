/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The policy for new memory blocks of the whole machine: auto_online_blocks (drivers/base/memory.c). */
#include "run/do-policy.h"

#include "base/error.h"
#include "base/text.h"
#include "plan/plan.h"
#include "run/do-removal.h"
#include "run/doer.h"
#include "run/loans.h"
#include "state/memory.h"
#include "state/scan-memory.h"
#include "state/topology.h"

#include <errno.h>
#include <string.h>

/* The zone of all N blocks that the plan takes offline before it unbinds the target; *N: their number. */
static enum dax_block_state zone_before(const struct dax_plan *plan, size_t target, size_t *n)
{
	enum dax_block_state zone = DAX_BLOCK_OFFLINE;

	*n = 0;
	for (size_t i = 0; i < plan->n_steps; i++) {
		const struct dax_step *step = &plan->steps[i];

		if (!dax_step_has_target(step) || step->target != target)
			continue;
		if (step->kind == DAX_STEP_UNBIND)
			break;
		for (size_t j = 0; step->kind == DAX_STEP_OFFLINE && j < step->n_blocks; j++) {
			if (*n && step->blocks[j].from != zone)
				return DAX_BLOCK_OFFLINE;
			zone = step->blocks[j].from;
			++*n;
		}
	}
	return zone;
}

/*
 * The state of the memory that kmem adds when it is bound again: the previous zone, if all of it was in one
 * zone. If the plan is finished afterwards, it stays offline, as the step found it.
 */
static enum dax_policy policy_before(struct dax_doer *doer, const struct dax_step *step)
{
	_cleanup_free_ struct dax_range *ranges = NULL;
	struct dax_memory memory = { 0 };
	uint64_t block_size = 0;
	size_t n = 0, n_ranges = 0;
	enum dax_block_state zone = zone_before(doer->plan, step->target, &n);

	if (zone == DAX_BLOCK_OFFLINE || doer->forward ||
	    dax_doer_read_ranges(doer, dax_doer_name(doer, step), &ranges, &n_ranges, &block_size, NULL) ||
	    dax_memory_of_ranges(ranges, n_ranges, block_size, &memory))
		return DAX_POLICY_OFFLINE;
	free(memory.blocks);
	return memory.total == n ? dax_policy_for(zone) : DAX_POLICY_OFFLINE;
}

enum dax_policy dax_doer_policy_for(struct dax_doer *doer, const struct dax_step *step)
{
	for (size_t i = 1; i < step->n_blocks; i++) {
		if (step->blocks[i].to != step->blocks[0].to)
			return DAX_POLICY_OFFLINE;
	}
	return step->n_blocks ? dax_policy_for(step->blocks[0].to) : policy_before(doer, step);
}

int dax_do_set_policy(struct dax_doer *doer, const struct dax_step *step, struct dax_error *err)
{
	enum dax_policy policy = (enum dax_policy)step->to;
	int r = dax_doer_write_policy(doer, policy);

	if (r)
		return dax_fail(err, -r, "cannot write %s to auto_online_blocks: %s", dax_policy_word(policy),
				strerror(-r));
	dax_journal_forget_policy(doer->journal);
	return 0;
}

bool dax_unchanged_policy(struct dax_doer *doer, const struct dax_step *step)
{
	enum dax_policy policy = DAX_POLICY_UNKNOWN;

	if (dax_scan_policy(doer->sysfs, &policy, NULL))
		return false;
	/* One that was set for a moment and could not be put back is not what this step found. */
	if (dax_journal_lends_policy(doer->journal, policy))
		return false;
	/* A policy that another program has set since a kill is kept. */
	return policy == (enum dax_policy)step->from || (doer->recovering && policy != (enum dax_policy)step->to);
}
