/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "layout-read.h"

#include "input-text.h"
#include "json.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

#define MAX_COUNT 65536

/* Every key that a layout can have. */
static const char *const all_keys[] = {
	"format", "regions", "region", "devices", "each",  "optional", "others", "remark", "start",  "size",
	"kind",   "node",    "nth",    "mode",    "align", "count",    "zone",   "online", "offset", NULL,
};
static const char *const document_keys[] = { "format", "regions", "remark", NULL };
static const char *const entry_keys[] = { "region", "devices", "each", "optional", "others", "remark", NULL };
static const char *const region_keys[] = { "start", "size", "kind", "node", "nth", "remark", NULL };
static const char *const device_keys[] = { "mode", "size", "align", "count", "zone", "online", "offset", "remark", NULL };

/* A value as it is written, for messages. */
static const char *written(struct json_object *value)
{
	return value ? json_object_to_json_string_ext(value, JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE) :
		       "null";
}

/* "PLACE.KEY: VALUE is not valid", and what would be right. */
static int refuse(const char *place, const char *key, struct json_object *value, const char *right,
		  struct dax_error *err)
{
	char text[64];

	snprintf(text, sizeof(text), "%s", written(value));
	int r = dax_usage(err, "%s.%s: %s is not valid", place, key, text);

	dax_error_hint(err, "use %s", right);
	return r;
}

static bool is_listed(const char *const *keys, const char *key)
{
	while (*keys && strcmp(*keys, key) != 0)
		keys++;
	return *keys;
}

/* An object that has no key but those of KEYS. A key that is misspelled must not be ignored. */
static int check_object(struct json_object *object, const char *place, const char *const *keys,
			struct dax_error *err)
{
	char names[160] = "";
	size_t length = 0;

	if (!json_object_is_type(object, json_type_object))
		return dax_usage(err, "%s: an object is expected", place);
	json_object_object_foreach(object, key, value) {
		(void)value;
		if (is_listed(keys, key))
			continue;
		for (size_t i = 0; keys[i] && length < sizeof(names); i++)
			length += (size_t)snprintf(names + length, sizeof(names) - length, "%s%s", i ? ", " : "", keys[i]);
		int r = dax_usage(err, "%s: unknown key \"%.40s\"", place, key);
		dax_error_hint(err, "the keys here are: %s", names);
		return r;
	}
	return 0;
}

/* A number, or text with a unit. *FOUND is false where the key is not there. */
static int get_bytes(struct json_object *object, const char *place, const char *key, bool *found, uint64_t *bytes,
		     struct dax_error *err)
{
	struct json_object *value = NULL;

	*found = json_object_object_get_ex(object, key, &value);
	if (!*found)
		return 0;
	if (json_object_is_type(value, json_type_int) && json_object_get_int64(value) >= 0) {
		*bytes = json_object_get_uint64(value);
		return 0;
	}
	if (json_object_is_type(value, json_type_string) &&
	    dax_parse_size(json_object_get_string(value), bytes) == 0)
		return 0;
	return refuse(place, key, value, "bytes, as in 2147483648, \"2G\" or \"0x140000000\"", err);
}

static int get_number(struct json_object *object, const char *place, const char *key, bool *found, uint64_t *number,
		      uint64_t least, uint64_t most, struct dax_error *err)
{
	struct json_object *value = NULL;
	char right[64];

	*found = json_object_object_get_ex(object, key, &value);
	if (!*found)
		return 0;
	if (json_object_is_type(value, json_type_int) && json_object_get_int64(value) >= 0 &&
	    json_object_get_uint64(value) >= least && json_object_get_uint64(value) <= most) {
		*number = json_object_get_uint64(value);
		return 0;
	}
	snprintf(right, sizeof(right), "a whole number from %llu to %llu", (unsigned long long)least,
		 (unsigned long long)most);
	return refuse(place, key, value, right, err);
}

static int get_bool(struct json_object *object, const char *place, const char *key, bool *flag, struct dax_error *err)
{
	struct json_object *value = NULL;

	if (!json_object_object_get_ex(object, key, &value))
		return 0;
	if (!json_object_is_type(value, json_type_boolean))
		return refuse(place, key, value, "true or false", err);
	*flag = json_object_get_boolean(value);
	return 0;
}

/* One of WORDS, whose number goes to *CHOICE; that stays where the key is not there. */
static int get_choice(struct json_object *object, const char *place, const char *key, const char *const *words,
		      size_t n, size_t *choice, struct dax_error *err)
{
	struct json_object *value = NULL;
	char right[128] = "";
	size_t length = 0;

	if (!json_object_object_get_ex(object, key, &value))
		return 0;
	for (size_t i = 0; i < n; i++) {
		if (json_object_is_type(value, json_type_string) &&
		    strcmp(json_object_get_string(value), words[i]) == 0) {
			*choice = i;
			return 0;
		}
		length += (size_t)snprintf(right + length, sizeof(right) - length, "%s\"%s\"",
					   !i ? "" : i + 1 < n ? ", " : " or ", words[i]);
	}
	return refuse(place, key, value, right, err);
}

