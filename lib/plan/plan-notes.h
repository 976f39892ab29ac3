/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a plan tells the user beside its steps. Pure. */
#pragma once

#include "plan/plan.h"

/* What is not sure of a finished plan. */
void dax_plan_note_risks(struct dax_plan *plan);
