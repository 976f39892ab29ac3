/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The plan for requests: the top of this room. */
#pragma once

#include "plan/plan.h"

/*
 * Plans all requests together: each sees what the ones before it will have done. -errno with a
 * sentence that says why not and what would work.
 */
int dax_plan_make(const struct dax_topology *before, const struct dax_request *requests, size_t n_requests,
		  struct dax_plan *plan, struct dax_error *err) DAX_MUST_CHECK;
