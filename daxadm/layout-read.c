/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "layout-read.h"

#include "input-text.h"
#include "layout-node.h"
#include "layout-value.h"
#include "json.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

#define MAX_COUNT 65536

/* All keys of a layout. */
static const char *const all_keys[] = {
	"format", "regions", "region", "devices", "each",  "optional", "others", "remark", "start",  "size",
	"kind",   "node",    "nth",    "mode",    "align", "count",    "zone",   "online", "offset", "name",
	"owner",  "group",   "permissions", NULL,
};
static const char *const document_keys[] = { "format", "regions", "remark", NULL };
static const char *const entry_keys[] = { "region", "devices", "each", "optional", "others", "remark", NULL };
static const char *const region_keys[] = { "start", "size", "kind", "node", "nth", "remark", NULL };
static const char *const device_keys[] = { "mode",   "size", "align", "count", "zone",        "online", "offset",
					   "name",   "owner", "group", "permissions", "remark", NULL };

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
		return layout_refuse(place, "size", value, right, err);
	device->rest = strcmp(json_object_get_string(value), "rest") == 0;
	if (!device->rest && dax_parse_amount(json_object_get_string(value), &device->size))
		return layout_refuse(place, "size", value, right, err);
	return 0;
}

static int read_memory(struct json_object *object, const char *place, struct dax_layout_device *device,
		       struct dax_error *err)
{
	static const char *const zones[] = { "movable", "normal", "any" };
	bool online = true;
	size_t zone = 0;
	int r = layout_get_choice(object, place, "zone", zones, ARRAY_SIZE(zones), &zone, err);

	if (!r)
		r = layout_get_bool(object, place, "online", &online, err);
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
	int r = layout_get_bytes(object, place, "align", &found, &device->align, err);

	if (!r && found && device->align != 4 * DAX_KIB && device->align != 2 * DAX_MIB && device->align != DAX_GIB)
		r = layout_refuse(place, "align", json_object_object_get(object, "align"), "\"4K\", \"2M\" or \"1G\"", err);
	if (!r)
		r = layout_get_number(object, place, "count", &found, &count, 1, MAX_COUNT, err);
	device->count = (unsigned)count;
	if (!r)
		r = layout_get_bytes(object, place, "offset", &device->has_offset, &device->offset, err);
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
	int r = layout_check_object(object, place, device_keys, err);
	if (!r)
		r = layout_get_choice(object, place, "mode", modes, ARRAY_SIZE(modes), &mode, err);
	if (r)
		return r;
	device->driver = mode < 3 ? dax_mode_driver(modes[mode]) : "";
	r = read_size(object, place, device, err);
	if (!r)
		r = read_numbers(object, place, device, err);
	if (!r)
		r = read_memory(object, place, device, err);
	return r ? r : layout_read_node(object, place, entry->each, device, err);
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
	int r = layout_check_object(object, place, region_keys, err);
	if (!r)
		r = layout_get_bytes(object, place, "start", &region->has_start, &region->start, err);
	if (!r)
		r = layout_get_bytes(object, place, "size", &region->has_size, &region->size, err);
	if (!r)
		r = layout_get_number(object, place, "node", &region->has_node, &node, 0, INT_MAX, err);
	if (!r)
		r = layout_get_number(object, place, "nth", &region->has_nth, &nth, 0, MAX_COUNT, err);
	region->has_kind = json_object_object_get_ex(object, "kind", NULL);
	if (!r)
		r = layout_get_choice(object, place, "kind", kinds, ARRAY_SIZE(kinds), &kind, err);
	region->kind = kind ? DAX_REGION_CXL : DAX_REGION_HMEM;
	region->node = (int)node;
	region->nth = (unsigned)nth;
	return r;
}

/* Keys that contradict each other. */
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
	int r = layout_check_object(object, region->place, entry_keys, err);

	if (!r && !json_object_object_get_ex(object, "region", &identity))
		r = dax_usage(err, "%s.region: an object is expected", region->place);
	if (!r)
		r = read_identity(identity, region, err);
	if (!r)
		r = layout_get_bool(object, region->place, "each", &region->each, err);
	if (!r)
		r = layout_get_bool(object, region->place, "optional", &region->optional, err);
	if (!r)
		r = layout_get_choice(object, region->place, "others", others, ARRAY_SIZE(others), &other, err);
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
	int r = layout_check_object(document, path, document_keys, err);

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

/* FNV-1a: tells one layout from the next, and guards against nobody. */
static void add_digest(uint64_t *digest, const char *text)
{
	*digest ^= UINT64_C(0xcbf29ce484222325);
	for (; *text; text++)
		*digest = (*digest ^ (unsigned char)*text) * UINT64_C(0x100000001b3);
}

int layout_from_text(const char *path, const char *text, size_t length, struct dax_layout *layout,
		     struct dax_error *err)
{
	_cleanup_json_ struct json_object *document = NULL;
	int r = input_parse(path, text, length, all_keys, &document, err);

	add_digest(&layout->digest, text);
	if (!r)
		r = read_document(path, document, layout, err);
	return r ? r : layout_check_names(layout, err);
}

int layout_read(const char *path, struct dax_layout *layout, struct dax_error *err)
{
	_cleanup_free_ char *text = NULL;
	size_t length = 0;
	int r = input_load(path, &text, &length, err);

	return r ? r : layout_from_text(strcmp(path, "-") == 0 ? "stdin" : path, text, length, layout, err);
}
