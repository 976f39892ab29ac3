/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The state of devices after a change, read through regions that are known already. */
#include "state/rescan.h"

#include "state/scan-device.h"
#include "state/scan-memory.h"
#include "state/scan-namespace.h"
#include "state/scan.h"

#include <errno.h>
#include <limits.h>
#include <string.h>

/*
 * The region of a namespace's device is created again with the device, with another path. It is found by the
 * device's link, and read. *INDEX: its index in READ; *GONE if the device does not exist.
 */
static int find_region(struct dax_sysfs *sysfs, const char *name, unsigned want, struct dax_topology *read,
		       size_t *index, bool *gone, struct dax_error *err)
{
	char path[PATH_MAX];
	int r = dax_scan_path(sysfs, "bus/dax/devices", name, path, sizeof(path), err);

	*gone = r == -ENOENT;
	if (*gone)
		dax_error_release(err);
	if (r)
		return *gone ? 0 : r;
	char *slash = strrchr(path, '/');
	if (!slash)
		return dax_fail(err, EPROTO, "%s: its link leads to '%.200s'", name, path);
	*slash = '\0';
	struct dax_region *grown = reallocarray(read->regions, read->n_regions + 1, sizeof(*grown));
	if (!grown)
		return dax_no_memory(err);
	read->regions = grown;
	*index = read->n_regions;
	grown[*index] = (struct dax_region){ .path = strdup(path) };
	if (!grown[*index].path)
		return dax_no_memory(err);
	read->n_regions++;
	r = dax_scan_region(sysfs, &grown[*index], gone, err);
	return r || *gone ? r : dax_scan_region_nodes(sysfs, &grown[*index], name, want, err);
}

/* Adds the device NAME if it exists. */
static int reread_device(struct dax_sysfs *sysfs, const char *name, size_t region, unsigned want,
			 struct dax_topology *read, struct dax_error *err)
{
	enum dax_region_kind kind = read->regions[region].kind;
	struct dax_device *device = &read->devices[read->n_devices];
	bool gone = false;
	int r = 0;

	if (kind != DAX_REGION_ND) /* other devices there have such names */
		r = dax_scan_device(sysfs, &read->regions[region], name, want, device, &gone, err);
	if (!r && (kind == DAX_REGION_ND || (kind == DAX_REGION_PMEM && gone))) {
		r = find_region(sysfs, name, want, read, &region, &gone, err);
		if (!r && !gone)
			r = dax_scan_device(sysfs, &read->regions[region], name, want, device, &gone, err);
	}
	if (r || gone)
		return r;
	device->region = region;
	read->n_devices++;
	return 0;
}

/* Whether any of the N devices is or was persistent memory. */
static bool has_namespace(const struct dax_topology *old, const size_t *regions, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		enum dax_region_kind kind = old->regions[regions[i]].kind;

		if (kind == DAX_REGION_PMEM || kind == DAX_REGION_ND)
			return true;
	}
	return false;
}

int dax_topology_reread(struct dax_sysfs *sysfs, const struct dax_topology *old, const char *const *names,
			const size_t *regions, size_t n, unsigned want, struct dax_topology *topology,
			struct dax_error *err)
{
	const struct dax_topology frame = { .regions = old->regions, .n_regions = old->n_regions,
					    .block_size = old->block_size };
	const struct dax_scope named = { .devices = names, .n_devices = n, .want = DAX_WANT_NAMESPACES };
	_cleanup_topology_ struct dax_topology read = DAX_TOPOLOGY_INIT;
	int r = dax_topology_copy(&frame, &read, err);

	if (r)
		return r;
	free(read.devices);
	read.devices = calloc(n + 1, sizeof(*read.devices));
	if (!read.devices)
		return dax_no_memory(err);
	for (size_t i = 0; !r && i < n; i++)
		r = reread_device(sysfs, names[i], regions[i], want, &read, err);
	if (!r && has_namespace(old, regions, n))
		r = dax_scan_namespaces(sysfs, &named, true, false, &read, err);
	if (r)
		return r;
	if (read.n_devices)
		qsort(read.devices, read.n_devices, sizeof(*read.devices), dax_compare_devices);
	if (want & DAX_WANT_MEMORY)
		r = dax_scan_memory(sysfs, &(struct dax_scope){ .want = want }, &read, err);
	if (r)
		return r;
	*topology = read;
	read = (struct dax_topology)DAX_TOPOLOGY_INIT;
	return 0;
}
