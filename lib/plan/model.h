/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The model. A step applied to a topology in memory, by the kernel's own rules and with its
 * own choice of ranges (drivers/dax/bus.c: dev_dax_resize, dev_dax_shrink, align_store,
 * create_store, delete_store). It predicts what a plan will do; the lab holds it against the kernel.
 */
#pragma once

#include "plan/plan.h"

/*
 * Changes TOPOLOGY as STEP would change the machine. The devices of the step are looked up by the
 * name in TARGETS; creating one gives its target the name that the kernel would choose.
 * -errno as the kernel would answer, with a sentence.
 */
int dax_model_step(struct dax_topology *topology, struct dax_target *targets, const struct dax_step *step,
		   struct dax_error *err) DAX_MUST_CHECK;

struct dax_ranges;

/* The ranges that DEVICE would have after the kernel has grown it to SIZE; needs the region's layout. */
int dax_model_grow(const struct dax_topology *topology, const struct dax_device *device, uint64_t size,
		   struct dax_ranges *ranges) DAX_MUST_CHECK;
