/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Finds the region that an entry of a layout describes. Regions are identified by lasting properties, never
 * by number or name.
 */
#pragma once

#include "plan/layout.h"

/*
 * MATCHES has an element for each region of TOPOLOGY: its entry, or NULL for a region that the layout does
 * not describe.
 */
int dax_layout_match(const struct dax_topology *topology, const struct dax_layout *layout,
		     const struct dax_layout_region **matches, struct dax_error *err) DAX_MUST_CHECK;

/* Whether a region is there for ENTRY, or none is needed. */
bool dax_layout_is_there(const struct dax_topology *topology, const struct dax_layout_region *entry);

/* -ENODEV, for an entry that no region matches. */
int dax_layout_fail_missing(const struct dax_topology *topology, const struct dax_layout_region *entry,
			    struct dax_error *err);

/* Fills ENTRY with the properties that identify REGION, an index into the regions of TOPOLOGY. */
void dax_layout_identify(const struct dax_topology *topology, size_t region, struct dax_layout_region *entry);
