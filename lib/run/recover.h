/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Recovers a run that was killed, or that could not be undone. */
#pragma once

#include "run/judge.h"

/*
 * Finds out for each step what has really happened, and finishes or undoes the plan of RECORD. Steps that a
 * user has undone meanwhile are skipped. A device in a state in which the run cannot have left it is not
 * touched at all. A device that is stuck does not stop the others. The journal is removed when everything is
 * done. Data that a final step has overwritten is not restored: record->lost has the targets; record->notes
 * names what disappeared with its region.
 */
int dax_recover(struct dax_sysfs *sysfs, struct dax_record *record, enum dax_recovery direction,
		const struct dax_apply_options *options, struct dax_error *err) DAX_MUST_CHECK;
