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

static int add_copy(struct dax_states *states, const struct dax_state *state)
{
	struct dax_state added = *state;
	struct dax_state *grown = reallocarray(states->items, states->n + 1, sizeof(*grown));

	if (!grown)
		return -ENOMEM;
	states->items = grown;
	added.ranges = copy(state->ranges, state->n_ranges, sizeof(*state->ranges));
	added.blocks = copy(state->blocks, state->n_blocks, sizeof(*state->blocks));
	grown[states->n++] = added;
	return added.ranges && added.blocks ? 0 : -ENOMEM;
}

/* Those of a kmem device before the plan. */
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

/* What was before; an older journal knows no more than the name and the driver. */
static int find_first(const struct dax_topology *before, const struct dax_plan *plan, size_t target,
		      struct dax_state *state)
{
	const struct dax_target *named = &plan->targets[target];
	const struct dax_device *device = named->created ? NULL : dax_topology_device(before, named->name);

	*state = (struct dax_state){ .there = !named->created, .driver = named->driver, .memmap = -1 };
	/* One of a namespace that is disabled is not there, and comes with it. */
	state->any = !named->created && !device;
	for (size_t i = plan->n_steps; i-- > 0;) {
		if (plan->steps[i].kind == DAX_STEP_SET_MEMMAP && plan->steps[i].device == target)
			state->memmap = (int)plan->steps[i].from;
	}
	if (!device)
		return 0;
	state->align = device->align;
	state->size = state->least = device->size;
	/* An alignment is never 0: a journal of an older version says nothing of all this. */
	if (!device->align)
		state->size = UINT64_MAX;
	int r = take_ranges(state, device->ranges_known, device->ranges, device->n_ranges);
	return r ? r : take_memory(state, &device->memory);
}

/* One of SIZE with the first of the N ranges. */
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
 * The kernel grows a device range by range and can fail in between (dev_dax_resize), and the old ranges of one
 * that was made smaller are put together again one by one.
 */
static int add_sizes_between(struct dax_states *states, const struct dax_state *state, const struct dax_step *step)
{
	bool grows = step->to > step->from;
	const struct dax_range *ranges = grows ? step->became : step->ranges;
	size_t n = grows ? step->n_became : step->ranges_known ? step->n_ranges : 0;
	uint64_t at = 0, least = grows ? step->from : 0;
	int r = 0;

	for (size_t i = 0; !r && i < n; i++) {
		if (at >= least)
			r = add_part(states, state, ranges, i, at);
		at += dax_range_size(ranges[i]);
	}
	return r;
}

static int set_size(struct dax_state *state, const struct dax_step *step, bool created)
{
	bool grows = step->to > step->from;
	struct dax_ranges ranges = { state->ranges, state->n_ranges };

	state->size = state->least = step->to;
	/* Whoever makes it smaller still by hand takes nothing from anybody. */
	if (!grows && !created)
		state->least = 0;
	if (grows && !step->n_became)
		state->least = step->from;
	if (grows)
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

/* What becomes of new blocks is the machine's affair as well: its policy, and its udev rules. */
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

static int apply(struct dax_state *state, const struct dax_step *step, bool created)
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
		return set_size(state, step, created);
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
		state->any = true; /* of namespaces: they are known by their uuid */
		return 0;
	}
}

/* What a step that ends early leaves, or the way back from it. */
static int add_halves(struct dax_states *states, const struct dax_state *state, const struct dax_step *step)
{
	int r = 0;

	if (step->kind == DAX_STEP_SET_SIZE)
		return add_sizes_between(states, state, step);
	if (step->kind == DAX_STEP_DELETE) {
		r = add_copy(states, state);
		/* One that was made again is as its region has it. */
		if (!r)
			states->items[states->n - 1].align = 0;
		if (!r)
			states->items[states->n - 1].memmap = -1;
	}
	if (step->kind == DAX_STEP_ONLINE || step->kind == DAX_STEP_OFFLINE) {
		r = add_copy(states, state);
		if (!r)
			change_blocks(&states->items[states->n - 1], step, true);
	}
	return r;
}

int dax_states_find(const struct dax_topology *before, const struct dax_plan *plan, size_t target, const bool *tried,
		    struct dax_states *states)
{
	struct dax_state state;
	int r = find_first(before, plan, target, &state);

	if (!r)
		r = add_copy(states, &state);
	for (size_t i = 0; !r && i < plan->n_steps; i++) {
		const struct dax_step *step = &plan->steps[i];

		if (!tried[i] || !dax_step_has_device(step) || step->device != target)
			continue;
		r = add_halves(states, &state, step);
		if (!r)
			r = apply(&state, step, plan->targets[target].created);
		if (!r)
			r = add_copy(states, &state);
	}
	release_state(&state);
	return r;
}

