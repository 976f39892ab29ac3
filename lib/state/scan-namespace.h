/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Namespaces of persistent memory. */
#pragma once

#include "state/scan.h"

/*
 * Adds the namespaces in SCOPE and their nd regions; regions are not sorted yet. MISSING: names in SCOPE
 * without a device are searched too. ALL_REGIONS: also adds nd regions without a namespace.
 */
int dax_scan_namespaces(struct dax_sysfs *sysfs, const struct dax_scope *scope, bool missing,
			bool all_regions, struct dax_topology *topology,
			struct dax_error *err) DAX_MUST_CHECK;

/* Reads one namespace, except the index of its region; *GONE if it does not exist (any more). */
int dax_scan_namespace(struct dax_sysfs *sysfs, const char *name, struct dax_namespace *namespace, bool *gone,
		       struct dax_error *err) DAX_MUST_CHECK;
