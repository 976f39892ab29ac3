/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Compares what the kernel did with what the plan predicted. Pure. */
#pragma once

#include "plan/plan.h"

/*
 * Compares the targets of PLAN as predicted (plan->after) with OBSERVED; NAMES are their real names. -EAGAIN
 * with a sentence that names the first difference.
 */
int dax_compare(const struct dax_plan *plan, const struct dax_topology *observed,
		const char (*names)[DAX_NAME_MAX], struct dax_error *err) DAX_MUST_CHECK;
