/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Creates, destroys and reconfigures namespaces. */
#pragma once

#include "plan/plan.h"

/* New devices of persistent memory, each with a namespace of its own; REGION is the index of an nd region. */
int dax_plan_create_namespaces(struct dax_plan *plan, size_t region, const struct dax_request *request,
			       struct dax_error *err) DAX_MUST_CHECK;

/* Destroys or reconfigures a namespace and its device, if it has one, according to the verb of REQUEST. */
int dax_plan_destroy_namespace(struct dax_plan *plan, size_t target, const struct dax_request *request,
			       struct dax_error *err) DAX_MUST_CHECK;
int dax_plan_set_namespace(struct dax_plan *plan, size_t target, const struct dax_request *request,
			   struct dax_error *err) DAX_MUST_CHECK;
