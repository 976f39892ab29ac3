/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "scope.h"

#include "state/scan.h"

#include <errno.h>
#include <string.h>

bool scope_is_everywhere(const char *region)
{
	return !region || strcmp(region, "all") == 0;
}

static int refuse_region(const char *name, const char *region, int id, struct dax_error *err)
{
	dax_fail(err, ENODEV, "%s is not in region '%s'", name, region);
	dax_error_hint(err, "leave out --region, or use --region %d", id);
	return -ENODEV;
}

/* Otherwise one of the two would be ignored silently. */
static int check_region(const struct dax_request *named, const char *region,
			const struct dax_topology *topology, struct dax_error *err)
{
	for (size_t i = 0; i < named->n_devices; i++) {
		const char *name = named->devices[i];
		const struct dax_device *device = dax_topology_device(topology, name);
		const struct dax_namespace *namespace = dax_topology_namespace(topology, name);
		size_t index = device ? device->region : namespace ? namespace->region : SIZE_MAX;

		if (index != SIZE_MAX && !dax_region_matches(&topology->regions[index], region))
			return refuse_region(name, region, topology->regions[index].id, err);
	}
	return 0;
}

int scope_read(struct dax_sysfs *sysfs, const struct dax_request *named, const char *region, unsigned want,
	       struct dax_topology *topology, struct dax_error *err)
{
	_cleanup_free_ const char **names = calloc(named->n_devices + 1, sizeof(*names));
	struct dax_scope scope = { .devices = names, .n_devices = named->n_devices, .want = want };

	if (!names)
		return dax_no_memory(err);
	for (size_t i = 0; i < named->n_devices; i++)
		names[i] = named->devices[i];
	if (!named->n_devices && !scope_is_everywhere(region))
		scope.region = region;

	int r = dax_topology_read(sysfs, &scope, topology, err);

	return r || scope_is_everywhere(region) ? r : check_region(named, region, topology, err);
}
