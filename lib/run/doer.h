/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the steps share while they run. */
#pragma once

#include "run/journal.h"

#include <time.h>

/* What a driver takes of a region: bits of dax_driver_bit(). */
struct dax_matching {
	unsigned by_id; /* its devices only by id */
	unsigned alone; /* ... and by the id of one of them no other; seen where another was without a driver */
};

struct dax_doer {
	struct dax_sysfs *sysfs;
	const struct dax_topology *before;
	const struct dax_plan *plan;
	const struct dax_apply_options *options;
	struct dax_journal *journal;
	bool undoing;    /* nothing interrupts that, ... */
	bool recovering; /* ... but for this: what is not taken back stays in the journal */
	bool forward;    /* ... to finish the plan: a step that is undone is done again */
	unsigned look_after; /* so many memory blocks it is looked whether they fit elsewhere; 0: it is not looked */
	unsigned unlooked;   /* blocks since then */
	time_t looked;   /* for programs that hold devices, on the clock that never jumps */
	char (*names)[DAX_NAME_MAX]; /* of the targets; "" for one that is not created yet */

	/* For each region of what was there before. */
	struct dax_matching *matching;

	/* Devices that are without a driver, now or later: one could pick them up when it gets a new id. */
	char (*bystanders)[DAX_NAME_MAX];
	size_t n_bystanders;
	bool bystanders_known;
	bool picked_up; /* one was, by the last id */

	unsigned lent;  /* to which drivers devices were lent that are given back: bits of dax_driver_bit() */
	bool rebooted;  /* what is taken back was done before this boot */
	const struct dax_step *failed; /* of the plan, and the name that its device had then */
	char failed_device[DAX_NAME_MAX];

	bool unnamed; /* a device was created, and which one it is was not clear */
};

void dax_doer_release(struct dax_doer *doer);

static inline const char *dax_doer_name(const struct dax_doer *doer, const struct dax_step *step)
{
	return doer->names[step->device];
}

/* The nd region that a target belongs to; NULL for one that is not of persistent memory. */
const struct dax_region *dax_target_nd(const struct dax_topology *before, const struct dax_target *target);

/* Whether a target is of a region whose devices come and go by the run's own steps, not with a namespace. */
bool dax_target_is_dynamic(const struct dax_topology *before, const struct dax_target *target);

/* What a target of persistent memory is called now; "" when it is not there. Of others NAME is left alone. */
int dax_target_find(struct dax_sysfs *sysfs, const struct dax_topology *before,
		    const struct dax_target *target, char name[DAX_NAME_MAX],
		    struct dax_error *err) DAX_MUST_CHECK;

/* Returns -ENODEV. */
int dax_target_fail_gone(const struct dax_target *target, struct dax_error *err);

/* The folder of a target's device, or with an empty name of its region. */
int dax_doer_dir(const struct dax_doer *doer, size_t target, const char *name, char *dir, size_t size,
		 struct dax_error *err) DAX_MUST_CHECK;

/* "dax0.1: cannot WHAT: REASON"; returns -code. */
int dax_doer_fail(const struct dax_doer *doer, const struct dax_step *step, int code, const char *what,
		  struct dax_error *err);

/* Writes DEVICE to an attribute of a driver: bind, unbind, new_id, remove_id. -errno without words. */
int dax_doer_write_driver(struct dax_doer *doer, const char *driver, const char *attr,
			  const char *device) DAX_MUST_CHECK;

/* Makes "dax0.1: REASON" to "dax0.1: cannot WHAT: REASON". */
void dax_doer_context(const char *name, const char *what, struct dax_error *err);

/*
 * Finds the device that STEP, of kind create, has made, when its name was never noted: the one that is new,
 * empty and without a driver. -EAGAIN for more than one; its name stays empty for none.
 */
int dax_doer_find_unnamed(struct dax_doer *doer, const struct dax_step *step, struct dax_error *err) DAX_MUST_CHECK;

int dax_do_create(struct dax_doer *doer, const struct dax_step *step, struct dax_error *err) DAX_MUST_CHECK;
int dax_do_delete(struct dax_doer *doer, const struct dax_step *step, struct dax_error *err) DAX_MUST_CHECK;
int dax_do_set_align(struct dax_doer *doer, const struct dax_step *step, struct dax_error *err) DAX_MUST_CHECK;
int dax_do_set_size(struct dax_doer *doer, const struct dax_step *step, struct dax_error *err) DAX_MUST_CHECK;
int dax_do_add_mapping(struct dax_doer *doer, const struct dax_step *step, struct dax_error *err) DAX_MUST_CHECK;
int dax_do_load_driver(struct dax_doer *doer, const struct dax_step *step, struct dax_error *err) DAX_MUST_CHECK;
int dax_do_bind(struct dax_doer *doer, const struct dax_step *step, struct dax_error *err) DAX_MUST_CHECK;
int dax_do_unbind(struct dax_doer *doer, const struct dax_step *step, struct dax_error *err) DAX_MUST_CHECK;

