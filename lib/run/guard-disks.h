/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Protects disks that are in use. */
#pragma once

#include "plan/plan.h"
#include "run/doer.h"

/* Whether the search must be repeated before STEP. */
bool dax_step_takes_away(const struct dax_step *step);

/*
 * Refuses if one of the N STEPS would remove a disk that the kernel itself uses, whatever risk is accepted,
 * or that a program uses.
 */
int dax_check_disks(struct dax_doer *doer, const struct dax_step *steps, size_t n,
		    struct dax_error *err) DAX_MUST_CHECK;
