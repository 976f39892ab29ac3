/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A layout describes the devices that the regions of a machine must have. Plain structs: the program fills
 * them from a document, and for export from a machine.
 */
#pragma once

#include "plan/request.h"
#include "state/topology.h"

enum dax_layout_zone {
	DAX_LAYOUT_MOVABLE = 0,
	DAX_LAYOUT_NORMAL,
	DAX_LAYOUT_ANY, /* existing memory keeps its state; new memory goes online in zone Movable */
};

struct dax_layout_device {
	struct dax_amount size; /* bytes, or a share of the region; not together with REST */
	bool rest;              /* all space that the other devices leave */
	uint64_t align;         /* bytes; 0: the alignment of the region */
	const char *driver;     /* a constant; "" for a disabled device */
	unsigned count;         /* number of such devices; at least 1 */
	bool has_offset;
	uint64_t offset;        /* bytes from the start of the region; then the device has one range */
	enum dax_layout_zone zone; /* these two only for system memory */
	bool offline;
	struct dax_node_note node; /* its name, and whose it is */
};

struct dax_layout_region {
	char *place;            /* "FILE: regions[1]", for messages; owned */

	/* Properties that identify the region; a field without its flag was not given. */
	bool has_start, has_size, has_kind, has_node, has_nth;
	uint64_t start, size;   /* bytes */
	enum dax_region_kind kind;
	int node;
	unsigned nth;           /* its number among all regions that match, by address, from 0 */

	bool each;              /* every region that matches and that no other entry describes */
	bool optional;          /* it may be missing */
	bool keep_others;       /* devices that are not described are kept */
	struct dax_layout_device *devices; /* owned */
	size_t n_devices;
};

struct dax_layout {
	struct dax_layout_region *regions; /* owned */
	size_t n_regions;
	uint64_t digest;        /* of the text that it was read from */
};

#define DAX_LAYOUT_INIT { 0 }
#define _cleanup_layout_ _cleanup_(dax_layout_release)

void dax_layout_release(struct dax_layout *layout);

/* Appends a new entry; NULL without memory. */
struct dax_layout_region *dax_layout_add_region(struct dax_layout *layout) DAX_MUST_CHECK;
struct dax_layout_device *dax_layout_add_device(struct dax_layout_region *region) DAX_MUST_CHECK;

/*
 * The layout of the dynamic regions of TOPOLOGY, whose ranges and memory must have been read. REGION: only
 * this one; NULL for all. EXACT: also the offset of each device.
 */
int dax_layout_of(const struct dax_topology *topology, const char *region, bool exact, struct dax_layout *layout,
		  struct dax_error *err) DAX_MUST_CHECK;

/* Whether the memory of DEVICE is in the state that WANTED describes. */
bool dax_layout_memory_matches(const struct dax_layout_device *wanted, const struct dax_device *device);
