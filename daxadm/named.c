/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "named.h"

#include "check/check-node.h"
#include "check/check.h"
#include "state/scan-uuid.h"
#include "state/topology.h"

#include <string.h>

static int refuse_path(const char *word, struct dax_error *err)
{
	int r = dax_usage(err, "'%s' is not the node of a dax device", word);

	dax_error_hint(err, "use daxX.Y, or /dev/daxX.Y");
	return r;
}

/* The device number counts: a file of that name may be anything. */
static bool is_node_of(const char *path, const char *name)
{
	_cleanup_sysfs_ struct dax_sysfs sysfs = DAX_SYSFS_INIT;
	char found[DAX_NAME_MAX];

	return dax_sysfs_open(&sysfs, NULL, NULL) == 0 && dax_device_of_node(&sysfs, path, found) &&
	       strcmp(found, name) == 0;
}

int named_add(struct dax_request *request, const char *word, struct dax_error *err)
{
	int region_id = 0, id = 0;

	if (!strchr(word, '/'))
		return dax_request_add_device(request, word, err);
	_cleanup_free_ char *path = realpath(word, NULL);
	/* A name is also valid without a node: in a container, or for a device that does not exist. */
	if (!path && dax_parse_device_name(word, &region_id, &id) == 0)
		return dax_request_add_device(request, word, err);
	if (!path || strncmp(path, "/dev/", 5) != 0 || dax_parse_exact_name(path + 5, &region_id, &id) ||
	    !is_node_of(path, path + 5))
		return refuse_path(word, err);
	return dax_request_add_device(request, path, err);
}

int named_look_up(struct dax_request *request, struct dax_sysfs *sysfs, struct dax_error *err)
{
	char uuid[DAX_UUID_TEXT];
	int r = 0;

	for (size_t i = 0; !r && i < request->n_devices; i++) {
		if (dax_parse_uuid(request->devices[i], uuid) == 0)
			r = dax_topology_find_uuid(sysfs, uuid, request->devices[i], err);
	}
	dax_request_sort_devices(request);
	return r;
}
