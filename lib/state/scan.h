/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Parts of dax_topology_read. */
#pragma once

#include "state/topology.h"

#include <sys/types.h>

/* Numbers of devices. */
struct dax_numbers {
	dev_t *items; /* owned */
	size_t n;
};

/* -ENODEV: a named device or region does not exist (the sentence names it). */
int dax_topology_read(struct dax_sysfs *sysfs, const struct dax_scope *scope, struct dax_topology *topology,
		      struct dax_error *err) DAX_MUST_CHECK;
