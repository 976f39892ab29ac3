/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A machine with persistent memory. */
#pragma once

#include "plan/plan.h"

#define SCENE_START (10 * DAX_GIB)
#define SCENE_UUID  "aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee"

/* An nd region of 1022 MiB with one namespace of 256 MiB, set up as a device, and a seed. The caller releases it. */
void scene_persistent(struct dax_topology *machine, bool labelled);

/* Plans, and takes each step back, the last first: that leads to what was. */
int scene_plan(const struct dax_topology *machine, const struct dax_request *request, struct dax_plan *plan,
	       struct dax_error *err) DAX_MUST_CHECK;
