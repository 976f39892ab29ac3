/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Ranges of system memory on whole memory blocks. */
#pragma once

#include "plan/space.h"

/*
 * The ranges of a new device of SIZE for system memory: those that the kernel would choose, unless other
 * ranges contain more whole memory blocks of BLOCK bytes. -ENOSPC, -ENOMEM. The region is unchanged
 * afterwards.
 */
int dax_plan_place_memory(struct dax_region *region, uint64_t size, uint64_t align, uint64_t block,
			  struct dax_ranges *ranges) DAX_MUST_CHECK;

/*
 * The ranges that DEVICE gets in addition to its own to have SIZE, so that all ranges together contain as
 * many whole memory blocks as possible. The first of them completes the block in which the device ends.
 * -ENOSPC, -ENOMEM.
 */
int dax_plan_grow_memory(struct dax_region *region, const struct dax_device *device, uint64_t size, uint64_t align,
			 uint64_t block, struct dax_ranges *added) DAX_MUST_CHECK;
