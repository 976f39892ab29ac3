/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Namespaces and nd regions, with the keys of ndctl first, in its order. */
#include "json-namespace.h"

#include "base/text.h"
#include "json-build.h"
#include "state/namespace.h"
#include "state/topology.h"

#include <stdio.h>
#include <string.h>

static bool is_disk(const struct dax_namespace *namespace)
{
	return namespace->shape.mode != DAX_NAMESPACE_DEVDAX;
}

struct json_object *json_namespace(const struct dax_topology *topology, const struct dax_namespace *namespace,
				   unsigned show)
{
	const struct dax_shape *shape = &namespace->shape;
	struct json_builder builder;
	char device[32 + DAX_NAME_MAX];

	json_build(&builder);
	json_put_text(&builder, "dev", namespace->name);
	json_put_text(&builder, "mode", dax_namespace_mode_name(shape->mode));
	if (shape->map)
		json_put_text(&builder, "map", dax_map_name(shape->map));
	json_put_bytes(&builder, "size", namespace->usable ? namespace->usable : shape->size, show);
	if (shape->uuid[0] || shape->label_uuid[0])
		json_put_text(&builder, "uuid", shape->uuid[0] ? shape->uuid : shape->label_uuid);
	if (!is_disk(namespace) && namespace->enabled) {
		dax_format_device_name(namespace->region_id, namespace->id, device);
		json_put_text(&builder, "chardev", device);
	}
	if (is_disk(namespace) && shape->sector_size)
		json_put_number(&builder, "sector_size", shape->sector_size);
	if (shape->align)
		json_put_bytes(&builder, "align", shape->align, show);
	if (namespace->block[0])
		json_put_text(&builder, "blockdev", namespace->block);
	if (shape->label[0])
		json_put_text(&builder, "name", shape->label);
	if (!namespace->enabled)
		json_put_text(&builder, "state", "disabled");
	if (dax_namespace_is_disabled_device(namespace))
		json_put_text(&builder, "holder_class", "dax");
	json_put_text(&builder, "region", topology->regions[namespace->region].name);
	json_put_bytes(&builder, "raw_size", shape->size, show);
	if (shape->label_uuid[0])
		json_put_text(&builder, "raw_uuid", shape->label_uuid);
	if (!shape->size)
		json_put_bool(&builder, "seed", true);
	return json_build_end(&builder);
}

void json_put_namespace(struct json_builder *builder, const struct dax_namespace *namespace, unsigned show)
{
	const struct dax_shape *shape = &namespace->shape;
	const char *uuid = shape->uuid[0] ? shape->uuid : shape->label_uuid;

	json_put_text(builder, "namespace", namespace->name);
	json_put_text(builder, "uuid", uuid[0] ? uuid : NULL);
	if (shape->map)
		json_put_text(builder, "map", dax_map_name(shape->map));
	json_put_bytes(builder, "raw_size", shape->size, show);
	if (shape->label_uuid[0] && strcmp(uuid, shape->label_uuid) != 0)
		json_put_text(builder, "raw_uuid", shape->label_uuid);
	if (shape->label[0])
		json_put_text(builder, "name", shape->label);
}

struct json_object *json_disabled_device(const struct dax_topology *topology, const struct dax_namespace *namespace,
					 unsigned show)
{
	const struct dax_region *region = &topology->regions[namespace->region];
	struct json_builder builder;
	char name[DAX_NAME_MAX];

	dax_format_device_name(namespace->region_id, namespace->id, name);
	json_build(&builder);
	json_put_text(&builder, "chardev", name);
	json_put_bytes(&builder, "size", namespace->shape.size, show);
	if (region->target_node >= 0)
		json_put_int(&builder, "target_node", region->target_node);
	json_put_text(&builder, "mode", dax_driver_mode(""));
	json_put_text(&builder, "state", "disabled");
	json_put_text(&builder, "region", region->name);
	json_put_null(&builder, "driver");
	json_put_bool(&builder, "persistent", true);
	json_put_namespace(&builder, namespace, show);
	return json_build_end(&builder);
}

static bool comes_before(const struct dax_namespace *namespace, const struct dax_device *device)
{
	if (!device || namespace->region_id != device->region_id)
		return !device || namespace->region_id < device->region_id;
	return namespace->id < device->id;
}

bool json_may_be_disabled_device(const struct dax_namespace *namespace)
{
	return dax_namespace_is_disabled_device(namespace) ||
	       (namespace->shape.size && !namespace->enabled && namespace->marked == DAX_NAMESPACE_RAW);
}

const struct dax_namespace *json_next(const struct dax_topology *topology, size_t *at,
				      const struct dax_device *device,
				      bool (*is_wanted)(const struct dax_namespace *namespace))
{
	for (; *at < topology->n_namespaces && comes_before(&topology->namespaces[*at], device); (*at)++) {
		const struct dax_namespace *namespace = &topology->namespaces[*at];

		if (is_wanted(namespace))
			return &topology->namespaces[(*at)++];
	}
	return NULL;
}

void json_put_nd(struct json_builder *builder, const struct dax_region *region)
{
	json_put_text(builder, "bus", region->bus);
	json_put_bool(builder, "labels", region->labelled);
	if (region->slots >= 0)
		json_put_int(builder, "available_slots", region->slots);
	if (region->read_only)
		json_put_bool(builder, "read_only", true);
	if (region->target_node >= 0)
		json_put_int(builder, "target_node", region->target_node);
}

struct json_object *json_nd_region(const struct dax_region *region, struct json_object *namespaces, unsigned show)
{
	struct json_builder builder;

	json_build(&builder);
	json_put_text(&builder, "dev", region->name);
	json_put_bytes(&builder, "size", region->size, show);
	json_put_bytes(&builder, "align", region->align, show);
	json_put_bytes(&builder, "available_size", region->available, show);
	json_put_bytes(&builder, "max_available_extent", region->largest, show);
	json_put_text(&builder, "type", "pmem");
	json_put_nd(&builder, region);
	if (namespaces)
		json_put(&builder, "namespaces", namespaces);
	return json_build_end(&builder);
}
