/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Steps that bind a device to a driver. */
#pragma once

#include "plan/plan.h"

/* Binds the target to DRIVER, which is not kmem, loading that first if need be; refuses what would not work. */
int dax_plan_bind(struct dax_plan *plan, size_t target, const char *driver, struct dax_error *err) DAX_MUST_CHECK;

/* The steps that bring a driver to the bus and bind the target to it, with no guard. */
int dax_plan_add_bind(struct dax_plan *plan, size_t target, const char *driver, struct dax_error *err) DAX_MUST_CHECK;

/* DRIVER as a constant, which steps point to. */
const char *dax_plan_constant_driver(const char *driver);
