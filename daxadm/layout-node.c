/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "layout-node.h"

#include "layout-value.h"

#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <stdio.h>
#include <string.h>

#define MAX_PERMISSIONS 0777

static int read_name(struct json_object *object, const char *place, bool each, struct dax_layout_device *device,
		     struct dax_error *err)
{
	static const char right[] = "1 to 64 letters, digits, '_' and '-', and not the name of a device, a region, a "
				    "uuid or a number";
	const char *name = NULL;
	int r = layout_get_text(object, place, "name", right, &name, err);

	if (r || !name)
		return r;
	if (!dax_node_name_is_valid(name))
		return layout_refuse(place, "name", json_object_object_get(object, "name"), right, err);
	if (each)
		return dax_usage(err, "%s: name and \"each\" cannot be combined", place);
	if (device->count > 1)
		return dax_usage(err, "%s: name and count cannot be combined", place);
	snprintf(device->node.name, sizeof(device->node.name), "%s", name);
	return 0;
}

static bool find_user(const char *name, unsigned *id)
{
	const struct passwd *entry = getpwnam(name);

	*id = entry ? entry->pw_uid : 0;
	return entry;
}

static bool find_group(const char *name, unsigned *id)
{
	const struct group *entry = getgrnam(name);

	*id = entry ? entry->gr_gid : 0;
	return entry;
}

/* A number, or a name that this machine knows. */
static int read_id(struct json_object *object, const char *place, const char *key,
		   bool (*find)(const char *name, unsigned *id), bool *found, unsigned *id, struct dax_error *err)
{
	struct json_object *value = NULL;
	const char *name = NULL;
	uint64_t number = 0;

	if (!json_object_object_get_ex(object, key, &value))
		return 0;
	if (json_object_is_type(value, json_type_int)) {
		int r = layout_get_number(object, place, key, found, &number, 0, UINT32_MAX - 1, err);

		*id = (unsigned)number;
		return r;
	}
	int r = layout_get_text(object, place, key, "a name or a number", &name, err);
	if (r)
		return r;
	*found = find(name, id);
	if (*found)
		return 0;
	dax_fail(err, ENOENT, "%s.%s: '%.64s' does not exist on this machine", place, key, name);
	return -ENOENT;
}

static int read_permissions(struct json_object *object, const char *place, struct dax_node_note *node,
			    struct dax_error *err)
{
	static const char right[] = "octal digits in quotes, as in \"0660\"";
	const char *text = NULL;
	int r = layout_get_text(object, place, "permissions", right, &text, err);

	if (r || !text)
		return r;
	if (strspn(text, "01234567") != strlen(text) || strlen(text) < 3 || strlen(text) > 4 ||
	    sscanf(text, "%o", &node->permissions) != 1 || node->permissions > MAX_PERMISSIONS)
		return layout_refuse(place, "permissions", json_object_object_get(object, "permissions"), right, err);
	node->has_permissions = true;
	return 0;
}

int layout_read_node(struct json_object *object, const char *place, bool each, struct dax_layout_device *device,
		     struct dax_error *err)
{
	struct dax_node_note *node = &device->node;
	int r = read_name(object, place, each, device, err);

	if (!r)
		r = read_id(object, place, "owner", find_user, &node->has_owner, &node->owner, err);
	if (!r)
		r = read_id(object, place, "group", find_group, &node->has_group, &node->group, err);
	return r ? r : read_permissions(object, place, node, err);
}

/* Whether one of the first N devices of the first regions, up to REGION, has NAME; its place goes to WHERE. */
static bool is_taken(const struct dax_layout *layout, size_t region, size_t n, const char *name, char *where,
		     size_t size)
{
	for (size_t i = 0; i <= region; i++) {
		const struct dax_layout_region *entry = &layout->regions[i];

		for (size_t j = 0; j < (i == region ? n : entry->n_devices); j++) {
			if (strcmp(entry->devices[j].node.name, name) != 0)
				continue;
			snprintf(where, size, "%s.devices[%zu]", entry->place, j);
			return true;
		}
	}
	return false;
}

int layout_check_names(const struct dax_layout *layout, struct dax_error *err)
{
	char where[256];

	for (size_t i = 0; i < layout->n_regions; i++) {
		const struct dax_layout_region *entry = &layout->regions[i];

		for (size_t j = 0; j < entry->n_devices; j++) {
			const char *name = entry->devices[j].node.name;

			if (name[0] && is_taken(layout, i, j, name, where, sizeof(where)))
				return dax_usage(err, "%s.devices[%zu].name: \"%s\" is also the name of %s",
						 entry->place, j, name, where);
		}
	}
	return 0;
}
