/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* One change at a time. The kernel frees the lock with its holder, so it is never stale. */
#pragma once

#include "base/error.h"

/* The lock's file, in the folder that it is taken in. */
#define DAX_LOCK_NAME "lock"

/*
 * Takes the lock in FOLDER, which is made if need be, waiting up to SECONDS for who holds it; the descriptor in
 * *FD, which the caller closes to free it. VERB is what others are told of us. -EAGAIN with a sentence that names
 * the holder, when it can be named; -EACCES when we may not write there; other errors when the folder, or what is
 * at the lock's place, is not ours.
 */
int dax_lock_take(const char *folder, unsigned seconds, const char *verb, int *fd,
		  struct dax_error *err) DAX_MUST_CHECK;
