/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The model: applies a step to a topology in memory, by the rules of the kernel and with the ranges that the
 * kernel would choose (drivers/dax/bus.c: dev_dax_resize, dev_dax_shrink, align_store, create_store,
 * delete_store). It predicts the effect of a plan; the lab compares it with the kernel.
 */
#pragma once

#include "plan/plan.h"

/*
 * Changes TOPOLOGY as STEP would change the machine. Devices are found by their name in TARGETS; creating a
 * device gives its target the name that the kernel would choose. Returns the -errno that the kernel would
 * return, with a sentence.
 */
int dax_model_step(struct dax_topology *topology, struct dax_target *targets, const struct dax_step *step,
		   struct dax_error *err) DAX_MUST_CHECK;

struct dax_ranges;

/*
 * The ranges that DEVICE would have after the kernel has enlarged it to SIZE; needs the layout of the region.
 */
int dax_model_grow(const struct dax_topology *topology, const struct dax_device *device, uint64_t size,
		   struct dax_ranges *ranges) DAX_MUST_CHECK;
