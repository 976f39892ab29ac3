/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The order of regions, devices and namespaces. */
#pragma once

#include "state/scan.h"

/* Brings regions and devices into their order; the indices of regions follow. */
int dax_scan_sort(struct dax_topology *topology, struct dax_error *err) DAX_MUST_CHECK;

/* The order of devices: by region id, then device id, as numbers. For qsort. */
int dax_scan_compare_devices(const void *a, const void *b);
