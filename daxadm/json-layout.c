/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "json-layout.h"

#include "json.h"

#include <stdio.h>
#include <string.h>

/* "2G": the largest unit with an integral value. */
static void put_size(struct json_builder *builder, const char *key, uint64_t bytes)
{
	static const char units[] = "KMGTP";
	char text[32];
	int unit = -1;

	for (; bytes && bytes % 1024 == 0 && units[unit + 1]; bytes /= 1024)
		unit++;
	snprintf(text, sizeof(text), "%llu%.*s", (unsigned long long)bytes, unit >= 0, unit >= 0 ? units + unit : "");
	json_put_text(builder, key, text);
}

/* Ids are numbers: names of users are those of one machine. */
static void put_node(struct json_builder *builder, const struct dax_node_note *node)
{
	char text[16];

	if (node->name[0])
		json_put_text(builder, "name", node->name);
	if (node->has_owner)
		json_put_number(builder, "owner", node->owner);
	if (node->has_group)
		json_put_number(builder, "group", node->group);
	if (!node->has_permissions)
		return;
	snprintf(text, sizeof(text), "%04o", node->permissions);
	json_put_text(builder, "permissions", text);
}

static struct json_object *device_object(const struct dax_layout_device *device)
{
	static const char *const zones[] = { "movable", "normal", "any" };
	struct json_builder builder;

	json_build(&builder);
	json_put_text(&builder, "mode", device->driver[0] ? dax_driver_mode(device->driver) : "disabled");
	put_size(&builder, "size", device->size.bytes);
	put_size(&builder, "align", device->align);
	if (strcmp(device->driver, "kmem") == 0 && device->offline)
		json_put_bool(&builder, "online", false);
	else if (strcmp(device->driver, "kmem") == 0)
		json_put_text(&builder, "zone", zones[device->zone]);
	if (device->has_offset)
		put_size(&builder, "offset", device->offset);
	put_node(&builder, &device->node);
	return json_build_end(&builder);
}

static struct json_object *region_object(const struct dax_layout_region *region)
{
	struct json_builder builder, identity;
	struct json_object *devices = json_object_new_array();
	bool failed = !devices;
	char start[32];

	json_build(&identity);
	snprintf(start, sizeof(start), "0x%llx", (unsigned long long)region->start);
	if (region->has_start)
		json_put_text(&identity, "start", start);
	put_size(&identity, "size", region->size);
	if (region->has_nth)
		json_put_number(&identity, "nth", region->nth);
	json_put_text(&identity, "remark", dax_region_kind_name(region->kind));
	for (size_t i = 0; !failed && i < region->n_devices; i++)
		failed = !json_append(devices, device_object(&region->devices[i]));
	json_build(&builder);
	json_put(&builder, "region", json_build_end(&identity));
	json_put(&builder, "devices", failed ? NULL : json_array_end(devices));
	if (failed)
		json_object_put(devices);
	return json_build_end(&builder);
}

struct json_object *json_layout(const struct dax_layout *layout)
{
	struct json_object *regions = json_object_new_array();
	bool failed = !regions;
	struct json_builder builder;

	for (size_t i = 0; !failed && i < layout->n_regions; i++)
		failed = !json_append(regions, region_object(&layout->regions[i]));
	json_build(&builder);
	json_put_text(&builder, "format", "daxadm-layout-1");
	json_put(&builder, "regions", failed ? NULL : json_array_end(regions));
	if (failed)
		json_object_put(regions);
	return json_build_end(&builder);
}
