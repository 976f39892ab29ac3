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
	char (*names)[DAX_NAME_MAX]; /* of the targets; "" for one that is not created yet; see dax_doer_use_journal */

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

/*
 * While there is a journal the names of the targets are those in its map, so that whoever finds it after a kill knows
 * them: a step that names its target writes into the journal. dax_doer_leave_journal goes on with NAMES, a copy.
 */
void dax_doer_use_journal(struct dax_doer *doer, struct dax_journal *journal);
void dax_doer_leave_journal(struct dax_doer *doer, char (*names)[DAX_NAME_MAX]);

static inline const char *dax_doer_name(const struct dax_doer *doer, const struct dax_step *step)
{
	return doer->names[step->target];
}

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

/* Whether the user wants it to stop. */
static inline bool dax_doer_interrupted(const struct dax_doer *doer)
{
	return (!doer->undoing || doer->recovering) && doer->options->interrupted && *doer->options->interrupted;
}

/* What becomes of new memory blocks from now on. */
int dax_doer_write_policy(struct dax_doer *doer, enum dax_policy policy) DAX_MUST_CHECK;
