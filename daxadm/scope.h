/* SPDX-License-Identifier: GPL-2.0-or-later */
/* From the names on the command line to the part of the machine that is read. */
#pragma once

#include "plan/request.h"
#include "state/topology.h"

/* Whether REGION is not given or means every one. */
bool scope_is_everywhere(const char *region);

/*
 * Reads what NAMED names, or else REGION, or else everything. A device that is named and a region
 * that is given have to fit together. WANT: enum dax_want.
 */
int scope_read(struct dax_sysfs *sysfs, const struct dax_request *named, const char *region, unsigned want,
	       struct dax_topology *topology, struct dax_error *err) DAX_MUST_CHECK;
