/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Memory that was lost by an unbind while it was online. */
#pragma once

#include "state/scan.h"

/*
 * Finds memory that is lost, in devices without a driver and, with SPACE, in the free space of regions; for
 * that all devices have to be known with their ranges. Reads one file, and nothing when neither is there.
 */
int dax_scan_lost(struct dax_sysfs *sysfs, bool space, struct dax_topology *topology,
		  struct dax_error *err) DAX_MUST_CHECK;
