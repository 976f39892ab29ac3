/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* One change at a time. The kernel frees the lock with its holder, so it is never stale. */
#pragma once

#include "base/error.h"

/*
 * Takes the lock at PATH, waiting up to SECONDS for who holds it; the descriptor in *FD, which the
 * caller closes to free it. VERB is what others are told of us. -EAGAIN with a sentence that names
 * the holder; -EPERM, -EACCES or -ELOOP when what is at PATH was not made by us.
 */
int dax_lock_take(const char *path, unsigned seconds, const char *verb, int *fd, struct dax_error *err) DAX_MUST_CHECK;
