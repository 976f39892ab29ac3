/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Whether what a journal is about is still what its run left, or somebody else's by now. */
#pragma once

#include "run/journal.h"

enum dax_recovery {
	DAX_RECOVER_BACK = 0, /* as it was before */
	DAX_RECOVER_FORWARD,  /* as it was meant to be */
};

enum dax_verdict {
	DAX_VERDICT_OURS = 0, /* in a state in which the run can have left it */
	DAX_VERDICT_BEFORE,   /* as it was before the run; forward: as it was meant to be. Nothing is left to do */
	DAX_VERDICT_GONE,     /* with its region */
	DAX_VERDICT_FOREIGN,  /* not to be touched */
};

struct dax_judgement {
	enum dax_verdict verdict;
	bool there;
	struct dax_error why; /* for FOREIGN: what differs; owned */
};

/*
 * One for each target of RECORD, whose names have been found; the caller frees them with dax_judgements_free. Targets
 * about which nothing is to be done in DIRECTION are not looked at.
 */
int dax_judge(struct dax_sysfs *sysfs, const struct dax_record *record, enum dax_recovery direction,
	      struct dax_judgement **judgements, struct dax_error *err) DAX_MUST_CHECK;
void dax_judgements_free(struct dax_judgement *judgements, size_t n);

/*
 * Whether the step still has to be looked at: for back one that was begun and not taken back, for
 * forward one that was not done.
 */
bool dax_recovery_wants(const struct dax_record *record, size_t step, enum dax_recovery direction);
