/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a run left behind that was killed, or that could not take back what it did. */
#pragma once

#include "run/judge.h"

/*
 * Finds out step by step what really happened, and finishes or takes back the plan of RECORD. Steps
 * that somebody has taken back by hand meanwhile are left alone, and a device that is in no state in which
 * that run can have left it is not touched at all. What one device is stuck with does not keep others
 * from it. The journal goes when all is done. What a final step wrote over does not come back:
 * record->lost says where that was; record->notes what is gone with its region.
 */
int dax_recover(struct dax_sysfs *sysfs, struct dax_record *record, enum dax_recovery direction,
		const struct dax_apply_options *options, struct dax_error *err) DAX_MUST_CHECK;
