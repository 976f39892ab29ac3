/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Pairs the devices of a region with the devices of its layout. */
#pragma once

#include "plan/layout.h"

struct dax_pair {
	const struct dax_layout_device *wanted;
	size_t place;            /* its index in the entry */
	uint64_t size;           /* bytes; 0 for the rest */
	char device[DAX_NAME_MAX]; /* "" if it must be created */
};

struct dax_pairs {
	const struct dax_layout_region *entry;
	size_t region;           /* index into the topology's regions */
	struct dax_pair *items;  /* in the order of the layout; owned */
	size_t n;
};

/*
 * Pairs the devices of ENTRY with the devices of REGION; nothing is changed. The caller frees PAIRS->items.
 */
int dax_layout_pair(const struct dax_topology *topology, size_t region, const struct dax_layout_region *entry,
		    struct dax_pairs *pairs, struct dax_error *err) DAX_MUST_CHECK;

/* Whether DEVICE is in one of the pairs. */
bool dax_layout_is_paired(const struct dax_pairs *pairs, const char *device);

/* Whether mode and memory of DEVICE match WANTED. */
bool dax_layout_state_matches(const struct dax_layout_device *wanted, const struct dax_device *device);

/* The unit of the size of a device in a layout: whole memory blocks for system memory. */
uint64_t dax_layout_unit(const struct dax_topology *topology, size_t region, const struct dax_layout_device *wanted);

uint64_t dax_layout_align(const struct dax_region *region, const struct dax_layout_device *wanted);
