/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Where the free space of each region is. */
#pragma once

#include "state/scan.h"

/* Finds where the free space of every region is; needs all devices with their ranges. */
int dax_scan_layout(struct dax_sysfs *sysfs, struct dax_topology *topology, struct dax_error *err) DAX_MUST_CHECK;
