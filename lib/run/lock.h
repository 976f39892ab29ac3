/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* One change at a time. The kernel releases the lock when its holder ends, so it is never stale. */
#pragma once

#include "base/error.h"

/* The name of the lock file in its directory. */
#define DAX_LOCK_NAME "lock"

/*
 * Takes the lock in FOLDER, which is created if necessary, and waits up to SECONDS for its holder. The
 * descriptor is in *FD; the caller closes it to release the lock. VERB is shown to waiting processes. -EAGAIN
 * with a sentence that names the holder, if it is known; -EACCES if this user may not write there; other
 * errors if the directory or the lock file cannot be trusted.
 */
int dax_lock_take(const char *folder, unsigned seconds, const char *verb, int *fd,
		  struct dax_error *err) DAX_MUST_CHECK;
