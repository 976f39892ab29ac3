/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Size, alignment and ranges of a device. */
#pragma once

#include "plan/plan.h"

/*
 * Sets size and alignment of an unbound target, by any order of steps and any ranges that are necessary.
 * DRIVER is its next driver ("" for none): for kmem, the ranges must be known.
 */
int dax_plan_geometry(struct dax_plan *plan, size_t target, uint64_t size, uint64_t align, const char *driver,
		      unsigned risks, struct dax_error *err) DAX_MUST_CHECK;

/* Gives an unbound target of size zero exactly these ranges. */
int dax_plan_ranges(struct dax_plan *plan, size_t target, const struct dax_range *ranges, size_t n,
		    struct dax_error *err) DAX_MUST_CHECK;
