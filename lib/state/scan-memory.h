/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Memory blocks and their states, and the policy for new ones. */
#pragma once

#include "state/scan.h"

/* Fills in the memory blocks of every kmem device that SCOPE names, and the topology's block size. */
int dax_scan_memory(struct dax_sysfs *sysfs, const struct dax_scope *scope, struct dax_topology *topology,
		    struct dax_error *err) DAX_MUST_CHECK;

/* The size of a memory block; 0 on a kernel without memory hotplug. */
int dax_scan_block_size(struct dax_sysfs *sysfs, uint64_t *bytes, struct dax_error *err) DAX_MUST_CHECK;

/* What becomes of new memory blocks. */
int dax_scan_policy(struct dax_sysfs *sysfs, enum dax_policy *policy, struct dax_error *err) DAX_MUST_CHECK;

/*
 * Reads the state of one block by its number; -ENOENT when there is no such block. A block that is
 * just going offline is told as offline.
 */
int dax_scan_block(struct dax_sysfs *sysfs, struct dax_block *block, struct dax_error *err) DAX_MUST_CHECK;

/* Whether there is such a block at all. */
bool dax_scan_block_exists(struct dax_sysfs *sysfs, uint64_t number);

/* Whether a block is offline, for good: one that is just going there may come back. */
int dax_scan_block_is_offline(struct dax_sysfs *sysfs, uint64_t number, bool *offline,
			      struct dax_error *err) DAX_MUST_CHECK;
