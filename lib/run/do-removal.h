/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The last looks before kmem is unbound, and the first after it. */
#pragma once

#include "run/doer.h"

/* The ranges of a device as they are now. The caller frees them. */
int dax_doer_read_ranges(struct dax_doer *doer, const char *name, struct dax_range **ranges, size_t *n,
			 uint64_t *block_size, struct dax_error *err) DAX_MUST_CHECK;

/*
 * The last look before a device is unbound from kmem, since the kernel does so in any case and loses what
 * is online: -EBUSY unless every memory block of it is offline, and not just on its way there.
 */
int dax_doer_require_offline(struct dax_doer *doer, const char *name, struct dax_error *err) DAX_MUST_CHECK;

/*
 * Newer kernels (7.3, state_store in drivers/dax/kmem.c) remove the memory of a device by one write, all of it
 * or none: what somebody brings online at the last moment goes as well, and the unbind after it loses nothing.
 * Does nothing where there is no such attribute. A device that is unplugged and still bound has no memory.
 */
bool dax_doer_is_unplugged(struct dax_doer *doer, const char *name);

/* And the first after it: -EBUSY when a memory block went online between the two, and is there still. */
int dax_doer_require_removed(struct dax_doer *doer, const char *name, struct dax_error *err) DAX_MUST_CHECK;
