/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Which region an entry of a layout is about. Regions are known by what lasts, never by numbers or names. */
#pragma once

#include "plan/layout.h"

/* MATCHES has an element for each region of TOPOLOGY: its entry, or NULL for a region that the layout leaves alone. */
int dax_layout_match(const struct dax_topology *topology, const struct dax_layout *layout,
		     const struct dax_layout_region **matches, struct dax_error *err) DAX_MUST_CHECK;

/* Whether a region is there for ENTRY, or none is needed. */
bool dax_layout_is_there(const struct dax_topology *topology, const struct dax_layout_region *entry);

/* -ENODEV, for an entry that no region matches. */
int dax_layout_fail_missing(const struct dax_topology *topology, const struct dax_layout_region *entry,
			    struct dax_error *err);

/* Fills ENTRY with what REGION, an index into TOPOLOGY's regions, can be known by. */
void dax_layout_identify(const struct dax_topology *topology, size_t region, struct dax_layout_region *entry);
