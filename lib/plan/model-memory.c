/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Memory blocks in the model: the blocks that kmem adds, and their states. */
#include "plan/model-memory.h"

#include "plan/model.h"
#include "state/memory.h"

#include <errno.h>

/* The state in which the policy puts the blocks that kmem adds. */
static enum dax_block_state state_by_policy(enum dax_policy policy)
{
	switch (policy) {
	case DAX_POLICY_ONLINE_MOVABLE:
		return DAX_BLOCK_MOVABLE;
	case DAX_POLICY_ONLINE:
	case DAX_POLICY_ONLINE_KERNEL:
		return DAX_BLOCK_KERNEL;
	default:
		return DAX_BLOCK_OFFLINE;
	}
}

int dax_model_add_memory(const struct dax_topology *topology, struct dax_device *device,
			 struct dax_error *err)
{
	char block[DAX_SIZE_TEXT];

	if (topology->regions[device->region].target_node < 0)
		return dax_fail(err, EINVAL, "%s has no NUMA node for its memory (target_node)",
				device->name);
	if (!device->ranges_known || !topology->block_size)
		return 0;
	struct dax_memory memory = { 0 };
	if (dax_memory_of_ranges(device->ranges, device->n_ranges, topology->block_size, &memory))
		return dax_no_memory(err);
	if (!memory.total) {
		free(memory.blocks);
		return dax_fail(err, EINVAL, "%s: no whole memory block of %s is in its ranges", device->name,
				dax_format_size(topology->block_size, block));
	}
	for (size_t i = 0; i < memory.total; i++)
		memory.blocks[i].state = state_by_policy(topology->policy);
	dax_memory_count(&memory);
	device->memory = memory; /* unbound, it had no memory */
	return 0;
}

int dax_model_change_blocks(struct dax_device *device, const struct dax_step *step, struct dax_error *err)
{
	for (size_t i = 0; i < step->n_blocks; i++) {
		const struct dax_block_change *change = &step->blocks[i];
		struct dax_block *block = dax_memory_block(&device->memory, change->number);

		if (!block || block->state != change->from)
			return dax_fail(err, EINVAL, "%s: memory block %llu is not %s", device->name,
					(unsigned long long)change->number,
					dax_block_state_name(change->from));
		block->state = change->to;
	}
	dax_memory_count(&device->memory);
	return 0;
}
