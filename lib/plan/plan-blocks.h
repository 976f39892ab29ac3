/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Ranges of system memory on whole memory blocks. */
#pragma once

#include "plan/space.h"

/*
 * The ranges that a new device of SIZE gets as system memory: where the kernel would put it, unless more whole memory
 * blocks of BLOCK bytes are possible elsewhere. -ENOSPC, -ENOMEM. The region is the same afterwards.
 */
int dax_plan_place_memory(struct dax_region *region, uint64_t size, uint64_t align, uint64_t block,
			  struct dax_ranges *ranges) DAX_MUST_CHECK;

/*
 * The ranges that DEVICE, which keeps what it has, gets in addition to have SIZE, so that as many whole memory blocks
 * as possible lie in all of them: first what completes the block in which it ends. -ENOSPC, -ENOMEM.
 */
int dax_plan_grow_memory(struct dax_region *region, const struct dax_device *device, uint64_t size, uint64_t align,
			 uint64_t block, struct dax_ranges *added) DAX_MUST_CHECK;
