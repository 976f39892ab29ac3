/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The module of a driver, loaded so that no device is bound by it. */
#pragma once

#include "run/doer.h"

int dax_do_set_autoprobe(struct dax_doer *doer, const struct dax_step *step, struct dax_error *err) DAX_MUST_CHECK;

/* After a step has failed: is all as it was before it? */
bool dax_unchanged_autoprobe(struct dax_doer *doer, const struct dax_step *step);

/* Loads the module of a driver that is not on the bus, so that no device is bound by it. */
int dax_driver_load(struct dax_sysfs *sysfs, const char *driver, struct dax_error *err) DAX_MUST_CHECK;
