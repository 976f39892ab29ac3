/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The namespace that a step is about, and that it is this one. */
#pragma once

#include "run/doer.h"
#include "door/ndctl.h"

/* What is being worked on. */
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
 * Finds what is to be worked on. One that is to be made is the one that the kernel has next in its
 * region; NULL is left for one that is to be destroyed, and is not there.
 */
int dax_work_find(struct dax_work *work) DAX_MUST_CHECK;

/* What its label says now: the kernel takes no uuid that is in use, be it by this very namespace. */
int dax_work_read(const struct dax_work *work, struct dax_namespace *now) DAX_MUST_CHECK;

/* It may be there already, half made before a kill; it is not to be somebody else's. */
int dax_work_check_ours(const struct dax_work *work) DAX_MUST_CHECK;
