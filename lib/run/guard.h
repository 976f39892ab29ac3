/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What is in use is not taken away: no device, and no disk, from under a program or the kernel. */
#pragma once

#include "run/doer.h"
#include "state/holders.h"

/*
 * Refuses when one of the N STEPS would pull a device from under a program (UNBIND), or break it for
 * one that has had it open since before (BIND), unless that risk is taken; and as dax_check_disks does. Other
 * steps, and those of devices that the plan creates, are passed over. It costs two reads while no device is
 * open at all.
 */
int dax_check_holders(struct dax_doer *doer, const struct dax_step *steps, size_t n,
		      struct dax_error *err) DAX_MUST_CHECK;

/* Whether STEP is one before which that is looked for once more. */
bool dax_step_takes_away(const struct dax_step *step);

/*
 * Refuses when one of the N STEPS would take a disk from under what the kernel itself has it for, whatever
 * risk is taken, or from under a program.
 */
int dax_check_disks(struct dax_doer *doer, const struct dax_step *steps, size_t n,
		    struct dax_error *err) DAX_MUST_CHECK;

/*
 * Refuses when a driver that PLAN loads cannot be loaded; adds a note when a command of modprobe.d does that. It costs
 * nothing where none is loaded.
 */
int dax_check_drivers(struct dax_plan *plan, struct dax_error *err) DAX_MUST_CHECK;

/* As dax_check_holders for one device, whatever risk is taken. */
int dax_check_device(struct dax_doer *doer, const char *device, struct dax_error *err) DAX_MUST_CHECK;
