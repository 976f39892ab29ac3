/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The undo, after a failure and after a kill. */
#pragma once

#include "run/doer.h"

struct dax_undo {
	struct dax_doer *doer;
	enum dax_step_status *status; /* status of each step; pending and undone steps are skipped */
	const bool *left_alone;       /* targets that are not touched; NULL for none */
	bool *lost;                   /* the content of a target may be lost, although the step was undone */
	/* Called for each step that cannot be undone. */
	void (*stuck)(void *data, const struct dax_step *step, const struct dax_error *err);
	void *data;
};

/*
 * Undoes steps END-1 to 0, in reverse order, and marks them. Steps whose previous state holds already are
 * skipped. A device that is stuck does not stop the others. The first stuck step decides the return value;
 * -EINTR if it was interrupted, which is possible only in a recovery.
 */
int dax_undo_steps(const struct dax_undo *undo, size_t end) DAX_MUST_CHECK;

/* Undoes one step, whatever the status of the others. */
int dax_undo_one(const struct dax_undo *undo, size_t i, struct dax_error *err) DAX_MUST_CHECK;

/*
 * Whether the kernel has bound the device of STEP by itself since: then a step about its driver needs no
 * work.
 */
bool dax_undo_is_bound_by_boot(struct dax_doer *doer, const struct dax_step *step);
