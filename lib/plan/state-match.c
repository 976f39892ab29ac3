/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "plan/state-match.h"

#include "state/memory.h"

#include <errno.h>
#include <string.h>

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

	/* An older journal does not have it. */
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
		dax_fail(err, EBUSY, "%s has a different range now: 0x%llx-0x%llx", name,
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

/* A block that does not exist counts as offline. Without memory hot-remove the kernel shows no zones. */
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
