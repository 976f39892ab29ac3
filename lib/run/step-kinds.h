/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Everything that the program can do to a machine: the table of step kinds. */
#pragma once

#include "run/apply.h"
#include "run/doer.h"

/* The word for a kind of step: "set-align". */
const char *dax_step_name(enum dax_step_kind kind);

/* What one step does, for people: "dax0.1: set the alignment from 2 MiB to 1 GiB". NAME is the device's. The caller frees it; NULL without memory. */
char *dax_step_describe(const struct dax_step *step, const char *name);

/*
 * For people, of a final step that was taken back, which brings back what is set up and not what was written
 * over. NAME is the device's. The caller frees it; NULL without memory.
 */
char *dax_step_describe_loss(const char *name);

/*
 * The steps that take STEP back, in their order; none for what needs no way back. The caller
 * releases INVERSE.
 */
int dax_step_inverse(const struct dax_step *step, struct dax_steps *inverse, struct dax_error *err) DAX_MUST_CHECK;

/* Does a step, and verifies what the kernel says of it where that is not to be trusted. */
int dax_run_step(struct dax_doer *doer, const struct dax_step *step, struct dax_error *err) DAX_MUST_CHECK;

/* Takes a step back. */
int dax_undo_step(struct dax_doer *doer, const struct dax_step *step, struct dax_error *err) DAX_MUST_CHECK;

/* Whether all is as it was before STEP, so that there is nothing to take back. */
bool dax_step_unchanged(struct dax_doer *doer, const struct dax_step *step);
