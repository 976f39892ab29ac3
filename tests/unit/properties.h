/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What has to hold for a machine, some wishes, and the plan that came of them. */
#pragma once

#include "plan/plan.h"
#include "random.h"

struct property_case {
	uint64_t seed;
	struct dax_topology before;
	struct dax_request requests[RANDOM_REQUESTS];
	size_t n_requests;
	struct dax_plan plan;
	int result; /* of dax_plan_make */
	struct dax_error err;
};

/* A plan that was made: its steps, its outcome, its way back. Fails the test otherwise. */
void property_plan(const struct property_case *c);

/* The outcome is what was asked for. */
void property_outcome(const struct property_case *c);

/* A plan that was not made: the reason is one, and holds. */
void property_refusal(const struct property_case *c);

/* Bytes in whole units of ALIGN in the holes of a region whose layout is known. */
uint64_t property_whole_units(const struct dax_topology *topology, const struct dax_region *region,
			      uint64_t align);

/* A step on the machine as it is before it, and its device (NULL for none): what has to hold of its memory. */
void property_memory_step(const struct dax_topology *now, const struct dax_device *device,
			  const struct dax_step *step);

/* What becomes of the memory of a device that a request is about; NULL for one that is not there. */
void property_memory(const struct dax_request *request, const struct dax_device *before,
		     const struct dax_device *after);
