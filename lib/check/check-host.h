/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The checks of the machine. */
#pragma once

#include "check/check.h"

/* Checks the machine. TOPOLOGY: all of it, with ranges, empty regions and drivers. */
int dax_checkup_host(const struct dax_checkup *checkup, const struct dax_topology *topology,
		     struct dax_error *err) DAX_MUST_CHECK;
