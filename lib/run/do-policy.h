/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What becomes of new memory blocks on the whole machine. */
#pragma once

#include "run/doer.h"

int dax_do_set_policy(struct dax_doer *doer, const struct dax_step *step, struct dax_error *err) DAX_MUST_CHECK;

/*
 * By which the kernel brings the memory of a device that STEP binds to kmem where it belongs. A step that takes
 * an unbinding back does not say where that is; what was taken offline before it does.
 */
enum dax_policy dax_doer_policy_for(struct dax_doer *doer, const struct dax_step *step);

/* After a step has failed: is all as it was before it? */
bool dax_unchanged_policy(struct dax_doer *doer, const struct dax_step *step);