static int read_size(struct json_object *object, const char *place, struct dax_layout_device *device,
		     struct dax_error *err)
{
	static const char right[] = "bytes, as in \"2G\", or a share of the region, as in \"50%\", or \"rest\"";
	struct json_object *value = NULL;

	if (!json_object_object_get_ex(object, "size", &value)) {
		device->rest = true;
		return 0;
	}
	if (json_object_is_type(value, json_type_int) && json_object_get_int64(value) > 0) {
		device->size.bytes = json_object_get_uint64(value);
		return 0;
	}
	if (!json_object_is_type(value, json_type_string))
		return refuse(place, "size", value, right, err);
	device->rest = strcmp(json_object_get_string(value), "rest") == 0;
	if (!device->rest && dax_parse_amount(json_object_get_string(value), &device->size))
		return refuse(place, "size", value, right, err);
	return 0;
}

static int read_memory(struct json_object *object, const char *place, struct dax_layout_device *device,
		       struct dax_error *err)
{
	static const char *const zones[] = { "movable", "normal", "any" };
	bool online = true;
	size_t zone = 0;
	int r = get_choice(object, place, "zone", zones, ARRAY_SIZE(zones), &zone, err);

	if (!r)
		r = get_bool(object, place, "online", &online, err);
	if (r)
		return r;
	device->zone = (enum dax_layout_zone)zone;
	device->offline = !online;
	if (strcmp(device->driver, "kmem") == 0 || (!json_object_object_get_ex(object, "zone", NULL) &&
						    !json_object_object_get_ex(object, "online", NULL)))
		return 0;
	r = dax_usage(err, "%s: zone and online require mode system-ram", place);
	dax_error_hint(err, "add \"mode\": \"system-ram\", or remove zone and online");
	return r;
}

static int read_numbers(struct json_object *object, const char *place, struct dax_layout_device *device,
			struct dax_error *err)
{
	bool found = false;
	uint64_t count = 1;
	int r = get_bytes(object, place, "align", &found, &device->align, err);

	if (!r && found && device->align != 4 * DAX_KIB && device->align != 2 * DAX_MIB && device->align != DAX_GIB)
		r = refuse(place, "align", json_object_object_get(object, "align"), "\"4K\", \"2M\" or \"1G\"", err);
	if (!r)
		r = get_number(object, place, "count", &found, &count, 1, MAX_COUNT, err);
	device->count = (unsigned)count;
	if (!r)
		r = get_bytes(object, place, "offset", &device->has_offset, &device->offset, err);
	if (r)
		return r;
	if (device->rest && (device->count > 1 || device->has_offset))
		return dax_usage(err, "%s: size \"rest\" cannot be combined with count or offset", place);
	if (device->count > 1 && device->has_offset)
		return dax_usage(err, "%s: count and offset cannot be combined", place);
	return 0;
}

static int read_device(struct json_object *object, const char *place, struct dax_layout_region *entry,
		       struct dax_error *err)
{
	static const char *const modes[] = { "devdax", "system-ram", "famfs", "disabled" };
	struct dax_layout_device *device = dax_layout_add_device(entry);
	size_t mode = 0;

	if (!device)
		return dax_no_memory(err);
	int r = check_object(object, place, device_keys, err);
	if (!r)
		r = get_choice(object, place, "mode", modes, ARRAY_SIZE(modes), &mode, err);
	if (r)
		return r;
	device->driver = mode < 3 ? dax_mode_driver(modes[mode]) : "";
	r = read_size(object, place, device, err);
	if (!r)
		r = read_numbers(object, place, device, err);
	return r ? r : read_memory(object, place, device, err);
}

static int read_devices(struct json_object *entry, struct dax_layout_region *region, struct dax_error *err)
{
	struct json_object *array = NULL;
	unsigned rests = 0;
	int r = 0;

	if (!json_object_object_get_ex(entry, "devices", &array) || !json_object_is_type(array, json_type_array)) {
		r = dax_usage(err, "%s.devices: an array of devices is expected", region->place);
		dax_error_hint(err, "use \"devices\": [] for a region without devices");
		return r;
	}
	for (size_t i = 0; !r && i < json_object_array_length(array); i++) {
		char place[PATH_MAX];

		snprintf(place, sizeof(place), "%s.devices[%zu]", region->place, i);
		r = read_device(json_object_array_get_idx(array, i), place, region, err);
		rests += !r && region->devices[i].rest;
		if (!r && rests > 1)
			r = dax_usage(err, "%s.size: only one device of a region can have size \"rest\"", place);
	}
	return r;
}

