/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "plan/states.h"

#include "plan/space.h"
#include "state/memory.h"

#include <errno.h>
#include <string.h>

#define ANY_BLOCK_STATE ((1U << (DAX_BLOCK_MIXED + 1)) - 1)

static void release_state(struct dax_state *state)
{
	free(state->ranges);
	free(state->blocks);
}

void dax_states_release(struct dax_states *states)
{
	for (size_t i = 0; i < states->n; i++)
		release_state(&states->items[i]);
	free(states->items);
	release_state(&states->first);
	release_state(&states->last);
	*states = (struct dax_states){ 0 };
}

static void *copy(const void *items, size_t n, size_t size)
{
	void *copied = calloc(n + 1, size);

	return copied && n ? memcpy(copied, items, n * size) : copied;
}

static int take_ranges(struct dax_state *state, bool known, const struct dax_range *ranges, size_t n)
{
	struct dax_range *copied = copy(ranges, n, sizeof(*ranges));

	if (!copied)
		return -ENOMEM;
	free(state->ranges);
	state->ranges = copied;
	state->n_ranges = n;
	state->ranges_known = known;
	return 0;
}

static int copy_state(const struct dax_state *state, struct dax_state *copied)
{
	*copied = *state;
	copied->ranges = copy(state->ranges, state->n_ranges, sizeof(*state->ranges));
	copied->blocks = copy(state->blocks, state->n_blocks, sizeof(*state->blocks));
	return copied->ranges && copied->blocks ? 0 : -ENOMEM;
}

static int add_copy(struct dax_states *states, const struct dax_state *state)
{
	struct dax_state *grown = reallocarray(states->items, states->n + 1, sizeof(*grown));

	if (!grown)
		return -ENOMEM;
	states->items = grown;
	return copy_state(state, &grown[states->n++]);
}

/* The memory blocks of a kmem device before the plan. */
static int take_memory(struct dax_state *state, const struct dax_memory *memory)
{
	state->blocks = calloc(memory->total + 1, sizeof(*state->blocks));
	if (!state->blocks)
		return -ENOMEM;
	for (; state->n_blocks < memory->total; state->n_blocks++) {
		const struct dax_block *block = &memory->blocks[state->n_blocks];

		state->blocks[state->n_blocks] = (struct dax_state_block){ block->number, 1U << block->state };
	}
	state->blocks_known = memory->total;
	return 0;
}

/* The state before the plan; an older journal has only the name and the driver. */
static int find_first(const struct dax_topology *before, const struct dax_plan *plan, size_t target,
		      struct dax_state *state)
{
	const struct dax_target *named = &plan->targets[target];
	const struct dax_device *device = named->created ? NULL : dax_topology_device(before, named->name);

	*state = (struct dax_state){ .there = !named->created, .driver = named->driver, .memmap = -1 };
	/* The device of a disabled namespace does not exist, and appears with the namespace. */
	state->any = !named->created && !device;
	for (size_t i = plan->n_steps; i-- > 0;) {
		if (plan->steps[i].kind == DAX_STEP_SET_MEMMAP && plan->steps[i].target == target)
			state->memmap = (int)plan->steps[i].from;
	}
	if (!device)
		return 0;
	state->align = device->align;
	state->size = state->least = device->size;
	/* An alignment is never 0, except in an older journal, which does not have these fields. */
	if (!device->align)
		state->size = UINT64_MAX;
	int r = take_ranges(state, device->ranges_known, device->ranges, device->n_ranges);
	return r ? r : take_memory(state, &device->memory);
}

/* A state with SIZE and the first of the N ranges. */
static int add_part(struct dax_states *states, const struct dax_state *state, const struct dax_range *ranges, size_t n,
		    uint64_t size)
{
	int r = add_copy(states, state);
	struct dax_state *part = r ? NULL : &states->items[states->n - 1];

	if (r)
		return r;
	part->size = part->least = size;
	return take_ranges(part, true, ranges, n);
}

/*
 * The kernel grows a device range by range, and can fail between two ranges (dev_dax_resize). The undo of a smaller
 * size sets size 0, then adds the old ranges one by one. If the ranges are not known, each size in between is
 * possible.
 */
static int add_sizes_between(struct dax_states *states, const struct dax_state *state, const struct dax_step *step)
{
	bool grows = step->to > step->from;
	const struct dax_range *ranges = grows ? step->became : step->ranges;
	size_t n = grows ? step->n_became : step->ranges_known ? step->n_ranges : 0;
	uint64_t at = 0, least = grows ? step->from : 0;
	int r = 0;

	if (grows && !n) {
		r = add_copy(states, state);
		if (!r)
			states->items[states->n - 1].size = step->to;
	}
	for (size_t i = 0; !r && i < n; i++) {
		if (at >= least)
			r = add_part(states, state, ranges, i, at);
		at += dax_range_size(ranges[i]);
	}
	return r;
}

static int set_size(struct dax_state *state, const struct dax_step *step)
{
	struct dax_ranges ranges = { state->ranges, state->n_ranges };

	state->size = state->least = step->to;
	if (step->to > step->from)
		return take_ranges(state, step->n_became, step->became, step->n_became);
	dax_ranges_trim(&ranges, step->to);
	state->n_ranges = ranges.n;
	state->ranges_known = state->ranges_known || !step->to;
	return 0;
}

static int add_mapping(struct dax_state *state, const struct dax_step *step)
{
	struct dax_ranges ranges = { state->ranges, state->n_ranges };
	int r = dax_ranges_add(&ranges, step->range);

	state->ranges = ranges.items;
	state->n_ranges = ranges.n;
	state->size = state->least = step->to;
	return r;
}

