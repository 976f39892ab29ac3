/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The drivers of the machine, and its processor. */
#pragma once

#include "state/scan.h"

/* The machine's drivers, with DAX_WANT_DRIVERS, and its processor. */
int dax_scan_machine(struct dax_sysfs *sysfs, const struct dax_scope *scope, struct dax_topology *topology,
		     struct dax_error *err) DAX_MUST_CHECK;
