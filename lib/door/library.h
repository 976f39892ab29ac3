/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Libraries that are opened only if they are needed. */
#pragma once

#include "base/error.h"

/* A function of the library, and the pointer to set. */
struct dax_symbol {
	const char *name;
	void **place; /* the cast that POSIX defines for functions */
};

/* Opens FILE ("libkmod.so.2") and finds all functions; the error names what is missing. */
int dax_library_open(void **library, const char *file, const struct dax_symbol *symbols, size_t n,
		     struct dax_error *err) DAX_MUST_CHECK;
void dax_library_close(void **library);

/* Silences the log of a library: the program prints each error once. */
#define DAX_LIBRARY_SILENT (-1)
