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

/*
 * Refuses when what is in use in the memory that the N STEPS take offline does not fit elsewhere, unless that risk is
 * taken. It costs nothing when none of them takes memory offline.
 */
int dax_check_memory(struct dax_doer *doer, const struct dax_step *steps, size_t n,
		     struct dax_error *err) DAX_MUST_CHECK;

/* Whether it still fits with the first DONE blocks of STEP offline; it looks as often as it is worth it. */
bool dax_memory_still_fits(struct dax_doer *doer, const struct dax_step *step, size_t done);

/* Whether a block that takes long should be interrupted for that. */
bool dax_memory_is_tight(const struct dax_doer *doer);

/* Adds to ERR, which says that a block of STEP did not go offline, what there is to know about memory. */
void dax_explain_memory(const struct dax_doer *doer, const struct dax_step *step, size_t done, struct dax_error *err);

/* For a dry run: a note of PLAN that has the forecast, when it takes memory offline. */
void dax_note_memory(struct dax_sysfs *sysfs, const struct dax_topology *before, struct dax_plan *plan);

/* As dax_check_holders for one device, whatever risk is taken. */
int dax_check_device(struct dax_doer *doer, const char *device, struct dax_error *err) DAX_MUST_CHECK;
