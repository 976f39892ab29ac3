/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "state/scan-sort.h"

#include "state/scan.h"

static int compare_regions(const void *a, const void *b)
{
	const struct dax_region *first = a, *second = b;

	if (first->id != second->id)
		return first->id < second->id ? -1 : 1;
	return dax_compare_names(first->path, second->path);
}

int dax_scan_sort_regions(struct dax_topology *topology, struct dax_error *err)
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
	return 0;
}
