/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Converts a document to a layout. An invalid layout is a usage error that names the file and the place in
 * it.
 */
#pragma once

#include "plan/layout.h"

/* Adds the content of the file, or of standard input for "-", to LAYOUT. */
int layout_read(const char *path, struct dax_layout *layout, struct dax_error *err) DAX_MUST_CHECK;

/* As layout_read, for text in memory that ends with a NUL; PATH is its name in messages. */
int layout_from_text(const char *path, const char *text, size_t length, struct dax_layout *layout,
		     struct dax_error *err) DAX_MUST_CHECK;
