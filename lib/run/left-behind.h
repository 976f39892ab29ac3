/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "run/recover.h"

/*
 * -EBUSY when a device that PLAN would change is in a journal that was left behind in one of the folders, and still
 * in a state of that run; its sentence says so, and the hint what to do.
 */
int dax_check_left_behind(struct dax_sysfs *sysfs, const struct dax_apply_options *options,
			  const struct dax_plan *plan, struct dax_error *err) DAX_MUST_CHECK;
