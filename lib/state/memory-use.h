/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* How much memory of each node is in use, and for what. Sizes are in bytes. */
#pragma once

#include "door/sysfs.h"

/* A zone of a node. */
struct dax_zone_use {
	int node;
	char name[16];         /* "Normal", "Movable", ... */
	bool allowed;          /* this process may allocate memory on the node (cpusets) */
	uint64_t managed;
	uint64_t free;         /* including the per-CPU lists */
	uint64_t min, high;    /* watermarks */
	uint64_t protection;   /* reserved from allocations that prefer a higher zone: the largest
			        * lowmem_reserve */
	uint64_t file;         /* page cache that can be dropped */
	uint64_t anon;         /* memory that can be swapped out, including tmpfs */
	uint64_t slab;         /* reclaimable memory of the kernel; for the whole node, in its first zone */
};

/* The huge pages of one size of a node. */
struct dax_pool_use {
	int node;
	uint64_t page;         /* bytes of one page */
	uint64_t total, free;  /* pages */
};

struct dax_memory_use {
	struct dax_zone_use *zones; /* nodes with memory; owned */
	size_t n_zones;
	struct dax_pool_use *pools; /* owned */
	size_t n_pools;
	uint64_t swap;              /* free */
};

#define _cleanup_memory_use_ _cleanup_(dax_memory_use_release)

void dax_memory_use_release(struct dax_memory_use *use);

/*
 * Costs a dozen system calls for each node. -ENOENT if the kernel shows no nodes. BRIEF: five system calls in
 * total, without huge pages and swap, as if there were none.
 */
int dax_memory_use_read(struct dax_sysfs *sysfs, bool brief, struct dax_memory_use *use) DAX_MUST_CHECK;

/* The text of /proc/zoneinfo, whose numbers are pages; -ENOMEM. */
int dax_memory_use_parse(const char *zoneinfo, uint64_t page, struct dax_memory_use *use) DAX_MUST_CHECK;

/* The text of /proc/swaps: the free space. Compressed swap is in memory itself, so only half of it counts. */
uint64_t dax_swap_parse(const char *swaps);

/* "hugepages-2048kB": the size of a page in bytes. */
bool dax_pool_parse(const char *name, uint64_t *page);

/*
 * Adds to *USED how much of the SIZE bytes of memory at START contains pages that must move. It reads the
 * flags of every page (/proc/kpageflags): 2 MiB for each GiB.
 */
int dax_memory_use_count(uint64_t start, uint64_t size, uint64_t *used) DAX_MUST_CHECK;