/* The machine also decides about new blocks: by its policy, and its udev rules. */
static int bind(struct dax_state *state, const struct dax_step *step)
{
	struct dax_state_block *blocks = calloc(step->n_blocks + 1, sizeof(*blocks));

	if (!blocks)
		return -ENOMEM;
	for (size_t i = 0; i < step->n_blocks; i++)
		blocks[i] = (struct dax_state_block){ step->blocks[i].number, ANY_BLOCK_STATE };
	free(state->blocks);
	state->blocks = blocks;
	state->n_blocks = step->n_blocks;
	state->blocks_known = step->n_blocks;
	state->driver = step->driver;
	return 0;
}

static void change_blocks(struct dax_state *state, const struct dax_step *step, bool half)
{
	for (size_t i = 0, j = 0; i < step->n_blocks; i++) {
		const struct dax_block_change *change = &step->blocks[i];

		while (j < state->n_blocks && state->blocks[j].number < change->number)
			j++;
		if (j == state->n_blocks || state->blocks[j].number != change->number)
			continue;
		unsigned *allowed = &state->blocks[j].allowed;
		if (*allowed != ANY_BLOCK_STATE)
			*allowed = 1U << change->to | (half ? *allowed : 0);
	}
}

static int apply(struct dax_state *state, const struct dax_step *step)
{
	switch (step->kind) {
	case DAX_STEP_CREATE:
		*state = (struct dax_state){ .there = true, .driver = "", .memmap = state->memmap,
					     .ranges = state->ranges, .blocks = state->blocks, .ranges_known = true };
		return 0;
	case DAX_STEP_DELETE:
		state->there = false;
		return 0;
	case DAX_STEP_SET_ALIGN:
		state->align = step->to;
		return 0;
	case DAX_STEP_SET_SIZE:
		return set_size(state, step);
	case DAX_STEP_ADD_MAPPING:
		return add_mapping(state, step);
	case DAX_STEP_BIND:
		return bind(state, step);
	case DAX_STEP_UNBIND:
		state->driver = "";
		state->n_blocks = 0;
		state->blocks_known = false;
		return 0;
	case DAX_STEP_ONLINE:
	case DAX_STEP_OFFLINE:
		change_blocks(state, step, false);
		return 0;
	case DAX_STEP_SET_MEMMAP:
		state->memmap = (int)step->to;
		return 0;
	default:
		state->any = true; /* namespaces: their uuid identifies them */
		return 0;
	}
}

static void allow_any_blocks(struct dax_state *state)
{
	for (size_t i = 0; i < state->n_blocks; i++)
		state->blocks[i].allowed = ANY_BLOCK_STATE;
}

/* Of a step of several writes, killed between them. */
static int add_half(struct dax_states *states, const struct dax_state *state, const struct dax_step *step)
{
	if (step->kind != DAX_STEP_ONLINE && step->kind != DAX_STEP_OFFLINE)
		return 0;
	int r = add_copy(states, state);
	if (!r)
		change_blocks(&states->items[states->n - 1], step, true);
	return r;
}

/* The states that a failed step, or an interrupted undo of a step, can leave. */
static int add_parts(struct dax_states *states, const struct dax_state *state, const struct dax_step *step)
{
	int r = 0;

	switch (step->kind) {
	case DAX_STEP_SET_SIZE:
		return add_sizes_between(states, state, step);
	case DAX_STEP_DELETE:
		/* A device that was created again has the alignment of its region. */
		r = add_copy(states, state);
		if (!r)
			states->items[states->n - 1].align = 0;
		if (!r)
			states->items[states->n - 1].memmap = -1;
		return r;
	case DAX_STEP_UNBIND:
		r = add_copy(states, state);
		if (!r)
			allow_any_blocks(&states->items[states->n - 1]);
		return r;
	default:
		return 0;
	}
}

/* Where one step more leads from STATE, which it changes. */
static int follow(struct dax_states *states, struct dax_state *state, const struct dax_step *step, enum dax_reach reached)
{
	int r = 0;

	if (reached == DAX_REACH_NOT)
		return 0;
	/* Memory that was bound again is new to the machine, which may have a rule for it. */
	if (reached == DAX_REACH_UNDONE) {
		for (size_t i = 0; step->kind == DAX_STEP_UNBIND && i < states->n; i++)
			allow_any_blocks(&states->items[i]);
		return 0;
	}
	if (reached != DAX_REACH_DONE)
		r = add_half(states, state, step);
	if (!r && reached == DAX_REACH_PARTLY)
		r = add_parts(states, state, step);
	if (!r)
		r = apply(state, step);
	return r ? r : add_copy(states, state);
}

int dax_states_find(const struct dax_topology *before, const struct dax_plan *plan, size_t target,
		    const enum dax_reach *reached, struct dax_states *states)
{
	struct dax_state state;
	int r = find_first(before, plan, target, &states->first);

	if (!r)
		r = add_copy(states, &states->first);
	if (!r)
		r = copy_state(&states->first, &states->last);
	int copied = copy_state(&states->first, &state);
	r = r ? r : copied;
	for (size_t i = 0; !r && i < plan->n_steps; i++) {
		const struct dax_step *step = &plan->steps[i];

		if (!dax_step_has_target(step) || step->target != target)
			continue;
		r = follow(states, &state, step, reached[i]);
		if (!r)
			r = apply(&states->last, step);
	}
	release_state(&state);
	return r;
}
