/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Memory blocks: that none is lost, that nobody else's is touched, and that they end where they are wanted. */
#include "unit.h"

#include "properties.h"
#include "scene.h"
#include "state/memory.h"

static bool is_kmem(const char *driver)
{
	return strcmp(driver, "kmem") == 0;
}

void property_memory_step(const struct dax_topology *now, const struct dax_device *device,
			  const struct dax_step *step)
{
	switch (step->kind) {
	case DAX_STEP_SET_POLICY:
		assert_int_equal(step->from, now->policy);
		assert_int_not_equal(step->from, step->to);
		return;
	case DAX_STEP_UNBIND:
		/* Whoever unbinds kmem while a block is online loses it until the next reboot. */
		assert_int_equal(device->memory.online, 0);
		/* And should it be taken back, nothing goes online that was not. */
		assert_true(!is_kmem(step->driver) || now->policy <= DAX_POLICY_OFFLINE);
		assert_true(!is_kmem(step->driver) || device->memory.known);
		return;
	case DAX_STEP_ONLINE:
	case DAX_STEP_OFFLINE:
		assert_true(is_kmem(device->driver));
		assert_true(step->n_blocks > 0);
		for (size_t i = 0; i < step->n_blocks; i++) {
			const struct dax_block_change *change = &step->blocks[i];
			const struct dax_block *block = dax_memory_block(&device->memory, change->number);

			assert_non_null(block);
			assert_int_equal(change->from, block->state);
			assert_int_not_equal(change->from, DAX_BLOCK_MIXED);
			assert_true((change->to == DAX_BLOCK_OFFLINE) == (step->kind == DAX_STEP_OFFLINE));
			assert_true((change->from == DAX_BLOCK_OFFLINE) == (step->kind == DAX_STEP_ONLINE));
			assert_true(!i || change->number > change[-1].number);
		}
		return;
	default:
		return;
	}
}

static void check_all(const struct dax_device *device, enum dax_block_state state)
{
	assert_true(device->memory.known && device->memory.total > 0);
	for (size_t i = 0; i < device->memory.total; i++)
		assert_int_equal(device->memory.blocks[i].state, state);
}

/* Memory that was the system's before, and is so again. */
static void check_restored(const struct dax_memory *before, const struct dax_memory *after)
{
	bool all_online = before->total && before->online == before->total;

	for (size_t i = 0; i < after->total; i++) {
		const struct dax_block *had = dax_memory_block(before, after->blocks[i].number);

		if (had)
			assert_int_equal(after->blocks[i].state, had->state);
		else
			assert_int_equal(after->blocks[i].state != DAX_BLOCK_OFFLINE, all_online);
	}
}

static void check_became_memory(const struct dax_request *request, const struct dax_device *after)
{
	check_all(after, request->no_online    ? DAX_BLOCK_OFFLINE
			 : request->no_movable ? DAX_BLOCK_KERNEL
					       : DAX_BLOCK_MOVABLE);
}

void property_memory(const struct dax_request *request, const struct dax_device *before,
		     const struct dax_device *after)
{
	bool was = before && is_kmem(before->driver);
	/* "Leave it offline" is said of memory that is made the system's, not of what is so already. */
	bool stays =
		was && (request->verb == DAX_VERB_ENABLE ||
			(request->no_online && before->size == after->size && before->align == after->align &&
			 before->memmap_on_memory == after->memmap_on_memory));

	if (!after || !is_kmem(after->driver)) {
		if (after)
			assert_int_equal(after->memory.total, 0);
	} else if (request->verb == DAX_VERB_OFFLINE) {
		check_all(after, DAX_BLOCK_OFFLINE);
	} else if (request->verb == DAX_VERB_ONLINE) {
		check_all(after, request->no_movable ? DAX_BLOCK_KERNEL : DAX_BLOCK_MOVABLE);
	} else if (stays) {
		scene_assert_same_memory(&before->memory, &after->memory);
	} else if (request->has_mode) {
		check_became_memory(request, after);
	} else {
		assert_true(was);
		check_restored(&before->memory, &after->memory);
	}
}
