/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Finds the namespace of a step, and checks that it is the right one. */
#pragma once

#include "run/doer.h"
#include "door/ndctl.h"

/* The objects that the step works on. */
struct dax_work {
	struct dax_doer *doer;
	const struct dax_step *step;
	const struct dax_shape *to;
	struct dax_ndctl ndctl;
	struct ndctl_region *region;
	struct ndctl_namespace *namespace;
	int region_id, id;
	struct dax_error *err;
};

void dax_work_release(struct dax_work *work);

/* "namespace0.1: cannot WHAT: REASON"; returns -code. */
int dax_work_fail(const struct dax_work *work, int code, const char *what);

/*
 * Finds the namespace to work on. To create one, it is the seed of its region; NULL if the namespace must be
 * destroyed and does not exist.
 */
int dax_work_find(struct dax_work *work) DAX_MUST_CHECK;

/* The uuid in its label now: the kernel refuses a uuid that is in use, even by the same namespace. */
int dax_work_read(const struct dax_work *work, struct dax_namespace *now) DAX_MUST_CHECK;

/* It may exist already, half created before a kill; it must not belong to somebody else. */
int dax_work_check_ours(const struct dax_work *work) DAX_MUST_CHECK;
