/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Devices of persistent memory, and what their namespaces hold. */
#pragma once

#include "plan/plan.h"

/* The device without a driver, and its namespace, if it is of one, disabled. */
int dax_plan_disable(struct dax_plan *plan, size_t target, struct dax_error *err) DAX_MUST_CHECK;

/* All devices that are not there since their namespaces are disabled. */
int dax_plan_enable_disabled(struct dax_plan *plan, const struct dax_request *request,
			     struct dax_error *err) DAX_MUST_CHECK;

/* Of a device of a namespace: what that has to be set up again for is done so; else it is about the driver only. */
int dax_plan_persistent(struct dax_plan *plan, size_t target, const struct dax_request *request,
			struct dax_error *err) DAX_MUST_CHECK;

/* A name that is of no device: its namespace can be enabled, told to hold one, or go. */
int dax_plan_without_device(struct dax_plan *plan, const char *name, const struct dax_request *request,
			    struct dax_error *err) DAX_MUST_CHECK;

