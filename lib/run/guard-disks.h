/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* No disk is taken from under what uses it. */
#pragma once

#include "plan/plan.h"
#include "run/doer.h"

/* Whether STEP is one before which that is looked for once more. */
bool dax_step_takes_away(const struct dax_step *step);

/*
 * Refuses when one of the N STEPS would take a disk from under what the kernel itself has it for, whatever
 * risk is taken, or from under a program.
 */
int dax_check_disks(struct dax_doer *doer, const struct dax_step *steps, size_t n,
		    struct dax_error *err) DAX_MUST_CHECK;
