/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The size of a namespace. */
#pragma once

#include "plan/plan.h"

/* The SIZE of each of COUNT new namespaces in REGION, at the most all that is free in one piece. -ENOSPC. */
int dax_plan_new_size(struct dax_plan *plan, const struct dax_region *region, const struct dax_request *request,
		      unsigned count, uint64_t *size, struct dax_error *err) DAX_MUST_CHECK;

/* The size that NAMESPACE is to have by REQUEST, which has one; whether there is room for it the model knows. */
uint64_t dax_plan_other_size(struct dax_plan *plan, const struct dax_namespace *namespace,
			     const struct dax_request *request);
