/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Reads devices again after a change. */
#pragma once

#include "state/topology.h"

/*
 * Reads the current state of devices in regions of a known topology. NAMES may contain devices that OLD does
 * not have. REGIONS[i] is the index in OLD of the region of NAMES[i]. Devices that no longer exist are left
 * out.
 */
int dax_topology_reread(struct dax_sysfs *sysfs, const struct dax_topology *old, const char *const *names,
			const size_t *regions, size_t n, unsigned want, struct dax_topology *topology,
			struct dax_error *err) DAX_MUST_CHECK;