static int read_identity(struct json_object *object, struct dax_layout_region *region, struct dax_error *err)
{
	static const char *const kinds[] = { "hmem", "cxl" };
	uint64_t node = 0, nth = 0;
	char place[PATH_MAX];
	size_t kind = 0;

	snprintf(place, sizeof(place), "%s.region", region->place);
	int r = check_object(object, place, region_keys, err);
	if (!r)
		r = get_bytes(object, place, "start", &region->has_start, &region->start, err);
	if (!r)
		r = get_bytes(object, place, "size", &region->has_size, &region->size, err);
	if (!r)
		r = get_number(object, place, "node", &region->has_node, &node, 0, INT_MAX, err);
	if (!r)
		r = get_number(object, place, "nth", &region->has_nth, &nth, 0, MAX_COUNT, err);
	region->has_kind = json_object_object_get_ex(object, "kind", NULL);
	if (!r)
		r = get_choice(object, place, "kind", kinds, ARRAY_SIZE(kinds), &kind, err);
	region->kind = kind ? DAX_REGION_CXL : DAX_REGION_HMEM;
	region->node = (int)node;
	region->nth = (unsigned)nth;
	return r;
}

/* What contradicts itself. */
static int check_entry(const struct dax_layout_region *region, struct dax_error *err)
{
	int r = 0;

	if (region->has_nth && region->has_start)
		return dax_usage(err, "%s.region: start and nth cannot be combined", region->place);
	if (region->each && (region->has_nth || region->has_start))
		return dax_usage(err, "%s: \"each\" cannot be combined with start or nth", region->place);
	if (region->each || region->has_nth || region->has_start || region->has_size || region->has_kind ||
	    region->has_node)
		return 0;
	r = dax_usage(err, "%s.region: the region must be described", region->place);
	dax_error_hint(err, "add start and size, or \"each\": true for all regions");
	return r;
}

static int read_entry(struct json_object *object, struct dax_layout_region *region, struct dax_error *err)
{
	static const char *const others[] = { "remove", "keep" };
	struct json_object *identity = NULL;
	size_t other = 0;
	int r = check_object(object, region->place, entry_keys, err);

	if (!r && !json_object_object_get_ex(object, "region", &identity))
		r = dax_usage(err, "%s.region: an object is expected", region->place);
	if (!r)
		r = read_identity(identity, region, err);
	if (!r)
		r = get_bool(object, region->place, "each", &region->each, err);
	if (!r)
		r = get_bool(object, region->place, "optional", &region->optional, err);
	if (!r)
		r = get_choice(object, region->place, "others", others, ARRAY_SIZE(others), &other, err);
	if (r)
		return r;
	region->keep_others = other;
	r = check_entry(region, err);
	return r ? r : read_devices(object, region, err);
}

static int read_document(const char *path, struct json_object *document, struct dax_layout *layout,
			 struct dax_error *err)
{
	struct json_object *value = NULL;
	int r = check_object(document, path, document_keys, err);

	if (r)
		return r;
	if (!json_object_object_get_ex(document, "format", &value) || !json_object_is_type(value, json_type_string) ||
	    strcmp(json_object_get_string(value), "daxadm-layout-1") != 0) {
		r = dax_usage(err, "%s: format: the document is not a layout", path);
		dax_error_hint(err, "use \"format\": \"daxadm-layout-1\"");
		return r;
	}
	if (!json_object_object_get_ex(document, "regions", &value) || !json_object_is_type(value, json_type_array))
		return dax_usage(err, "%s: regions: an array is expected", path);
	for (size_t i = 0; !r && i < json_object_array_length(value); i++) {
		struct dax_layout_region *region = dax_layout_add_region(layout);

		if (!region || asprintf(&region->place, "%s: regions[%zu]", path, i) < 0)
			return dax_no_memory(err);
		r = read_entry(json_object_array_get_idx(value, i), region, err);
	}
	return r;
}

int layout_from_text(const char *path, const char *text, size_t length, struct dax_layout *layout,
		     struct dax_error *err)
{
	_cleanup_json_ struct json_object *document = NULL;
	int r = input_parse(path, text, length, all_keys, &document, err);

	return r ? r : read_document(path, document, layout, err);
}

int layout_read(const char *path, struct dax_layout *layout, struct dax_error *err)
{
	_cleanup_free_ char *text = NULL;
	size_t length = 0;
	int r = input_load(path, &text, &length, err);

	return r ? r : layout_from_text(strcmp(path, "-") == 0 ? "stdin" : path, text, length, layout, err);
}
