/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Plans the steps from a layout. Pure. */
#pragma once

#include "plan/layout.h"
#include "plan/plan.h"

/*
 * The steps that change the regions of BEFORE until they match LAYOUT; none if they match already. ONLY: only
 * this region; NULL for all. RISKS: enum dax_risk.
 */
int dax_plan_layout(const struct dax_topology *before, const struct dax_layout *layout, const char *only,
		    unsigned risks, struct dax_plan *plan, struct dax_error *err) DAX_MUST_CHECK;
