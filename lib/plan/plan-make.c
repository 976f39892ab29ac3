/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Plans all requests, one after the other, on the model. This file is above all other planning files. */
#include "plan/plan-make.h"

#include "base/error.h"
#include "plan/plan-change.h"
#include "plan/plan-create.h"
#include "plan/plan-final.h"
#include "plan/plan.h"
#include "plan/request.h"
#include "state/topology.h"

int dax_plan_make(const struct dax_topology *before, const struct dax_request *requests, size_t n_requests,
		  struct dax_plan *plan, struct dax_error *err)
{
	_cleanup_plan_ struct dax_plan made = DAX_PLAN_INIT;
	int r = dax_topology_copy(before, &made.after, err);

	for (size_t i = 0; !r && i < n_requests; i++) {
		made.n_uuids = 0;
		r = requests[i].verb == DAX_VERB_CREATE ? dax_plan_create(&made, &requests[i], err) :
							  dax_plan_change(&made, &requests[i], err);
	}
	return r ? r : dax_plan_finish(&made, plan, err);
}
