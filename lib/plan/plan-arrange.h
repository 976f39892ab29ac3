/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The order of the steps of several devices that costs least. */
#pragma once

#include "plan/plan.h"

/*
 * Brings the steps from FIRST on, which are those of one request, into the order that costs least when
 * they are about the memory of several devices. Each device's own steps keep their order.
 */
int dax_plan_arrange(struct dax_plan *plan, size_t first, struct dax_error *err) DAX_MUST_CHECK;
