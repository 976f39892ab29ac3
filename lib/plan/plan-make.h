/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The plan for requests: the entry point of this room. */
#pragma once

#include "plan/plan.h"

/*
 * Plans all requests together: each request sees the effects of the previous ones. -errno with a sentence
 * that gives the reason and, if possible, an alternative.
 */
int dax_plan_make(const struct dax_topology *before, const struct dax_request *requests, size_t n_requests,
		  struct dax_plan *plan, struct dax_error *err) DAX_MUST_CHECK;
