/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The notes from which udev gives nodes their names and owners, in a folder below the run folder. */
#pragma once

#include "plan/layout.h"

/* Fills in the notes of the devices of TOPOLOGY, whose ranges have been read. Who may not look sees none. */
int dax_node_notes_load(const char *run_folder, struct dax_topology *topology, struct dax_error *err) DAX_MUST_CHECK;

/* Whether LAYOUT has anything to note, or another layout had. */
bool dax_node_notes_matter(const char *run_folder, const struct dax_layout *layout);

/*
 * Notes what LAYOUT says of the devices of TOPOLOGY, and has udev look again at those of which that differs from
 * their notes. ONLY: this region and no other; NULL for all. Notes of devices that are gone are removed.
 */
int dax_node_notes_store(struct dax_sysfs *sysfs, const char *run_folder, const struct dax_topology *topology,
			 const struct dax_layout *layout, const char *only, struct dax_error *err) DAX_MUST_CHECK;
