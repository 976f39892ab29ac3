/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "door/ndctl.h"
#include "door/library.h"

void dax_ndctl_close(struct dax_ndctl *ndctl)
{
	if (ndctl->context)
		ndctl->unref(ndctl->context);
	dax_library_close(&ndctl->daxctl);
	dax_library_close(&ndctl->library);
	*ndctl = (struct dax_ndctl){ 0 };
}

static int open_libraries(struct dax_ndctl *ndctl, struct dax_error *err)
{
#define SYMBOL(name) { "ndctl_" #name, (void **)&ndctl->name },
	const struct dax_symbol theirs[] = { DAX_NDCTL_FUNCTIONS(SYMBOL) };
#undef SYMBOL
	const struct dax_symbol daxctls[] = {
		{ "daxctl_dev_get_first", (void **)&ndctl->first_device },
		{ "daxctl_dev_get_devname", (void **)&ndctl->device_name },
	};
	int r = dax_library_open(&ndctl->library, "libndctl.so.6", theirs, ARRAY_SIZE(theirs), err);

	return r ? r : dax_library_open(&ndctl->daxctl, "libdaxctl.so.1", daxctls, ARRAY_SIZE(daxctls), err);
}

int dax_ndctl_open(struct dax_ndctl *ndctl, struct dax_error *err)
{
	int r = open_libraries(ndctl, err);

	if (r) {
		dax_error_context(err, "cannot use libndctl, which is required to change namespaces");
		dax_error_hint(err, "install libndctl6 and libdaxctl1 (the names of the packages on Debian)");
		return r;
	}
	r = ndctl->new(&ndctl->context);
	if (r)
		return dax_fail(err, -r, "cannot initialise libndctl");
	ndctl->set_log_priority(ndctl->context, DAX_LIBRARY_SILENT);
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
