/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The order of regions. */
#pragma once

#include "state/scan.h"

/* Sorts the regions by id, then by path; the indices of regions in devices and namespaces follow. */
int dax_scan_sort_regions(struct dax_topology *topology, struct dax_error *err) DAX_MUST_CHECK;
