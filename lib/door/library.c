/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "door/library.h"

#include <dlfcn.h>
#include <errno.h>

void dax_library_close(void **library)
{
	if (*library)
		dlclose(*library);
	*library = NULL;
}

int dax_library_open(void **library, const char *file, const struct dax_symbol *symbols, size_t n,
		     struct dax_error *err)
{
	*library = dlopen(file, RTLD_NOW | RTLD_LOCAL);
	if (!*library)
		return dax_fail(err, ELIBACC, "%s", dlerror());
	for (size_t i = 0; i < n; i++) {
		*symbols[i].place = dlsym(*library, symbols[i].name);
		if (*symbols[i].place)
			continue;
		dax_library_close(library);
		return dax_fail(err, ELIBBAD, "%s lacks a required function: %s", file, symbols[i].name);
	}
	return 0;
}
