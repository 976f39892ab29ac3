/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "run/recover.h"

/*
 * -EBUSY if a device that PLAN would change is in a journal of an interrupted run in one of the directories,
 * and still in a state of that run; with a sentence and a hint.
 */
int dax_check_left_behind(struct dax_sysfs *sysfs, const struct dax_apply_options *options,
			  const struct dax_plan *plan, struct dax_error *err) DAX_MUST_CHECK;
