/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Memory that was lost because kmem was unbound while it was online. */
#pragma once

#include "state/scan.h"

/*
 * Finds lost memory in devices without a driver and, with SPACE, in the free space of regions; for the latter
 * all devices must be known with their ranges. Reads one file, or none if there is no such device and no such
 * space.
 */
int dax_scan_lost(struct dax_sysfs *sysfs, bool space, struct dax_topology *topology,
		  struct dax_error *err) DAX_MUST_CHECK;
