/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The end of every plan: what can fail comes before what cannot be undone. */
#pragma once

#include "plan/plan.h"

/*
 * Moves MADE to PLAN, with what can fail before what cannot be undone, and with a note of each risk that it takes.
 * Each device's own steps keep their order.
 */
int dax_plan_finish(struct dax_plan *made, struct dax_plan *plan, struct dax_error *err) DAX_MUST_CHECK;
