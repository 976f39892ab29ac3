/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Memory blocks of a device: counts, order, names. Pure. */
#pragma once

#include "state/topology.h"

/* "offline", "online", ...: the text in auto_online_blocks; "" for an unknown policy. */
const char *dax_policy_word(enum dax_policy policy);

/* The policy of such a text; DAX_POLICY_UNKNOWN if it is not valid. */
enum dax_policy dax_policy_of(const char *word);

/* The policy with which the kernel brings new blocks into this state, or leaves them in it. */
enum dax_policy dax_policy_for(enum dax_block_state state);

/* "offline", "Movable", "Normal", "mixed". */
const char *dax_block_state_name(enum dax_block_state state);

/* The state that valid_zones shows. */
enum dax_block_state dax_block_state_of(const char *zones);

/* The block of a device by its number; NULL if the device does not have it. */
struct dax_block *dax_memory_block(const struct dax_memory *memory, uint64_t number);

/* Updates the counts from the states of the blocks. */
void dax_memory_count(struct dax_memory *memory);

/* Sorts the blocks by number, and updates the counts. */
void dax_memory_sort(struct dax_memory *memory);

/* The blocks that are completely inside RANGE: the first is FIRST, END is one past the last. */
void dax_range_blocks(struct dax_range range, uint64_t block_size, uint64_t *first, uint64_t *end);

/*
 * The blocks that kmem would add for RANGES, all offline. Each range is rounded inwards to block boundaries
 * (dax_kmem_range in drivers/dax/kmem.c). The caller frees memory->blocks; -ENOMEM.
 */
int dax_memory_of_ranges(const struct dax_range *ranges, size_t n, uint64_t block_size,
			 struct dax_memory *memory) DAX_MUST_CHECK;
