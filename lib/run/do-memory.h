/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The steps for memory blocks, and the last checks before kmem is unbound. */
#pragma once

#include "run/doer.h"

int dax_do_online(struct dax_doer *doer, const struct dax_step *step, struct dax_error *err) DAX_MUST_CHECK;
int dax_do_offline(struct dax_doer *doer, const struct dax_step *step, struct dax_error *err) DAX_MUST_CHECK;

/*
 * Newer kernels (7.3, state_store in drivers/dax/kmem.c) remove the memory of a device by one write, all of
 * it or none. Memory that another program brings online at the last moment is removed too, so the unbind
 * after it loses nothing. Does nothing if the attribute does not exist. A device that is unplugged and still
 * bound has no memory.
 */
int dax_doer_unplug(struct dax_doer *doer, const char *name, struct dax_error *err) DAX_MUST_CHECK;
