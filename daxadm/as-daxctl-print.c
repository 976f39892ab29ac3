/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "as-daxctl-print.h"

#include "json.h"
#include "report.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* Below it daxctl prints bytes as a number even for people. */
#define HUMAN_FROM UINT64_C(5120000)
#define HUMAN_TEXT 80

static const char *const device_keys[] = { "chardev", "size", "target_node", "align", "mode", "online_memblocks",
					   "total_memblocks", "movable", "state", "mappings", NULL };
static const char *const region_keys[] = { "path", "id", "size", "available_size", "align", "devices", NULL };

static bool is_among(const char *key, const char *const *keys)
{
	while (*keys && strcmp(*keys, key) != 0)
		keys++;
	return *keys;
}

/* A new object with those of KEYS that FROM has, in its order. */
static struct json_object *pick(struct json_object *from, const char *const *keys)
{
	_cleanup_json_ struct json_object *to = json_object_new_object();

	if (!from || !to)
		return NULL;
	json_object_object_foreach(from, key, value)
	{
		if (!is_among(key, keys))
			continue;
		if (json_object_object_add(to, key, json_object_get(value))) {
			json_object_put(value);
			return NULL;
		}
	}
	return TAKE_PTR(to);
}

static bool replace(struct json_object *object, const char *key, const char *text)
{
	struct json_object *value = json_object_new_string(text);

	if (value && json_object_object_add(object, key, value) == 0)
		return true;
	json_object_put(value);
	return false;
}

/* In hundredths of UNIT, rounded. */
static uint64_t hundredths(uint64_t bytes, uint64_t unit)
{
	return bytes / unit * 100 + (bytes % unit * 200 / unit + 1) / 2;
}

/* A unit is left when there are two of the next one: daxadm leaves it at one. */
static void format_human(uint64_t bytes, char text[HUMAN_TEXT])
{
	static const struct {
		uint64_t binary, decimal;
		char letter;
	} units[] = { { DAX_MIB, 1000000, 'M' }, { DAX_GIB, 1000000000, 'G' }, { 1024 * DAX_GIB, 1000000000000, 'T' } };
	size_t i = 0;

	while (i + 1 < ARRAY_SIZE(units) && bytes >= 2 * units[i + 1].binary)
		i++;
	uint64_t binary = hundredths(bytes, units[i].binary), decimal = hundredths(bytes, units[i].decimal);

	snprintf(text, HUMAN_TEXT, "%" PRIu64 ".%02u %ciB (%" PRIu64 ".%02u %cB)", binary / 100,
		 (unsigned)(binary % 100), units[i].letter, decimal / 100, (unsigned)(decimal % 100), units[i].letter);
}

static bool humanize_bytes(struct json_object *object, const char *key)
{
	struct json_object *value = NULL;
	char text[HUMAN_TEXT];

	if (!json_object_object_get_ex(object, key, &value) || json_object_get_uint64(value) < HUMAN_FROM)
		return true;
	format_human(json_object_get_uint64(value), text);
	return replace(object, key, text);
}

/* As printf's %#x has it: zero is "0". */
static bool humanize_address(struct json_object *object, const char *key)
{
	struct json_object *value = NULL;
	char text[32];

	if (!json_object_object_get_ex(object, key, &value))
		return true;
	snprintf(text, sizeof(text), "%#" PRIx64, json_object_get_uint64(value));
	return replace(object, key, text);
}

static bool humanize_mappings(struct json_object *device)
{
	struct json_object *array = NULL;

	if (!json_object_object_get_ex(device, "mappings", &array))
		return true;
	for (size_t i = 0; i < json_object_array_length(array); i++) {
		struct json_object *mapping = json_object_array_get_idx(array, i);

		if (!humanize_address(mapping, "page_offset") || !humanize_address(mapping, "start") ||
		    !humanize_address(mapping, "end") || !humanize_bytes(mapping, "size"))
			return false;
	}
	return true;
}

struct json_object *daxctl_device(const struct dax_topology *topology, const struct dax_device *device,
				  bool mappings, bool human)
{
	_cleanup_json_ struct json_object *all =
		json_device(topology, device, mappings ? JSON_SHOW_MAPPINGS : 0);
	_cleanup_json_ struct json_object *object = pick(all, device_keys);

	if (!object || (human && !(humanize_bytes(object, "size") && humanize_bytes(object, "align") &&
				   humanize_mappings(object))))
		return NULL;
	return TAKE_PTR(object);
}

struct json_object *daxctl_region(const struct dax_topology *topology, const struct dax_region *region,
				  struct json_object *devices, bool human)
{
	_cleanup_json_ struct json_object *all = json_region(topology, region, devices, 0);
	_cleanup_json_ struct json_object *object = pick(all, region_keys);

	/* The alignment of a region stays a number. */
	if (!object || (human && !(humanize_bytes(object, "size") && humanize_bytes(object, "available_size"))))
		return NULL;
	return TAKE_PTR(object);
}

int daxctl_print(struct json_object *array, bool human, struct dax_error *err)
{
	if (array && !json_object_array_length(array))
		return 0;
	return report_document(array && human && json_object_array_length(array) == 1
				       ? json_object_array_get_idx(array, 0)
				       : array,
			       err);
}
