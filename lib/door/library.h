/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Libraries that are opened only when they are needed. */
#pragma once

#include "base/error.h"

/* A function of the library, and the pointer to it. */
struct dax_symbol {
	const char *name;
	void **place; /* as POSIX has it for functions */
};

/* Opens FILE, "libkmod.so.2", and finds all of them; the error says what is missing. */
int dax_library_open(void **library, const char *file, const struct dax_symbol *symbols, size_t n,
		     struct dax_error *err) DAX_MUST_CHECK;
void dax_library_close(void **library);

/* For a library's own log: what went wrong is told once, by the program. */
#define DAX_LIBRARY_SILENT (-1)
