/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Memory blocks of a device: counting, sorting, their words. Pure. */
#pragma once

#include "state/topology.h"

/* "offline", "online", ...: the word in auto_online_blocks; "" for an unknown one. */
const char *dax_policy_word(enum dax_policy policy);

/* The policy of such a word; DAX_POLICY_UNKNOWN for one that is none. */
enum dax_policy dax_policy_of(const char *word);

/* The policy by which the kernel itself brings new blocks into such a state, or leaves them there. */
enum dax_policy dax_policy_for(enum dax_block_state state);

/* "offline", "Movable", "Normal", "mixed". */
const char *dax_block_state_name(enum dax_block_state state);

/* What valid_zones says of a block. */
enum dax_block_state dax_block_state_of(const char *zones);

/* The block of a device by its number; NULL when it has none such. */
struct dax_block *dax_memory_block(const struct dax_memory *memory, uint64_t number);

/* Counts again what the states of the blocks add up to. */
void dax_memory_count(struct dax_memory *memory);

/* Puts the blocks into the order of their numbers, and counts them. */
void dax_memory_sort(struct dax_memory *memory);

/* The blocks that lie whole in RANGE: from FIRST on, END is the one behind the last. */
void dax_range_blocks(struct dax_range range, uint64_t block_size, uint64_t *first, uint64_t *end);

/*
 * The blocks that kmem would make of RANGES: each range is cut inwards to block boundaries
 * (dax_kmem_range in drivers/dax/kmem.c). All offline. The caller frees memory->blocks; -ENOMEM.
 */
int dax_memory_of_ranges(const struct dax_range *ranges, size_t n, uint64_t block_size,
			 struct dax_memory *memory) DAX_MUST_CHECK;
