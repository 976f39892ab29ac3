/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The last checks before kmem is unbound, and the first check after it. */
#pragma once

#include "run/doer.h"

/* The current ranges of a device. The caller frees them. */
int dax_doer_read_ranges(struct dax_doer *doer, const char *name, struct dax_range **ranges, size_t *n,
			 uint64_t *block_size, struct dax_error *err) DAX_MUST_CHECK;

/*
 * The last check before a device is unbound from kmem, because the kernel unbinds it in any case and loses
 * online memory: -EBUSY unless every memory block is definitely offline, not going offline.
 */
int dax_doer_require_offline(struct dax_doer *doer, const char *name, struct dax_error *err) DAX_MUST_CHECK;

/*
 * Newer kernels (7.3, state_store in drivers/dax/kmem.c) remove the memory of a device by one write, all of
 * it or none. Memory that another program brings online at the last moment is removed too, so the unbind
 * after it loses nothing. Does nothing if the attribute does not exist. A device that is unplugged and still
 * bound has no memory.
 */
bool dax_doer_is_unplugged(struct dax_doer *doer, const char *name);

/* The first check after the unbind: -EBUSY if a memory block went online meanwhile, and still exists. */
int dax_doer_require_removed(struct dax_doer *doer, const char *name, struct dax_error *err) DAX_MUST_CHECK;
