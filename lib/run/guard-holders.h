/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Protects devices that programs use. */
#pragma once

#include "plan/plan.h"
#include "run/doer.h"

/*
 * Refuses if one of the N STEPS would disable a device that a program uses (UNBIND), or break it for a
 * program that has had it open since before (BIND), unless this risk is accepted. Also calls dax_check_disks.
 * Other steps, and steps for devices that the plan creates, are skipped. Costs two reads if no device is
 * open.
 */
int dax_check_holders(struct dax_doer *doer, const struct dax_step *steps, size_t n,
		      struct dax_error *err) DAX_MUST_CHECK;

/* As dax_check_holders for one device, whatever risk is accepted. */
int dax_check_device(struct dax_doer *doer, const char *device, struct dax_error *err) DAX_MUST_CHECK;
