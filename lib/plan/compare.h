/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Is what the kernel did what the plan predicted? Pure. */
#pragma once

#include "plan/plan.h"

/*
 * Compares the targets of PLAN as predicted (plan->after) and as OBSERVED; NAMES are the names that
 * they really have. -EAGAIN with a sentence that names the first difference.
 */
int dax_compare(const struct dax_plan *plan, const struct dax_topology *observed,
		const char (*names)[DAX_NAME_MAX], struct dax_error *err) DAX_MUST_CHECK;
