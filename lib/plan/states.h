/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What a device of a plan can look like while the plan is under way: before it, after each step that was done or begun,
 * and in between where a step consists of several writes, or failed. An earlier one is allowed, too: whoever takes a
 * step back by hand does what recover does. What looks otherwise was changed by something else. Pure.
 */
#pragma once

#include "plan/plan.h"

struct dax_state_block {
	uint64_t number;
	unsigned allowed; /* bits of enum dax_block_state */
};

struct dax_state {
	bool there;
	bool any;         /* may or may not exist, in any shape: its namespace is being configured */
	uint64_t size;
	uint64_t least;   /* without a driver, a smaller size down to this one is also possible */
	uint64_t align;   /* 0: not known */
	const char *driver; /* a constant, or the driver of the target; "" for none */
	int memmap;       /* -1: not known */
	bool ranges_known;
	struct dax_range *ranges; /* owned */
	size_t n_ranges;
	bool blocks_known;
	struct dax_state_block *blocks; /* sorted; owned */
	size_t n_blocks;
};

/* How far a step came. */
enum dax_reach {
	DAX_REACH_NOT,    /* it was not begun */
	DAX_REACH_UNDONE, /* it was taken back */
	DAX_REACH_BEGUN,  /* a kill while it was done: a single write was done whole, or not at all */
	DAX_REACH_PARTLY, /* it failed, or a kill came while it was taken back */
	DAX_REACH_DONE
};

struct dax_states {
	struct dax_state first; /* before the plan */
	struct dax_state last;  /* after all of it */
	struct dax_state *items; /* those in which the run can have left it; owned */
	size_t n;
};

#define _cleanup_states_ _cleanup_(dax_states_release)

void dax_states_release(struct dax_states *states);

/*
 * Those of a target of PLAN, which was made from BEFORE, as far as these say it. REACHED[i]: how far step i came.
 * -ENOMEM.
 */
int dax_states_find(const struct dax_topology *before, const struct dax_plan *plan, size_t target,
		    const enum dax_reach *reached, struct dax_states *states) DAX_MUST_CHECK;