int dax_do_online(struct dax_doer *doer, const struct dax_step *step, struct dax_error *err) DAX_MUST_CHECK;
int dax_do_offline(struct dax_doer *doer, const struct dax_step *step, struct dax_error *err) DAX_MUST_CHECK;
int dax_do_set_policy(struct dax_doer *doer, const struct dax_step *step, struct dax_error *err) DAX_MUST_CHECK;
int dax_do_set_memmap(struct dax_doer *doer, const struct dax_step *step, struct dax_error *err) DAX_MUST_CHECK;

int dax_do_set_autoprobe(struct dax_doer *doer, const struct dax_step *step, struct dax_error *err) DAX_MUST_CHECK;
int dax_do_namespace(struct dax_doer *doer, const struct dax_step *step, struct dax_error *err) DAX_MUST_CHECK;
int dax_do_enable_namespace(struct dax_doer *doer, const struct dax_step *step, struct dax_error *err) DAX_MUST_CHECK;

/* Does a step, and verifies what the kernel says of it where that is not to be trusted. */
int dax_run_step(struct dax_doer *doer, const struct dax_step *step, struct dax_error *err) DAX_MUST_CHECK;

/* Takes a step back. */
int dax_undo_step(struct dax_doer *doer, const struct dax_step *step, struct dax_error *err) DAX_MUST_CHECK;

/* Whether all is as it was before STEP, so that there is nothing to take back. */
bool dax_step_unchanged(struct dax_doer *doer, const struct dax_step *step);

/* What becomes of new memory blocks from now on. */
int dax_doer_write_policy(struct dax_doer *doer, enum dax_policy policy) DAX_MUST_CHECK;

/*
 * By which the kernel brings the memory of a device that STEP binds to kmem where it belongs. A step that takes
 * an unbinding back does not say where that is; what was taken offline before it does.
 */
enum dax_policy dax_doer_policy_for(struct dax_doer *doer, const struct dax_step *step);

/* The ranges of a device as they are now. The caller frees them. */
int dax_doer_read_ranges(struct dax_doer *doer, const char *name, struct dax_range **ranges, size_t *n,
			 uint64_t *block_size, struct dax_error *err) DAX_MUST_CHECK;

/*
 * The last look before a device is unbound from kmem, since the kernel does so in any case and loses what
 * is online: -EBUSY unless every memory block of it is offline, and not just on its way there.
 */
int dax_doer_require_offline(struct dax_doer *doer, const char *name, struct dax_error *err) DAX_MUST_CHECK;

/*
 * Newer kernels (7.3, state_store in drivers/dax/kmem.c) remove the memory of a device by one write, all of it
 * or none: what somebody brings online at the last moment goes as well, and the unbind after it loses nothing.
 * Does nothing where there is no such attribute. A device that is unplugged and still bound has no memory.
 */
int dax_doer_unplug(struct dax_doer *doer, const char *name, struct dax_error *err) DAX_MUST_CHECK;
bool dax_doer_is_unplugged(struct dax_doer *doer, const char *name);

/* And the first after it: -EBUSY when a memory block went online between the two, and is there still. */
int dax_doer_require_removed(struct dax_doer *doer, const char *name, struct dax_error *err) DAX_MUST_CHECK;

/* Whether the user wants it to stop. */
static inline bool dax_doer_interrupted(const struct dax_doer *doer)
{
	return (!doer->undoing || doer->recovering) && doer->options->interrupted && *doer->options->interrupted;
}

/* Where the kernel's success is not to be trusted: did the step really do what it says? */
int dax_verify_add_mapping(struct dax_doer *doer, const struct dax_step *step, struct dax_error *err) DAX_MUST_CHECK;
int dax_verify_unbind(struct dax_doer *doer, const struct dax_step *step, struct dax_error *err) DAX_MUST_CHECK;

/* After a step has failed: is all as it was before it? */
bool dax_unchanged_create(struct dax_doer *doer, const struct dax_step *step);
bool dax_unchanged_delete(struct dax_doer *doer, const struct dax_step *step);
bool dax_unchanged_align(struct dax_doer *doer, const struct dax_step *step);
bool dax_unchanged_size(struct dax_doer *doer, const struct dax_step *step);
bool dax_unchanged_mapping(struct dax_doer *doer, const struct dax_step *step);
bool dax_unchanged_always(struct dax_doer *doer, const struct dax_step *step);
bool dax_unchanged_never(struct dax_doer *doer, const struct dax_step *step);
bool dax_unchanged_policy(struct dax_doer *doer, const struct dax_step *step);
bool dax_unchanged_memmap(struct dax_doer *doer, const struct dax_step *step);
bool dax_unchanged_autoprobe(struct dax_doer *doer, const struct dax_step *step);
bool dax_unchanged_namespace(struct dax_doer *doer, const struct dax_step *step);
bool dax_unchanged_enabled(struct dax_doer *doer, const struct dax_step *step);
bool dax_unchanged_bind(struct dax_doer *doer, const struct dax_step *step);
bool dax_unchanged_unbind(struct dax_doer *doer, const struct dax_step *step);

/* Loads the module of a driver that is not on the bus, so that no device is bound by it. */
int dax_driver_load(struct dax_sysfs *sysfs, const char *driver, struct dax_error *err) DAX_MUST_CHECK;
