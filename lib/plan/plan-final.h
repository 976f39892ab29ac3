/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What can fail comes before what cannot be undone. */
#pragma once

#include "plan/plan.h"

/* What can fail before what cannot be brought back, in the whole plan. Each device's own steps keep their order. */
int dax_plan_put_final_last(struct dax_plan *plan, struct dax_error *err) DAX_MUST_CHECK;
