/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Notes of a plan for the user. Pure. */
#pragma once

#include "plan/plan.h"

/* Adds notes about the uncertainties of a complete plan. */
void dax_plan_note_risks(struct dax_plan *plan);
