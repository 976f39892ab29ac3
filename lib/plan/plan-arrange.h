/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The cheapest order of the steps of several devices. */
#pragma once

#include "plan/plan.h"

/*
 * Sorts the steps from FIRST on, which belong to one request, into the cheapest order if they are about
 * memory of several devices. The steps of each device keep their order.
 */
int dax_plan_arrange(struct dax_plan *plan, size_t first, struct dax_error *err) DAX_MUST_CHECK;
