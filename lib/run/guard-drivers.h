/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Refuses a plan if a driver cannot be loaded. */
#pragma once

#include "plan/plan.h"

/*
 * Refuses if a driver that PLAN loads cannot be loaded; adds a note if a command of modprobe.d loads it.
 * Costs nothing if no driver is loaded.
 */
int dax_check_drivers(struct dax_plan *plan, struct dax_error *err) DAX_MUST_CHECK;
