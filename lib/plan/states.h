/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What a device of a plan can look like while the plan is under way: before it, after each of its steps, and
 * after each half of a step. What looks otherwise was changed by something else. Pure.
 */
#pragma once

#include "plan/plan.h"

struct dax_state_block {
	uint64_t number;
	unsigned allowed; /* bits of enum dax_block_state */
};

struct dax_state {
	bool there;
	bool any;         /* there or not, in any shape: its namespace is being set up */
	uint64_t size;
	uint64_t least;   /* without a driver, a smaller size down to this one is possible, too */
	uint64_t align;   /* 0: not known */
	const char *driver; /* a constant, or of the target; "" for none */
	int memmap;       /* -1: not known */
	bool ranges_known;
	struct dax_range *ranges; /* owned */
	size_t n_ranges;
	bool blocks_known;
	struct dax_state_block *blocks; /* sorted; owned */
	size_t n_blocks;
};

struct dax_states {
	struct dax_state *items; /* the first one is that before the plan; owned */
	size_t n;
};

#define _cleanup_states_ _cleanup_(dax_states_release)

void dax_states_release(struct dax_states *states);

/*
 * Those of a target of PLAN, which was made from BEFORE, as far as these say it. TRIED[i]: whether step i of the
 * plan was begun, whatever came of it. -ENOMEM.
 */
int dax_states_find(const struct dax_topology *before, const struct dax_plan *plan, size_t target, const bool *tried,
		    struct dax_states *states) DAX_MUST_CHECK;

/*
 * Whether DEVICE, which is NULL for one that is not there, looks like STATE. LENT: bits of the drivers that can
 * have it for a moment (dax_driver_bit), though the plan does not bind it to them. Otherwise ERR says what differs,
 * and *CLOSENESS grows with what does not.
 */
bool dax_state_is(const struct dax_state *state, const char *name, const struct dax_device *device, unsigned lent,
		  unsigned *closeness, struct dax_error *err);
