/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* No plan starts when a driver cannot be loaded. */
#pragma once

#include "plan/plan.h"

/*
 * Refuses when a driver that PLAN loads cannot be loaded; adds a note when a command of modprobe.d does that. It costs
 * nothing where none is loaded.
 */
int dax_check_drivers(struct dax_plan *plan, struct dax_error *err) DAX_MUST_CHECK;
