/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Protects memory whose content does not fit elsewhere. */
#pragma once

#include "plan/plan.h"
#include "run/doer.h"

/*
 * Refuses if the content of the memory that the N STEPS take offline does not fit elsewhere, unless this risk
 * is accepted. Costs nothing if no step takes memory offline.
 */
int dax_check_memory(struct dax_doer *doer, const struct dax_step *steps, size_t n,
		     struct dax_error *err) DAX_MUST_CHECK;

/*
 * Whether the content still fits with the first DONE blocks of STEP offline; repeats the forecast as often as
 * necessary.
 */
bool dax_memory_still_fits(struct dax_doer *doer, const struct dax_step *step, size_t done);

/* Whether a block that takes long should be interrupted for a new forecast. */
bool dax_memory_is_tight(const struct dax_doer *doer);

/* Adds the known facts about memory to ERR, which says that a block of STEP did not go offline. */
void dax_explain_memory(const struct dax_doer *doer, const struct dax_step *step, size_t done, struct dax_error *err);

/* For a dry run: adds a note with the forecast to PLAN if it takes memory offline. */
void dax_note_memory(struct dax_sysfs *sysfs, const struct dax_topology *before, struct dax_plan *plan);
