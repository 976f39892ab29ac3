/* SPDX-License-Identifier: GPL-2.0-or-later */
/* From the names on the command line to the part of the machine that is read. */
#pragma once

#include "plan/request.h"
#include "state/topology.h"

/* Whether REGION is not given or means all regions. */
bool scope_is_everywhere(const char *region);

/*
 * Reads what NAMED names, otherwise REGION, otherwise everything. If both are given, the devices must be in
 * the region. WANT: enum dax_want.
 */
int scope_read(struct dax_sysfs *sysfs, const struct dax_request *named, const char *region, unsigned want,
	       struct dax_topology *topology, struct dax_error *err) DAX_MUST_CHECK;
