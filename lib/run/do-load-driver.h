/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Loads the module of a driver without binding a device to it. */
#pragma once

#include "run/doer.h"

int dax_do_set_autoprobe(struct dax_doer *doer, const struct dax_step *step, struct dax_error *err) DAX_MUST_CHECK;

/* After a step has failed: whether the state is that before the step. */
bool dax_unchanged_autoprobe(struct dax_doer *doer, const struct dax_step *step);

/* Loads the module of a driver that is not on the bus, without binding a device to it. */
int dax_driver_load(struct dax_sysfs *sysfs, const char *driver, struct dax_error *err) DAX_MUST_CHECK;
