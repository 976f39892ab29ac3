/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The size of a namespace. */
#pragma once

#include "plan/plan.h"

/* The SIZE of each of COUNT new namespaces in REGION, at most the largest free piece. -ENOSPC. */
int dax_plan_new_size(struct dax_plan *plan, const struct dax_region *region, const struct dax_request *request,
		      unsigned count, uint64_t *size, struct dax_error *err) DAX_MUST_CHECK;

/* The size for NAMESPACE in REQUEST, which must have one; the model checks whether there is room for it. */
uint64_t dax_plan_other_size(struct dax_plan *plan, const struct dax_namespace *namespace,
			     const struct dax_request *request);
