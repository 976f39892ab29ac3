/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The one way back, after a failure and after a kill. */
#pragma once

#include "run/doer.h"

struct dax_undo {
	struct dax_doer *doer;
	enum dax_step_status *status; /* of each step; pending and undone ones are passed over */
	const bool *left_alone;       /* targets that are not touched; NULL for none */
	bool *lost;                   /* what a target held may be lost, though it was taken back */
	/* Called for each step that cannot be taken back. */
	void (*stuck)(void *data, const struct dax_step *step, const struct dax_error *err);
	void *data;
};

/*
 * Takes back steps END-1 to 0, in reverse, and marks them. What is as it was before is left so; what one device
 * is stuck with does not keep others from it. The first step that is stuck decides what is returned; -EINTR when
 * it was interrupted, which only a recovery can be.
 */
int dax_undo_steps(const struct dax_undo *undo, size_t end) DAX_MUST_CHECK;

/* Takes back one step, whatever became of the others. */
int dax_undo_one(const struct dax_undo *undo, size_t i, struct dax_error *err) DAX_MUST_CHECK;

/* Whether the kernel has bound the device of STEP by itself since: then nothing is left to do of a step about its driver. */
bool dax_undo_is_bound_by_boot(struct dax_doer *doer, const struct dax_step *step);
