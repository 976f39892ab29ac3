/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a run left behind that was killed, or that could not take back what it did. */
#pragma once

#include "run/journal.h"

enum dax_recovery {
	DAX_RECOVER_BACK = 0, /* as it was before */
	DAX_RECOVER_FORWARD,  /* as it was meant to be */
};

/*
 * Whether the step still has to be looked at: for back one that was begun and not taken back, for
 * forward one that was not done.
 */
bool dax_recovery_wants(const struct dax_record *record, size_t step, enum dax_recovery direction);

/*
 * Finds out step by step what really happened, and finishes or takes back the plan of RECORD. Steps
 * that somebody has taken back by hand meanwhile are left alone, and a device that is in no state in which
 * that run can have left it is not touched at all. What one device is stuck with does not keep others
 * from it. The journal goes when all is done. What a final step wrote over does not come back:
 * record->lost says where that was; record->notes what is gone with its region.
 */
int dax_recover(struct dax_sysfs *sysfs, struct dax_record *record, enum dax_recovery direction,
		const struct dax_apply_options *options, struct dax_error *err) DAX_MUST_CHECK;
