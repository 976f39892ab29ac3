/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The order of what was read. */
#include "state/scan-sort.h"

#include "state/scan.h"

static int compare_regions(const void *a, const void *b)
{
	const struct dax_region *first = a, *second = b;

	if (first->id != second->id)
		return first->id < second->id ? -1 : 1;
	return dax_compare_names(first->path, second->path);
}

int dax_scan_compare_devices(const void *a, const void *b)
{
	const struct dax_device *first = a, *second = b;

	if (first->region_id != second->region_id)
		return first->region_id < second->region_id ? -1 : 1;
	return (first->id > second->id) - (first->id < second->id);
}

/* Brings regions and devices into their order; the indices of regions follow. */
int dax_scan_sort(struct dax_topology *topology, struct dax_error *err)
{
	_cleanup_free_ size_t *moved = calloc(topology->n_regions + 1, sizeof(*moved));

	if (!moved)
		return dax_no_memory(err);
	for (size_t i = 0; i < topology->n_regions; i++)
		topology->regions[i].n_used = i; /* unused until the layout is known */
	if (topology->n_regions)
		qsort(topology->regions, topology->n_regions, sizeof(*topology->regions), compare_regions);
	for (size_t i = 0; i < topology->n_regions; i++) {
		moved[topology->regions[i].n_used] = i;
		topology->regions[i].n_used = 0;
	}
	for (size_t i = 0; i < topology->n_devices; i++)
		topology->devices[i].region = moved[topology->devices[i].region];
	for (size_t i = 0; i < topology->n_namespaces; i++)
		topology->namespaces[i].region = moved[topology->namespaces[i].region];
	if (topology->n_devices)
		qsort(topology->devices, topology->n_devices, sizeof(*topology->devices), dax_scan_compare_devices);
	return 0;
}
