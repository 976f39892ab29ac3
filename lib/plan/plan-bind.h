/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Steps that bind a device to a driver. */
#pragma once

#include "plan/plan.h"

/*
 * Binds the target to DRIVER, which must not be kmem, and loads the driver first if necessary; refuses what
 * would not work.
 */
int dax_plan_bind(struct dax_plan *plan, size_t target, const char *driver, struct dax_error *err) DAX_MUST_CHECK;

/* The steps that load a driver and bind the target to it, without guards. */
int dax_plan_add_bind(struct dax_plan *plan, size_t target, const char *driver, struct dax_error *err) DAX_MUST_CHECK;

/* DRIVER as a constant, which steps point to. */
const char *dax_plan_constant_driver(const char *driver);
