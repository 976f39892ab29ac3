/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* How devices are after a change, read through the regions that are known already. */
#include "scan.h"

int dax_topology_reread(struct dax_sysfs *sysfs, const struct dax_topology *old, const char *const *names,
			const size_t *regions, size_t n, unsigned want, struct dax_topology *topology,
			struct dax_error *err)
{
	const struct dax_topology frame = { .regions = old->regions, .n_regions = old->n_regions };
	_cleanup_topology_ struct dax_topology read = DAX_TOPOLOGY_INIT;
	int r = dax_topology_copy(&frame, &read, err);

	if (r)
		return r;
	free(read.devices);
	read.devices = calloc(n + 1, sizeof(*read.devices));
	if (!read.devices)
		return dax_no_memory(err);
	for (size_t i = 0; i < n; i++) {
		struct dax_device *device = &read.devices[read.n_devices];
		bool gone = false;

		r = dax_scan_device(sysfs, &read.regions[regions[i]], names[i], want, device, &gone, err);
		if (r)
			return r;
		device->region = regions[i];
		read.n_devices += !gone;
	}
	if (read.n_devices)
		qsort(read.devices, read.n_devices, sizeof(*read.devices), dax_scan_compare_devices);
	if (want & DAX_WANT_MEMORY)
		r = dax_scan_memory(sysfs, &(struct dax_scope){ .want = want }, &read, err);
	if (r)
		return r;
	*topology = read;
	read = (struct dax_topology)DAX_TOPOLOGY_INIT;
	return 0;
}
