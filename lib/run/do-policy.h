/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The policy for new memory blocks of the whole machine. */
#pragma once

#include "run/doer.h"

int dax_do_set_policy(struct dax_doer *doer, const struct dax_step *step, struct dax_error *err) DAX_MUST_CHECK;

/*
 * The policy with which the kernel brings the memory of a device that STEP binds to kmem into the right
 * state. A step that undoes an unbinding does not have this state; the steps that took the memory offline do.
 */
enum dax_policy dax_doer_policy_for(struct dax_doer *doer, const struct dax_step *step);

/* After a step has failed: whether the state is that before the step. */
bool dax_unchanged_policy(struct dax_doer *doer, const struct dax_step *step);
