/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* No memory goes offline whose content does not fit elsewhere. */
#pragma once

#include "plan/plan.h"
#include "run/doer.h"

/*
 * Refuses when what is in use in the memory that the N STEPS take offline does not fit elsewhere, unless that risk is
 * taken. It costs nothing when none of them takes memory offline.
 */
int dax_check_memory(struct dax_doer *doer, const struct dax_step *steps, size_t n,
		     struct dax_error *err) DAX_MUST_CHECK;

/* Whether it still fits with the first DONE blocks of STEP offline; it looks as often as it is worth it. */
bool dax_memory_still_fits(struct dax_doer *doer, const struct dax_step *step, size_t done);

/* Whether a block that takes long should be interrupted for that. */
bool dax_memory_is_tight(const struct dax_doer *doer);

/* Adds to ERR, which says that a block of STEP did not go offline, what there is to know about memory. */
void dax_explain_memory(const struct dax_doer *doer, const struct dax_step *step, size_t done, struct dax_error *err);

/* For a dry run: a note of PLAN that has the forecast, when it takes memory offline. */
void dax_note_memory(struct dax_sysfs *sysfs, const struct dax_topology *before, struct dax_plan *plan);
