/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Layouts in folders: drop-in files, of which one overrides those of its name in earlier folders. */
#pragma once

#include "plan/layout.h"

/*
 * Adds what the N PATHS describe to LAYOUT: files first, then the files named *.json of all that are folders, in the
 * order of their names. No path at all: the folders of the system, which need not be there.
 */
int layout_read_all(char *const *paths, size_t n, struct dax_layout *layout, struct dax_error *err) DAX_MUST_CHECK;
