/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Whether the objects of a journal are still in a state that its run has left, or have been changed by
 * others.
 */
#pragma once

#include "run/journal.h"

enum dax_recovery {
	DAX_RECOVER_BACK = 0, /* the state before the run */
	DAX_RECOVER_FORWARD,  /* the planned state */
};

enum dax_verdict {
	DAX_VERDICT_OURS = 0, /* a state that the run can have left */
	DAX_VERDICT_BEFORE,   /* the state before the run; forward: the planned state. Nothing is left to
			       * do */
	DAX_VERDICT_GONE,     /* no longer exists, nor does its region */
	DAX_VERDICT_FOREIGN,  /* must not be touched */
};

struct dax_judgement {
	enum dax_verdict verdict;
	bool there;
	struct dax_error why; /* for FOREIGN: the difference; owned */
};

/*
 * One for each target of RECORD, whose names must be known; the caller frees them with dax_judgements_free.
 * Targets without work in DIRECTION are not examined.
 */
int dax_judge(struct dax_sysfs *sysfs, const struct dax_record *record, enum dax_recovery direction,
	      struct dax_judgement **judgements, struct dax_error *err) DAX_MUST_CHECK;
void dax_judgements_free(struct dax_judgement *judgements, size_t n);

/*
 * Whether the step needs work: backward, a step that has begun and was not undone; forward, a step that was
 * not done.
 */
bool dax_recovery_wants(const struct dax_record *record, size_t step, enum dax_recovery direction);
