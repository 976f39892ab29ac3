/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Finds the current names of a plan's targets. */
#pragma once

#include "run/doer.h"
#include "run/recover.h"

/* The nd region of a target; NULL if it is not persistent memory. */
const struct dax_region *dax_target_nd(const struct dax_topology *before, const struct dax_target *target);

/*
 * Whether a target is in a region whose devices are created and deleted by steps of the run, not with a
 * namespace.
 */
bool dax_target_is_dynamic(const struct dax_topology *before, const struct dax_target *target);

/*
 * The current name of a target of persistent memory; "" if it does not exist. For other targets NAME is
 * unchanged.
 */
int dax_target_find(struct dax_sysfs *sysfs, const struct dax_topology *before,
		    const struct dax_target *target, char name[DAX_NAME_MAX],
		    struct dax_error *err) DAX_MUST_CHECK;

/* Returns -ENODEV. */
int dax_target_fail_gone(const struct dax_target *target, struct dax_error *err);

/*
 * Finds the current names of the targets of RECORD. Namespaces have other numbers after a reboot, and are
 * identified by their labels. The name is "" for a target that does not exist.
 */
int dax_record_find(struct dax_sysfs *sysfs, struct dax_record *record, struct dax_error *err) DAX_MUST_CHECK;
