/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Memory blocks and their states, and the policy for new blocks. */
#pragma once

#include "state/scan.h"

/* Reads the memory blocks of every kmem device in SCOPE, and the block size of the topology. */
int dax_scan_memory(struct dax_sysfs *sysfs, const struct dax_scope *scope, struct dax_topology *topology,
		    struct dax_error *err) DAX_MUST_CHECK;

/* The size of a memory block; 0 on a kernel without memory hotplug. */
int dax_scan_block_size(struct dax_sysfs *sysfs, uint64_t *bytes, struct dax_error *err) DAX_MUST_CHECK;

/* The policy for new memory blocks. */
int dax_scan_policy(struct dax_sysfs *sysfs, enum dax_policy *policy, struct dax_error *err) DAX_MUST_CHECK;

/*
 * Reads the state of one block by its number; -ENOENT if it does not exist. A block that is going offline is
 * reported as offline.
 */
int dax_scan_block(struct dax_sysfs *sysfs, struct dax_block *block, struct dax_error *err) DAX_MUST_CHECK;

/* Whether the block exists. */
bool dax_scan_block_exists(struct dax_sysfs *sysfs, uint64_t number);

/* Whether a block is definitely offline: a block that is going offline may come back. */
int dax_scan_block_is_offline(struct dax_sysfs *sysfs, uint64_t number, bool *offline,
			      struct dax_error *err) DAX_MUST_CHECK;
