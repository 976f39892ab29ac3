/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The table of step kinds: everything that the program can do to a machine. */
#pragma once

#include "run/apply.h"
#include "run/doer.h"

/* The name of a kind of step: "set-align". */
const char *dax_step_name(enum dax_step_kind kind);

/*
 * The description of a step for people: "dax0.1: set the alignment from 2 MiB to 1 GiB". NAME is the
 * device's. The caller frees it; NULL without memory.
 */
char *dax_step_describe(const struct dax_step *step, const char *name);

/*
 * The description for people of the loss after a final step was undone: the configuration is restored, the
 * overwritten data is not. NAME is the device's. The caller frees it; NULL without memory.
 */
char *dax_step_describe_loss(const char *name);

/* The steps that undo STEP, in their order; none if no undo is necessary. The caller releases INVERSE. */
int dax_step_inverse(const struct dax_step *step, struct dax_steps *inverse, struct dax_error *err) DAX_MUST_CHECK;

/* Runs a step, and verifies its effect if the kernel's result cannot be trusted. */
int dax_run_step(struct dax_doer *doer, const struct dax_step *step, struct dax_error *err) DAX_MUST_CHECK;

/* Undoes a step. */
int dax_undo_step(struct dax_doer *doer, const struct dax_step *step, struct dax_error *err) DAX_MUST_CHECK;

/* Whether the state is that before STEP, so that there is nothing to undo. */
bool dax_step_unchanged(struct dax_doer *doer, const struct dax_step *step);
