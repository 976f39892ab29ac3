/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* How much of the memory of each node is in use, and by what. Sizes are in bytes. */
#pragma once

#include "door/sysfs.h"

/* A zone of a node. */
struct dax_zone_use {
	int node;
	char name[16];         /* "Normal", "Movable", ... */
	bool allowed;          /* this process may have memory of the node (cpusets) */
	uint64_t managed;
	uint64_t free;         /* with what lies in the lists of the processors */
	uint64_t min, high;    /* watermarks */
	uint64_t protection;   /* from allocations that prefer a higher zone: the largest lowmem_reserve */
	uint64_t file;         /* page cache that can be dropped */
	uint64_t anon;         /* what can be swapped out, also of tmpfs */
	uint64_t slab;         /* of the kernel, reclaimable; of the whole node, in its first zone */
};

/* The huge pages of one size of a node. */
struct dax_pool_use {
	int node;
	uint64_t page;         /* bytes of one */
	uint64_t total, free;  /* pages */
};

struct dax_memory_use {
	struct dax_zone_use *zones; /* those that have memory; owned */
	size_t n_zones;
	struct dax_pool_use *pools; /* owned */
	size_t n_pools;
	uint64_t swap;              /* free */
};

#define _cleanup_memory_use_ _cleanup_(dax_memory_use_release)

void dax_memory_use_release(struct dax_memory_use *use);

/*
 * It takes a dozen system calls for each node. -ENOENT where the kernel shows no nodes. BRIEF: five in all, without
 * huge pages and swap: as if there were none.
 */
int dax_memory_use_read(struct dax_sysfs *sysfs, bool brief, struct dax_memory_use *use) DAX_MUST_CHECK;

/* The text of /proc/zoneinfo, whose numbers are PAGEs; -ENOMEM. */
int dax_memory_use_parse(const char *zoneinfo, uint64_t page, struct dax_memory_use *use) DAX_MUST_CHECK;

/* The text of /proc/swaps: what is free. Compressed swap lies in memory itself: half of that counts. */
uint64_t dax_swap_parse(const char *swaps);

/* "hugepages-2048kB": the bytes of a page. */
bool dax_pool_parse(const char *name, uint64_t *page);

/*
 * Adds to *USED how much of the memory from START on, SIZE bytes, holds something that must move. It looks at every
 * page (/proc/kpageflags), which costs 2 MiB of reading for each GiB.
 */
int dax_memory_use_count(uint64_t start, uint64_t size, uint64_t *used) DAX_MUST_CHECK;
