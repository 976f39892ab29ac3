/* SPDX-License-Identifier: GPL-2.0-or-later */
/* From a document to a layout. What is not a layout is a usage error that names the file and the place in it. */
#pragma once

#include "plan/layout.h"

/* Adds what the file, or standard input for "-", describes to LAYOUT. */
int layout_read(const char *path, struct dax_layout *layout, struct dax_error *err) DAX_MUST_CHECK;

/* As layout_read, of text that is already here and ends with a NUL; PATH is what messages call it. */
int layout_from_text(const char *path, const char *text, size_t length, struct dax_layout *layout,
		     struct dax_error *err) DAX_MUST_CHECK;
