/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Devices of persistent memory, and their namespaces. */
#pragma once

#include "plan/plan.h"

/* Leaves the device without a driver, and its namespace, if any, disabled. */
int dax_plan_disable(struct dax_plan *plan, size_t target, struct dax_error *err) DAX_MUST_CHECK;

/* All devices that do not exist because their namespaces are disabled. */
int dax_plan_enable_disabled(struct dax_plan *plan, const struct dax_request *request,
			     struct dax_error *err) DAX_MUST_CHECK;

/*
 * For the device of a namespace: reconfigures the namespace if necessary; otherwise only changes the driver.
 */
int dax_plan_persistent(struct dax_plan *plan, size_t target, const struct dax_request *request,
			struct dax_error *err) DAX_MUST_CHECK;

/* For a name without a device: its namespace can be enabled, reconfigured to contain one, or destroyed. */
int dax_plan_without_device(struct dax_plan *plan, const char *name, const struct dax_request *request,
			    struct dax_error *err) DAX_MUST_CHECK;

