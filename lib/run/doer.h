/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* State that the steps share while they run. */
#pragma once

#include "run/journal.h"

#include <time.h>

/* How a driver matches the devices of a region: bits of dax_driver_bit(). */
struct dax_matching {
	unsigned by_id; /* matches its devices only by id */
	unsigned alone; /* ... and the id of one device matches no other; observed while another was
			 * without a driver */
};

struct dax_doer {
	struct dax_sysfs *sysfs;
	const struct dax_topology *before;
	const struct dax_plan *plan;
	const struct dax_apply_options *options;
	struct dax_journal *journal;
	bool undoing;    /* the undo cannot be interrupted, ... */
	bool recovering; /* ... except in a recovery: the rest stays in the journal */
	bool forward;    /* ... to finish the plan: a step that was undone is done again */
	unsigned look_after; /* number of memory blocks after which the forecast is repeated; 0: no
			      * forecast */
	unsigned unlooked;   /* number of blocks since the last forecast */
	time_t looked;   /* time of the last search for programs that hold devices, of a monotonic clock */
	char (*names)[DAX_NAME_MAX]; /* of the targets; "" for one that is not created yet; see dax_doer_use_journal */

	/* For each region of the topology before. */
	struct dax_matching *matching;

	/* Devices that have no driver now or later: a driver could bind them when it gets a new id. */
	char (*bystanders)[DAX_NAME_MAX];
	size_t n_bystanders;
	bool bystanders_known;
	bool picked_up; /* the last id bound such a device */

	unsigned lent;  /* drivers to which devices are lent temporarily: bits of dax_driver_bit() */
	bool rebooted;  /* the steps to undo were done before this boot */
	const struct dax_step *failed; /* step of the plan that failed, and the name that its device had
				        * then */
	char failed_device[DAX_NAME_MAX];

	bool unnamed; /* a device was created, but it is not known which one */
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

/* The directory of a target's device or, if its name is empty, of its region. */
int dax_doer_dir(const struct dax_doer *doer, size_t target, const char *name, char *dir, size_t size,
		 struct dax_error *err) DAX_MUST_CHECK;

/* "dax0.1: cannot WHAT: REASON"; returns -code. */
int dax_doer_fail(const struct dax_doer *doer, const struct dax_step *step, int code, const char *what,
		  struct dax_error *err);

/* Writes DEVICE to an attribute of a driver: bind, unbind, new_id, remove_id. -errno without text. */
int dax_doer_write_driver(struct dax_doer *doer, const char *driver, const char *attr,
			  const char *device) DAX_MUST_CHECK;

/* Changes "dax0.1: REASON" to "dax0.1: cannot WHAT: REASON". */
void dax_doer_context(const char *name, const char *what, struct dax_error *err);

/* Whether the user has interrupted it. */
static inline bool dax_doer_interrupted(const struct dax_doer *doer)
{
	return (!doer->undoing || doer->recovering) && doer->options->interrupted && *doer->options->interrupted;
}

/* Sets the policy for new memory blocks. */
int dax_doer_write_policy(struct dax_doer *doer, enum dax_policy policy) DAX_MUST_CHECK;
