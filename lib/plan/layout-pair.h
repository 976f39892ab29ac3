/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Which device of a region is which one of its layout. */
#pragma once

#include "plan/layout.h"

struct dax_pair {
	const struct dax_layout_device *wanted;
	size_t place;            /* its number in the entry */
	uint64_t size;           /* bytes; 0 for the rest */
	char device[DAX_NAME_MAX]; /* "" when it has to be made */
};

struct dax_pairs {
	const struct dax_layout_region *entry;
	size_t region;           /* index into the topology's regions */
	struct dax_pair *items;  /* in the order of the layout; owned */
	size_t n;
};

/* Pairs what ENTRY wants with the devices of REGION; nothing is changed. The caller frees PAIRS->items. */
int dax_layout_pair(const struct dax_topology *topology, size_t region, const struct dax_layout_region *entry,
		    struct dax_pairs *pairs, struct dax_error *err) DAX_MUST_CHECK;

/* Whether DEVICE is one of the pairs. */
bool dax_layout_is_paired(const struct dax_pairs *pairs, const char *device);

/* Whether mode and memory of DEVICE are as WANTED describes them. */
bool dax_layout_state_matches(const struct dax_layout_device *wanted, const struct dax_device *device);

/* The unit that a device of the layout is made of: whole memory blocks for system memory. */
uint64_t dax_layout_unit(const struct dax_topology *topology, size_t region, const struct dax_layout_device *wanted);

uint64_t dax_layout_align(const struct dax_region *region, const struct dax_layout_device *wanted);
