/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Size, alignment and driver of a device, as a request wants them. */
#pragma once

#include "plan/plan.h"

/* Size and alignment of the device itself, memmap_on_memory and its driver, as far as they are in REQUEST. */
int dax_plan_device_as_wanted(struct dax_plan *plan, size_t target, const struct dax_request *request,
			      struct dax_error *err) DAX_MUST_CHECK;
