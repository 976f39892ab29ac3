/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The verbs that change devices. */
#pragma once

#include "plan/plan.h"

/* Size and alignment of the device itself, memmap_on_memory and its driver, as far as REQUEST says. */
int dax_plan_device_as_wanted(struct dax_plan *plan, size_t target, const struct dax_request *request,
			      struct dax_error *err) DAX_MUST_CHECK;

/* Whether REQUEST, which is about all devices, is about those of REGION. */
bool dax_plan_is_in_region(const struct dax_region *region, const struct dax_request *request);

int dax_plan_change(struct dax_plan *plan, const struct dax_request *request, struct dax_error *err) DAX_MUST_CHECK;
