/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* From a layout to a plan. Pure. */
#pragma once

#include "plan/layout.h"
#include "plan/plan.h"

/*
 * The steps that make the regions of BEFORE what LAYOUT describes; none where they are so. ONLY: this region and no
 * other; NULL for all. RISKS: enum dax_risk.
 */
int dax_plan_layout(const struct dax_topology *before, const struct dax_layout *layout, const char *only,
		    unsigned risks, struct dax_plan *plan, struct dax_error *err) DAX_MUST_CHECK;
