/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Finds a device or region by its identity: numbers of persistent memory change. */
#include "state/scan-uuid.h"

#include "state/scan-namespace.h"
#include "state/scan.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

struct search {
	struct dax_sysfs *sysfs;
	const char *uuid;
	char *name; /* uuid of the device; "" until one is found */
	struct dax_error *err;
};

/* The uuid of its configuration, which is the one that is shown, or the one in its label. */
static int compare_one(const char *name, void *data)
{
	struct search *search = data;
	struct dax_namespace namespace;
	int region_id = 0, id = 0;
	bool gone = false;

	if (dax_parse_namespace_name(name, &region_id, &id))
		return 0;
	int r = dax_scan_namespace(search->sysfs, name, &namespace, &gone, search->err);
	if (r || gone || (strcmp(namespace.shape.uuid, search->uuid) != 0 &&
			  strcmp(namespace.shape.label_uuid, search->uuid) != 0))
		return r;
	if (search->name[0]) {
		dax_fail(search->err, EEXIST, "the uuid %s is ambiguous: %s and namespace%s have it",
			 search->uuid, name, search->name + strlen("dax"));
		dax_error_hint(search->err, "use the device name instead");
		return -EEXIST;
	}
	dax_format_device_name(region_id, id, search->name);
	return 0;
}

int dax_topology_find_uuid(struct dax_sysfs *sysfs, const char *uuid, char name[DAX_NAME_MAX], struct dax_error *err)
{
	struct search search = { .sysfs = sysfs, .uuid = uuid, .name = name, .err = err };

	name[0] = '\0';
	int r = dax_sysfs_list(sysfs, "bus/nd/devices", compare_one, &search, err);
	if (r == -ENOENT) /* no persistent memory */
		dax_error_release(err);
	if ((r && r != -ENOENT) || name[0])
		return r;
	dax_fail(err, ENODEV, "%s: no device of persistent memory has this uuid", uuid);
	dax_error_hint(
		err, "run 'daxadm list -N' to see all uuids; a disabled namespace has the uuid in its label");
	return -ENODEV;
}

/* All persistent memory; nothing else is read. */
static int read_all(struct dax_sysfs *sysfs, struct dax_topology *topology, struct dax_error *err)
{
	const struct dax_scope scope = { .want = DAX_WANT_ALL_NAMESPACES };

	return dax_scan_namespaces(sysfs, &scope, false, false, topology, err);
}

/* Copies can have the same uuid. It is then the one at the same place. NULL: none, or still ambiguous. */
static const struct dax_region *same_region(const struct dax_topology *topology, const struct dax_region *was)
{
	const struct dax_region *found = NULL;
	size_t n = 0;

	for (size_t i = 0; i < topology->n_regions; i++) {
		const struct dax_region *region = &topology->regions[i];

		if (!dax_region_is_same(was, region))
			continue;
		if (region->start == was->start)
			return region;
		found = region;
		n++;
	}
	return n == 1 ? found : NULL;
}

/*
 * In its region the uuid is unique, because the kernel accepts it only once; other regions may contain
 * copies. A label contains the cookie of its region (nsl_validate_isetcookie in drivers/nvdimm/label.c). If
 * the cookie differs, somebody has created another namespace with the same uuid.
 */
static const struct dax_namespace *find_label(const struct dax_topology *topology, const struct dax_region *was,
					      const struct dax_region *region, const char *uuid)
{
	const struct dax_namespace *found = NULL;
	size_t n = 0;

	for (size_t i = 0; i < topology->n_namespaces; i++) {
		const struct dax_namespace *namespace = &topology->namespaces[i];
		const struct dax_region *of = &topology->regions[namespace->region];

		if (strcmp(namespace->shape.label_uuid, uuid) != 0 ||
		    (was->cookie && of->cookie && was->cookie != of->cookie))
			continue;
		if (of == region)
			return namespace;
		found = namespace;
		n++;
	}
	return n == 1 ? found : NULL;
}

static const struct dax_namespace *find_only(const struct dax_topology *topology,
					     const struct dax_region *region)
{
	for (size_t i = 0; region && !region->labelled && i < topology->n_namespaces; i++) {
		if (&topology->regions[topology->namespaces[i].region] == region)
			return &topology->namespaces[i];
	}
	return NULL;
}

int dax_topology_find_again(struct dax_sysfs *sysfs, const struct dax_region *was, const char *label_uuid,
			    char name[DAX_NAME_MAX], struct dax_error *err)
{
	_cleanup_topology_ struct dax_topology now = DAX_TOPOLOGY_INIT;
	int r = read_all(sysfs, &now, err);

	name[0] = '\0';
	if (r)
		return r;
	const struct dax_region *region = same_region(&now, was);
	const struct dax_namespace *found =
		label_uuid[0] ? find_label(&now, was, region, label_uuid) : find_only(&now, region);
	if (found)
		dax_format_device_name(found->region_id, found->id, name);
	return 0;
}

int dax_topology_find_region(struct dax_sysfs *sysfs, const struct dax_region *was, int *id,
			     struct dax_error *err)
{
	_cleanup_topology_ struct dax_topology now = DAX_TOPOLOGY_INIT;
	int r = read_all(sysfs, &now, err);
	const struct dax_region *region = r ? NULL : same_region(&now, was);

	*id = region ? region->id : -1;
	return r;
}
