/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Memory blocks as text. */
#include "unit.h"

#include "scene.h"
#include "state/memory.h"

#include <inttypes.h>

/* A letter for each enum dax_block_state. */
static const char letters[] = "oMKX";

static enum dax_block_state state_of(char letter)
{
	const char *found = letter ? strchr(letters, letter) : NULL;

	if (!found)
		fail_msg("'%c' is no state of a memory block", letter);
	return (enum dax_block_state)(found - letters);
}

void scene_read_blocks(const struct dax_topology *topology, struct dax_device *device, const char *text)
{
	struct dax_memory *memory = &device->memory;
	size_t at = 0;
	int length = 0;

	assert_int_equal(dax_memory_of_ranges(device->ranges, device->n_ranges, topology->block_size, memory),
			 0);
	for (; *text; text += length) {
		size_t n = 0;
		char letter = '\0';

		if (sscanf(text, "%zu%c%n", &n, &letter, &length) != 2)
			fail_msg("'%s' are no memory blocks", text);
		for (; n > 0; n--) {
			assert_true(at < memory->total);
			memory->blocks[at++].state = state_of(letter);
		}
	}
	/* Those at the end could not be added. */
	memory->total = at;
	dax_memory_count(memory);
}

void scene_print_blocks(const struct dax_memory *memory, char text[SCENE_TEXT])
{
	size_t length = 0, end = 0;

	text[0] = '\0';
	for (size_t first = 0; first < memory->total && length < SCENE_TEXT; first = end) {
		enum dax_block_state state = memory->blocks[first].state;

		for (end = first + 1; end < memory->total && memory->blocks[end].state == state; end++)
			;
		length += (size_t)snprintf(text + length, SCENE_TEXT - length, "%zu%c", end - first,
					   letters[state]);
	}
}

void scene_read_changes(struct dax_step *step, const char *rest)
{
	uint64_t first = 0, last = 0;
	char letter = '\0';
	int length = 0;

	for (; sscanf(rest, " %" SCNu64 "-%" SCNu64 " %c%n", &first, &last, &letter, &length) == 3;
	     rest += length) {
		for (uint64_t number = first; number <= last; number++) {
			step->blocks = reallocarray(step->blocks, step->n_blocks + 1, sizeof(*step->blocks));
			assert_non_null(step->blocks);
			step->blocks[step->n_blocks++] =
				step->kind == DAX_STEP_OFFLINE
					? (struct dax_block_change){ number, state_of(letter),
								     DAX_BLOCK_OFFLINE }
					: (struct dax_block_change){ number, DAX_BLOCK_OFFLINE,
								     state_of(letter) };
		}
	}
}

void scene_print_changes(const struct dax_step *step, char text[SCENE_TEXT])
{
	size_t length = 0, end = 0;

	text[0] = '\0';
	for (size_t first = 0; first < step->n_blocks && length < SCENE_TEXT; first = end) {
		const struct dax_block_change *change = &step->blocks[first], *last = change;

		for (end = first + 1; end < step->n_blocks; end++) {
			const struct dax_block_change *next = &step->blocks[end];

			if (next->number != last->number + 1 || next->from != last->from ||
			    next->to != last->to)
				break;
			last = next;
		}
		length += (size_t)snprintf(
			text + length, SCENE_TEXT - length, " %" PRIu64 "-%" PRIu64 " %c", change->number,
			last->number, letters[step->kind == DAX_STEP_OFFLINE ? change->from : change->to]);
	}
}

void scene_check_memory(const struct dax_topology *topology, const struct dax_device *device)
{
	const struct dax_memory *memory = &device->memory;
	size_t online = 0, movable = 0;
	struct dax_memory all = { 0 };

	assert_int_equal(memory->known ? 0 : memory->total, 0);
	if (!memory->known)
		return;
	assert_string_equal(device->driver, "kmem");
	assert_int_equal(dax_memory_of_ranges(device->ranges, device->n_ranges, topology->block_size, &all),
			 0);
	for (size_t i = 0; i < memory->total; i++) {
		assert_non_null(dax_memory_block(&all, memory->blocks[i].number));
		assert_true(!i || memory->blocks[i].number > memory->blocks[i - 1].number);
		online += memory->blocks[i].state != DAX_BLOCK_OFFLINE;
		movable += memory->blocks[i].state == DAX_BLOCK_MOVABLE;
	}
	assert_int_equal(memory->online, online);
	assert_int_equal(memory->movable, movable);
	free(all.blocks);
}

void scene_assert_same_memory(const struct dax_memory *a, const struct dax_memory *b)
{
	assert_int_equal(a->known, b->known);
	assert_int_equal(a->total, b->total);
	assert_int_equal(a->online, b->online);
	assert_int_equal(a->movable, b->movable);
	for (size_t i = 0; i < a->total; i++) {
		assert_int_equal(a->blocks[i].number, b->blocks[i].number);
		assert_int_equal(a->blocks[i].state, b->blocks[i].state);
	}
}
