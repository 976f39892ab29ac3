/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The verbs that change devices. */
#pragma once

#include "plan/plan.h"

int dax_plan_change(struct dax_plan *plan, const struct dax_request *request, struct dax_error *err) DAX_MUST_CHECK;
