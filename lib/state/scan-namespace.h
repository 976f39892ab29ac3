/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Namespaces of persistent memory. */
#pragma once

#include "state/scan.h"

/*
 * Adds the namespaces that SCOPE wants, and the nd regions that they are in; regions are not sorted yet.
 * MISSING: names in SCOPE that are of no device are looked for, too. ALL_REGIONS: nd regions without a
 * namespace are wanted, too.
 */
int dax_scan_namespaces(struct dax_sysfs *sysfs, const struct dax_scope *scope, bool missing,
			bool all_regions, struct dax_topology *topology,
			struct dax_error *err) DAX_MUST_CHECK;

/* Reads one namespace, but for the index of its region; *GONE when it is not there (any more). */
int dax_scan_namespace(struct dax_sysfs *sysfs, const char *name, struct dax_namespace *namespace, bool *gone,
		       struct dax_error *err) DAX_MUST_CHECK;
