/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The checks of devices. */
#pragma once

#include "check/check.h"

/* All checks of a device. TOPOLOGY must contain it, with its ranges and details. */
int dax_checkup_device(const struct dax_checkup *checkup, const struct dax_topology *topology,
		       const struct dax_device *device, struct dax_error *err) DAX_MUST_CHECK;
