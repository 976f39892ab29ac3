/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A layout and this machine: waiting for its regions, planning, naming its devices. */
#pragma once

#include "plan/layout.h"
#include "plan/plan.h"

/* Reads all that a layout can be about. */
int layout_read_machine(struct dax_sysfs *sysfs, struct dax_topology *topology, struct dax_error *err) DAX_MUST_CHECK;

/*
 * Waits until every region that LAYOUT needs is there, or SECONDS are over: that is no error here, the plan tells
 * which one is missing. ONLY: this region and no other; NULL for all.
 */
int layout_wait(const char *sysroot, const struct dax_layout *layout, unsigned seconds, struct dax_error *err) DAX_MUST_CHECK;

/* Notes the names and owners of the devices, which are as the layout describes. BEFORE: from when nothing was CHANGED. */
int layout_name_devices(struct dax_sysfs *sysfs, const struct dax_topology *before, bool changed,
			const struct dax_layout *layout, const char *only, struct dax_error *err) DAX_MUST_CHECK;
