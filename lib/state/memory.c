/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Memory blocks and the policy for new blocks: names, look-up, the blocks of a range. No I/O. */
#include "state/memory.h"

#include "state/topology.h"

#include <errno.h>
#include <string.h>

/* More memory than any machine has: 512 TiB in blocks of 128 MiB. Larger machines have larger blocks. */
#define MAX_BLOCKS (UINT64_C(1) << 22)

const char *dax_policy_word(enum dax_policy policy)
{
	static const char *const words[] = {
		[DAX_POLICY_UNKNOWN] = "",
		[DAX_POLICY_OFFLINE] = "offline",
		[DAX_POLICY_ONLINE] = "online",
		[DAX_POLICY_ONLINE_KERNEL] = "online_kernel",
		[DAX_POLICY_ONLINE_MOVABLE] = "online_movable",
	};

	return words[policy];
}

enum dax_policy dax_policy_for(enum dax_block_state state)
{
	return state == DAX_BLOCK_MOVABLE ? DAX_POLICY_ONLINE_MOVABLE :
	       state == DAX_BLOCK_KERNEL  ? DAX_POLICY_ONLINE_KERNEL :
					    DAX_POLICY_OFFLINE;
}

enum dax_policy dax_policy_of(const char *word)
{
	for (int i = DAX_POLICY_OFFLINE; i <= DAX_POLICY_ONLINE_MOVABLE; i++) {
		if (strcmp(dax_policy_word((enum dax_policy)i), word) == 0)
			return (enum dax_policy)i;
	}
	return DAX_POLICY_UNKNOWN;
}

const char *dax_block_state_name(enum dax_block_state state)
{
	static const char *const names[] = {
		[DAX_BLOCK_OFFLINE] = "offline",
		[DAX_BLOCK_MOVABLE] = "Movable",
		[DAX_BLOCK_KERNEL] = "Normal",
		[DAX_BLOCK_MIXED] = "mixed",
	};

	return names[state];
}

/*
 * One read is enough (valid_zones_show in drivers/base/memory.c). For an online block it is the name of its
 * zone, or "none" if it spans zones. For an offline block it is the two or more zones in which it can go
 * online. A block that is going offline looks the same: dax_scan_block_is_offline distinguishes them.
 */
enum dax_block_state dax_block_state_of(const char *zones)
{
	if (strchr(zones, ' '))
		return DAX_BLOCK_OFFLINE;
	if (strcmp(zones, "Movable") == 0)
		return DAX_BLOCK_MOVABLE;
	return strcmp(zones, "none") == 0 ? DAX_BLOCK_MIXED : DAX_BLOCK_KERNEL;
}

struct dax_block *dax_memory_block(const struct dax_memory *memory, uint64_t number)
{
	size_t low = 0, high = memory->total;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (memory->blocks[middle].number == number)
			return &memory->blocks[middle];
		if (memory->blocks[middle].number < number)
			low = middle + 1;
		else
			high = middle;
	}
	return NULL;
}

void dax_memory_count(struct dax_memory *memory)
{
	memory->online = memory->movable = 0;
	for (size_t i = 0; i < memory->total; i++) {
		memory->online += memory->blocks[i].state != DAX_BLOCK_OFFLINE;
		memory->movable += memory->blocks[i].state == DAX_BLOCK_MOVABLE;
	}
}

static int compare_blocks(const void *a, const void *b)
{
	const struct dax_block *first = a, *second = b;

	return (first->number > second->number) - (first->number < second->number);
}

void dax_memory_sort(struct dax_memory *memory)
{
	if (memory->total)
		qsort(memory->blocks, memory->total, sizeof(*memory->blocks), compare_blocks);
	dax_memory_count(memory);
}

void dax_range_blocks(struct dax_range range, uint64_t block_size, uint64_t *first, uint64_t *end)
{
	*first = range.start / block_size + (range.start % block_size != 0);
	*end = (range.end + 1) / block_size;
}

int dax_memory_of_ranges(const struct dax_range *ranges, size_t n, uint64_t block_size,
			 struct dax_memory *memory)
{
	uint64_t first = 0, end = 0, room = 0;

	*memory = (struct dax_memory){ 0 };
	for (size_t i = 0; i < n; i++)
		room += dax_range_size(ranges[i]) / block_size;
	memory->blocks = room <= MAX_BLOCKS ? calloc(room + 1, sizeof(*memory->blocks)) : NULL;
	if (!memory->blocks)
		return -ENOMEM;
	for (size_t i = 0; i < n; i++) {
		dax_range_blocks(ranges[i], block_size, &first, &end);
		for (; first < end; first++)
			memory->blocks[memory->total++].number = first;
	}
	dax_memory_sort(memory);
	memory->known = true;
	return 0;
}
