/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Devices read again, after a change. */
#pragma once

#include "state/topology.h"

/*
 * Reads again the state of devices of a known topology's regions: how they are now. NAMES may hold
 * devices that OLD does not know yet; REGIONS[i] is the index in OLD of the region of NAMES[i].
 * A device that is gone is left out.
 */
int dax_topology_reread(struct dax_sysfs *sysfs, const struct dax_topology *old, const char *const *names,
			const size_t *regions, size_t n, unsigned want, struct dax_topology *topology,
			struct dax_error *err) DAX_MUST_CHECK;
