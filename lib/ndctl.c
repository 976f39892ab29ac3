/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ndctl.h"

#include <dlfcn.h>
#include <errno.h>
#include <stdarg.h>

void dax_ndctl_close(struct dax_ndctl *ndctl)
{
	if (ndctl->context)
		ndctl->unref(ndctl->context);
	if (ndctl->daxctl)
		dlclose(ndctl->daxctl);
	if (ndctl->library)
		dlclose(ndctl->library);
	*ndctl = (struct dax_ndctl){ 0 };
}

/* In place of the one that prints to stderr: what went wrong is told once, by the program. */
static void say_nothing(struct ndctl_ctx *context, int priority, const char *file, int line, const char *function,
			const char *format, va_list args)
{
	(void)context;
	(void)priority;
	(void)file;
	(void)line;
	(void)function;
	(void)format;
	(void)args;
}

static int fail_missing(struct dax_error *err)
{
	dax_fail(err, ELIBACC, "cannot use libndctl, which namespaces are changed with: %s", dlerror());
	dax_error_hint(err, "install libndctl6 and libdaxctl1, or what they are called here");
	return -ELIBACC;
}

int dax_ndctl_open(struct dax_ndctl *ndctl, struct dax_error *err)
{
	ndctl->library = dlopen("libndctl.so.6", RTLD_NOW | RTLD_LOCAL);
	ndctl->daxctl = ndctl->library ? dlopen("libdaxctl.so.1", RTLD_NOW | RTLD_LOCAL) : NULL;
	if (!ndctl->daxctl)
		return fail_missing(err);
	/* Through void **, as POSIX has it for functions. */
#define FIND(name)                                                               \
	*(void **)&ndctl->name = dlsym(ndctl->library, "ndctl_" #name);          \
	if (!ndctl->name)                                                        \
		return fail_missing(err);
	DAX_NDCTL_FUNCTIONS(FIND)
#undef FIND
	*(void **)&ndctl->first_device = dlsym(ndctl->daxctl, "daxctl_dev_get_first");
	*(void **)&ndctl->device_name = dlsym(ndctl->daxctl, "daxctl_dev_get_devname");
	if (!ndctl->first_device || !ndctl->device_name)
		return fail_missing(err);
	int r = ndctl->new(&ndctl->context);
	if (r)
		return dax_fail(err, -r, "libndctl cannot start");
	ndctl->set_log_fn(ndctl->context, say_nothing);
	return 0;
}

struct ndctl_region *dax_ndctl_region(const struct dax_ndctl *ndctl, int id)
{
	for (struct ndctl_bus *bus = ndctl->bus_get_first(ndctl->context); bus; bus = ndctl->bus_get_next(bus)) {
		struct ndctl_region *region = ndctl->region_get_first(bus);

		for (; region; region = ndctl->region_get_next(region)) {
			if (ndctl->region_get_id(region) == (unsigned)id)
				return region;
		}
	}
	return NULL;
}

struct ndctl_namespace *dax_ndctl_namespace(const struct dax_ndctl *ndctl, struct ndctl_region *region, int id)
{
	struct ndctl_namespace *namespace = ndctl->namespace_get_first(region);

	while (namespace && ndctl->namespace_get_id(namespace) != (unsigned)id)
		namespace = ndctl->namespace_get_next(namespace);
	return namespace;
}
