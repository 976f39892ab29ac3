/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Which device has a uuid: of persistent memory it is what stays the same when numbers do not. */
#include "scan.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

struct search {
	struct dax_sysfs *sysfs;
	const char *uuid;
	char *name; /* of the device; "" until one is found */
	struct dax_error *err;
};

/* The uuid of what it is set up as, which is what is shown, or else that in its label. */
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
		dax_fail(search->err, EEXIST, "%s is the uuid of %s, and of namespace%s", search->uuid, name,
			 search->name + strlen("dax"));
		dax_error_hint(search->err, "give the name instead");
		return -EEXIST;
	}
	snprintf(search->name, DAX_NAME_MAX, "dax%d.%d", region_id, id);
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
	dax_error_hint(err, "'daxadm list -N' shows those that there are; one that is disabled goes by that in its label");
	return -ENODEV;
}
