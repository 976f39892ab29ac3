/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The model of memory blocks. Pure. */
#pragma once

#include "plan/model.h"

/* Internal: the memory blocks that a device gets from kmem, and a step that changes some of them. */
int dax_model_add_memory(const struct dax_topology *topology, struct dax_device *device,
			 struct dax_error *err) DAX_MUST_CHECK;
int dax_model_change_blocks(struct dax_device *device, const struct dax_step *step,
			    struct dax_error *err) DAX_MUST_CHECK;
