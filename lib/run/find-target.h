/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the targets of a plan are called now. */
#pragma once

#include "run/doer.h"
#include "run/recover.h"

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

/*
 * Finds out what the targets of RECORD are called by now: namespaces, which have other numbers after a
 * reboot, go by what is in their labels. "" is the name of what is not there.
 */
int dax_record_find(struct dax_sysfs *sysfs, struct dax_record *record, struct dax_error *err) DAX_MUST_CHECK;
