/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "listing.h"

#include "json-build.h"
#include "json-namespace.h"
#include "json.h"
#include "state/speed.h"

#include <sys/sysmacros.h>

/* The options that select how devices are shown. */
static unsigned shown(const struct list *list)
{
	return (list->common.human ? JSON_SHOW_HUMAN : 0) | (list->mappings ? JSON_SHOW_MAPPINGS : 0) |
	       (list->blocks ? JSON_SHOW_BLOCKS : 0) | (list->common.verbose ? JSON_SHOW_DETAILS : 0);
}

static bool is_shown(const struct list *list, const struct dax_device *device)
{
	return device->size || list->idle || list->named.n_devices;
}

/* Adds the keys that options of list request; false without memory. */
static bool add(struct json_object *object, const char *key, struct json_object *value)
{
	if (value && json_object_object_add(object, key, value) == 0)
		return true;
	json_object_put(value);
	return false;
}

static bool add_speed(const struct list *list, const struct dax_region *region, struct json_object *object)
{
	struct dax_speed speed;

	dax_speed_read(list->sysfs, region, &speed);
	const struct {
		const char *key;
		uint64_t value;
	} numbers[] = {
		{ "read_latency", speed.read_latency },
		{ "write_latency", speed.write_latency },
		{ "read_bandwidth", speed.read_bandwidth },
		{ "write_bandwidth", speed.write_bandwidth },
	};
	bool added = add(object, "persistent", json_object_new_boolean(speed.persistent));

	if (added && speed.tier >= 0)
		added = add(object, "tier", json_object_new_int(speed.tier));
	for (size_t i = 0; added && i < ARRAY_SIZE(numbers); i++) {
		if (numbers[i].value)
			added = add(object, numbers[i].key, json_object_new_uint64(numbers[i].value));
	}
	return added;
}

static struct json_object *device_object(const struct list *list, const struct dax_topology *topology,
					 const struct dax_device *device)
{
	_cleanup_json_ struct json_object *object = json_device(topology, device, shown(list));

	if (object && list->holders &&
	    !add(object, "holders",
		 json_holders(dax_held_by(&list->held, false, makedev(device->major, device->minor)))))
		return NULL;
	if (object && list->speed && !add_speed(list, &topology->regions[device->region], object))
		return NULL;
	return TAKE_PTR(object);
}

/* The namespaces before DEVICE, from *AT on. */
static bool append_disabled(const struct list *list, const struct dax_topology *topology, size_t *at,
			    const struct dax_device *device, struct json_object *array)
{
	const struct dax_namespace *namespace = NULL;
	bool added = true;

	while (added && (namespace = json_next(topology, at, device,
					       list->named.n_devices ? json_may_be_disabled_device
								     : dax_namespace_is_disabled_device)))
		added = json_append(array, json_disabled_device(topology, namespace, shown(list)));
	return added;
}

static struct json_object *devices_array(const struct list *list, const struct dax_topology *topology)
{
	_cleanup_json_ struct json_object *array = json_object_new_array();
	size_t at = 0;

	for (size_t i = 0; i < topology->n_devices; i++) {
		const struct dax_device *device = &topology->devices[i];

		if (!append_disabled(list, topology, &at, device, array) ||
		    (is_shown(list, device) && !json_append(array, device_object(list, topology, device))))
			return NULL;
	}
	if (!append_disabled(list, topology, &at, NULL, array))
		return NULL;
	return json_array_end(TAKE_PTR(array));
}

/* Adds each device to the array of its region, in one pass: NESTED has one array for each region. */
static bool nest_devices(const struct list *list, const struct dax_topology *topology,
			 struct json_object **nested)
{
	for (size_t i = 0; i < topology->n_devices; i++) {
		const struct dax_device *device = &topology->devices[i];
		struct json_object **array = &nested[device->region];

		if (!is_shown(list, device))
			continue;
		if (!*array)
			*array = json_object_new_array();
		if (!json_append(*array, device_object(list, topology, device)))
			return false;
	}
	return true;
}

static struct json_object *regions_array(const struct list *list, const struct dax_topology *topology)
{
	_cleanup_json_ struct json_object *array = json_object_new_array();
	_cleanup_free_ struct json_object **nested =
		calloc(topology->n_regions + 1, sizeof(struct json_object *));
	bool built = array && nested && (!list->devices || nest_devices(list, topology, nested));

	for (size_t i = 0; nested && i < topology->n_regions; i++) {
		/* For a device that was named: its region, and the nd region of this. */
		if (topology->regions[i].kind == DAX_REGION_ND && list->named.n_devices)
			continue;
		if (built)
			built = json_append(array,
					    json_region(topology, &topology->regions[i], nested[i], shown(list)));
		else
			json_object_put(nested[i]);
	}
	return built ? json_array_end(TAKE_PTR(array)) : NULL;
}

/* The namespaces of one nd region or, with SIZE_MAX, of all. */
static struct json_object *namespaces_array(const struct list *list, const struct dax_topology *topology,
					    size_t region)
{
	_cleanup_json_ struct json_object *array = json_object_new_array();

	for (size_t i = 0; i < topology->n_namespaces; i++) {
		const struct dax_namespace *namespace = &topology->namespaces[i];

		if ((region == SIZE_MAX || namespace->region == region) &&
		    !json_append(array, json_namespace(topology, namespace, shown(list))))
			return NULL;
	}
	return json_array_end(TAKE_PTR(array));
}

static struct json_object *nd_regions_array(const struct list *list, const struct dax_topology *topology)
{
	_cleanup_json_ struct json_object *array = json_object_new_array();

	for (size_t i = 0; i < topology->n_regions; i++) {
		struct json_object *namespaces = NULL;

		if (topology->regions[i].kind != DAX_REGION_ND)
			continue;
		namespaces = namespaces_array(list, topology, i);
		if (!namespaces ||
		    !json_append(array, json_nd_region(&topology->regions[i], namespaces, shown(list))))
			return NULL;
	}
	return json_array_end(TAKE_PTR(array));
}

struct json_object *listing(const struct list *list, const struct dax_topology *topology)
{
	if (list->namespaces)
		return list->regions ? nd_regions_array(list, topology) :
				       namespaces_array(list, topology, SIZE_MAX);
	return list->regions ? regions_array(list, topology) : devices_array(list, topology);
}