static bool differ(const char *name, const char *what, uint64_t is, uint64_t was, struct dax_error *err)
{
	char first[DAX_SIZE_TEXT], second[DAX_SIZE_TEXT];

	dax_fail(err, EBUSY, "%s: its %s is %s, not %s", name, what, dax_format_size(is, first),
		 dax_format_size(was, second));
	return false;
}

static bool has_size(const struct dax_state *state, const char *name, const struct dax_device *device,
		     struct dax_error *err)
{
	bool smaller = !device->driver[0] && device->size < state->size && device->size >= state->least;

	/* Of an older journal it is not known. */
	if (device->size == state->size || smaller || state->size == UINT64_MAX)
		return true;
	return differ(name, "size", device->size, state->size, err);
}

/* Its ranges are those of the state, up to its size. */
static bool has_ranges(const struct dax_state *state, const char *name, const struct dax_device *device,
		       struct dax_error *err)
{
	if (!state->ranges_known || !device->ranges_known)
		return true;
	for (size_t i = 0; i < device->n_ranges; i++) {
		struct dax_range is = device->ranges[i];
		bool last = i + 1 == device->n_ranges;

		if (i < state->n_ranges && is.start == state->ranges[i].start &&
		    (is.end == state->ranges[i].end || (last && is.end < state->ranges[i].end)))
			continue;
		dax_fail(err, EBUSY, "%s: its memory at 0x%llx-0x%llx was not part of it", name,
			 (unsigned long long)is.start, (unsigned long long)is.end);
		return false;
	}
	return true;
}

static bool has_driver(const struct dax_state *state, const char *name, const struct dax_device *device, unsigned lent,
		       struct dax_error *err)
{
	if (strcmp(device->driver, state->driver) == 0 || (!state->driver[0] && (dax_driver_bit(device->driver) & lent)))
		return true;
	dax_fail(err, EBUSY, "%s: its driver is %s, not %s", name, device->driver[0] ? device->driver : "none",
		 state->driver[0] ? state->driver : "none");
	return false;
}

static unsigned allowed_states(const struct dax_state *state, uint64_t number)
{
	size_t low = 0, high = state->n_blocks;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (state->blocks[middle].number < number)
			low = middle + 1;
		else
			high = middle;
	}
	return low < state->n_blocks && state->blocks[low].number == number ? state->blocks[low].allowed : 0;
}

/* A block that is not there is offline. Without memory hot-remove the kernel shows no zones. */
static bool has_blocks(const struct dax_state *state, const char *name, const struct dax_device *device,
		       struct dax_error *err)
{
	const struct dax_memory *memory = &device->memory;

	for (size_t i = 0; state->blocks_known && i < memory->total; i++) {
		const struct dax_block *block = &memory->blocks[i];
		unsigned allowed = allowed_states(state, block->number);

		if (block->fixed && block->state != DAX_BLOCK_OFFLINE && (allowed & ~1U))
			continue;
		if (allowed & (1U << block->state))
			continue;
		dax_fail(err, EBUSY, "%s: its memory block %llu is %s%s", name, (unsigned long long)block->number,
			 block->state == DAX_BLOCK_OFFLINE ? "" : "online in zone ", dax_block_state_name(block->state));
		return false;
	}
	return true;
}

static bool has_memmap(const struct dax_state *state, const char *name, const struct dax_device *device,
		       struct dax_error *err)
{
	if (state->memmap < 0 || device->memmap_on_memory < 0 || state->memmap == device->memmap_on_memory)
		return true;
	dax_fail(err, EBUSY, "%s: its memmap_on_memory is %d, not %d", name, device->memmap_on_memory, state->memmap);
	return false;
}

bool dax_state_is(const struct dax_state *state, const char *name, const struct dax_device *device, unsigned lent,
		  unsigned *closeness, struct dax_error *err)
{
	*closeness = 0;
	if (state->any || (!device && !state->there))
		return true;
	if (!device || !state->there) {
		dax_fail(err, device ? EBUSY : ENODEV, "%s %s", name,
			 device ? "is a different device now" : "no longer exists");
		return false;
	}
	if (!has_ranges(state, name, device, err))
		return false;
	++*closeness;
	if (!has_size(state, name, device, err))
		return false;
	++*closeness;
	if (state->align && device->align != state->align)
		return differ(name, "alignment", device->align, state->align, err);
	++*closeness;
	if (!has_driver(state, name, device, lent, err))
		return false;
	++*closeness;
	if (!has_blocks(state, name, device, err))
		return false;
	++*closeness;
	return has_memmap(state, name, device, err);
}
