/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Files that are read on behalf of root without anybody naming them: nobody else may be able to change them. */
#pragma once

#include "base/error.h"

#include <stdbool.h>

/*
 * Opens PATH, a file or folder that must belong to root, or to us, and that nobody else may write; so must every
 * folder and link on the way. Links are followed. *MASKED: it leads to /dev/null, and nothing is opened.
 * -ENOENT without words when it is not there.
 */
int trusted_open(const char *path, int *fd, bool *masked, struct dax_error *err) DAX_MUST_CHECK;
