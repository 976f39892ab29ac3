/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* No device is taken from under a program. */
#pragma once

#include "plan/plan.h"
#include "run/doer.h"

/*
 * Refuses when one of the N STEPS would pull a device from under a program (UNBIND), or break it for
 * one that has had it open since before (BIND), unless that risk is taken; and as dax_check_disks does. Other
 * steps, and those of devices that the plan creates, are passed over. It costs two reads while no device is
 * open at all.
 */
int dax_check_holders(struct dax_doer *doer, const struct dax_step *steps, size_t n,
		      struct dax_error *err) DAX_MUST_CHECK;

/* As dax_check_holders for one device, whatever risk is taken. */
int dax_check_device(struct dax_doer *doer, const char *device, struct dax_error *err) DAX_MUST_CHECK;
