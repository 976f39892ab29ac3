/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "input.h"

#include "input-text.h"
#include "json.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>

/* The keys that are read. All others are for people, or for other tools. */
static const char *const keys[] = {
	"size", "align",    "mode", "region", "mappings", "start",
	"end",  "raw_size", "uuid", "map",    "name",     NULL,
};

/* NULL also for a key whose value is null. */
static struct json_object *get(struct json_object *object, const char *key)
{
	return json_object_object_get(object, key);
}

static int human_text(const char *key, struct json_object *value, struct dax_error *err)
{
	int r = dax_usage(err, "\"%s\" must be a number of bytes, not the string %s", key,
			  json_object_to_json_string_ext(value, JSON_C_TO_STRING_PLAIN |
									JSON_C_TO_STRING_NOSLASHESCAPE));

	dax_error_hint(err, "create the file with 'daxadm list -M', without --human");
	return r;
}

static int get_number(struct json_object *object, const char *key, uint64_t *number, struct dax_error *err)
{
	struct json_object *value = get(object, key);

	if (!value)
		return dax_usage(err, "\"%s\" is missing", key);
	if (json_object_is_type(value, json_type_string))
		return human_text(key, value, err);
	if (!json_object_is_type(value, json_type_int) || json_object_get_int64(value) < 0)
		return dax_usage(err, "\"%s\" must be a whole number of bytes, not %s", key,
				 json_object_to_json_string_ext(value, JSON_C_TO_STRING_PLAIN));
	*number = json_object_get_uint64(value);
	return 0;
}

static int get_text(struct json_object *object, const char *key, const char **text, struct dax_error *err)
{
	struct json_object *value = get(object, key);

	*text = NULL;
	if (!value)
		return 0;
	if (!json_object_is_type(value, json_type_string))
		return dax_usage(err, "\"%s\" must be a string", key);
	*text = json_object_get_string(value);
	return 0;
}

static int read_mapping(struct json_object *mapping, struct dax_request *request, struct dax_error *err)
{
	struct dax_range range = { 0 };
	uint64_t size = 0;

	if (!json_object_is_type(mapping, json_type_object))
		return dax_usage(err, "must be an object with \"start\" and \"end\"");
	int r = get_number(mapping, "start", &range.start, err);

	if (!r)
		r = get_number(mapping, "end", &range.end, err);
	if (!r && get(mapping, "size"))
		r = get_number(mapping, "size", &size, err);
	if (r)
		return r;
	if (range.end < range.start || dax_range_size(range) == 0)
		return dax_usage(err, "\"end\" is less than \"start\": it is the last byte of the range");
	if (get(mapping, "size") && size != dax_range_size(range))
		return dax_usage(err, "\"size\" is %" PRIu64 ", but \"start\" and \"end\" define %" PRIu64,
				 size, dax_range_size(range));
	return dax_request_add_range(request, range, err);
}

static int read_mappings(struct json_object *entry, struct dax_request *request, uint64_t *total,
			 struct dax_error *err)
{
	struct json_object *mappings = get(entry, "mappings");

	if (!mappings)
		return 0;
	if (!json_object_is_type(mappings, json_type_array) || !json_object_array_length(mappings))
		return dax_usage(err, "\"mappings\" must be an array of at least one range");
	for (size_t i = 0; i < json_object_array_length(mappings); i++) {
		int r = read_mapping(json_object_array_get_idx(mappings, i), request, err);

		if (r) {
			dax_error_context(err, "mappings[%zu]", i);
			return r;
		}
		if (__builtin_add_overflow(*total, dax_range_size(request->ranges[i]), total))
			return dax_usage(err, "the sizes of the mappings add up to more than 64 bits");
	}
	return 0;
}

/* Ranges define the size of a device; a "size" beside them must be the same. */
static int read_geometry(struct json_object *entry, struct dax_request *request, struct dax_error *err)
{
	uint64_t total = 0;
	int r = read_mappings(entry, request, &total, err);

	if (!r && get(entry, "size"))
		r = get_number(entry, "size", &request->size.bytes, err);
	if (r)
		return r;
	if (get(entry, "size") && request->n_ranges && request->size.bytes != total)
		return dax_usage(err, "\"size\" is %" PRIu64 ", but the mappings add up to %" PRIu64,
				 request->size.bytes, total);
	if (get(entry, "size") && !request->size.bytes)
		return dax_usage(err, "\"size\" must not be 0");
	if (!get(entry, "size") && !get(entry, "raw_size") && !request->n_ranges)
		return dax_usage(err, "\"mappings\" or \"size\" is required");
	request->has_size = !request->n_ranges;
	if (request->n_ranges)
		request->size.bytes = 0;
	if (!get(entry, "align"))
		return 0;
	r = get_number(entry, "align", &request->align, err);
	request->has_align = true;
	return r;
}

/*
 * For persistent memory the size of the namespace is requested; size and place of its device follow from it.
 */
static int read_model(struct json_object *entry, struct dax_request *request, struct dax_error *err)
{
	if (!get(entry, "raw_size"))
		return 0;
	request->has_model = true;
	request->model_size = request->size.bytes;
	for (size_t i = 0; i < request->n_ranges; i++)
		request->model_size += dax_range_size(request->ranges[i]);
	if (request->n_ranges)
		request->model_start = request->ranges[0].start;
	request->n_ranges = 0;
	request->has_size = true;
	int r = get_number(entry, "raw_size", &request->size.bytes, err);
	if (!r && !request->size.bytes)
		return dax_usage(err, "\"raw_size\" must not be 0");
	if (request->model_size == request->size.bytes)
		request->model_size = 0; /* it was disabled, and its usable size was not shown */
	return r;
}

/* Keys that only a namespace has. */
static int read_label(struct json_object *entry, struct dax_request *request, struct dax_error *err)
{
	const struct {
		const char *key;
		int (*set)(struct dax_request *request, const char *text, struct dax_error *err);
	} labels[] = {
		{ "uuid", dax_request_set_uuid },
		{ "map", dax_request_set_map },
		{ "name", dax_request_set_name },
	};
	int r = 0;

	for (size_t i = 0; !r && i < ARRAY_SIZE(labels); i++) {
		const char *text = NULL;

		r = get_text(entry, labels[i].key, &text, err);
		if (!r && text)
			r = labels[i].set(request, text, err);
	}
	return r;
}

static int read_region(struct json_object *entry, const struct dax_request *wish, struct dax_request *request,
		       struct dax_error *err)
{
	const char *region = NULL;
	int r = get_text(entry, "region", &region, err);

	if (r)
		return r;
	if (!region)
		region = wish->region;
	if (region && !(request->region = strdup(region)))
		return dax_no_memory(err);
	return 0;
}

static int refuse_region_object(struct dax_error *err)
{
	int r = dax_usage(err, "this object is a region, not a device");

	dax_error_hint(err, "create the file with 'daxadm list -M', without --regions");
	return r;
}

static int read_entry(struct json_object *entry, const struct dax_request *wish, struct dax_request *request,
		      struct dax_error *err)
{
	const char *mode = NULL;

	*request = (struct dax_request){
		.verb = wish->verb, .force = wish->force, .risks = wish->risks,
		.no_online = wish->no_online, .no_movable = wish->no_movable,
		.has_memmap = wish->has_memmap, .memmap = wish->memmap,
	};
	if (!json_object_is_type(entry, json_type_object))
		return dax_usage(err, "must be an object");
	if (get(entry, "path") || get(entry, "devices"))
		return refuse_region_object(err);

	int r = read_geometry(entry, request, err);

	if (!r)
		r = read_model(entry, request, err);
	if (!r)
		r = read_label(entry, request, err);
	if (!r)
		r = read_region(entry, wish, request, err);
	if (!r)
		r = get_text(entry, "mode", &mode, err);
	if (!r && mode)
		r = dax_request_set_mode(request, mode, err);
	return r ? r : dax_request_validate(request, err);
}

/* The uuid of the last request must differ from those of all others. */
static int check_uuid(const struct dax_request *requests, size_t last, struct dax_error *err)
{
	for (size_t i = 0; requests[last].has_uuid && i < last; i++) {
		if (requests[i].has_uuid && strcmp(requests[i].uuid, requests[last].uuid) == 0)
			return dax_usage(err, "the uuid %s is also the uuid of [%zu]", requests[last].uuid, i);
	}
	return 0;
}

static int read_entries(const char *path, struct json_object *document, const struct dax_request *wish,
			struct dax_request **requests, size_t *n, struct dax_error *err)
{
	bool is_array = json_object_is_type(document, json_type_array);
	size_t length = is_array ? json_object_array_length(document) : 1;

	*n = 0;
	*requests = calloc(length + 1, sizeof(**requests));
	if (!*requests)
		return dax_no_memory(err);
	while (*n < length) {
		size_t i = (*n)++;
		struct json_object *entry = is_array ? json_object_array_get_idx(document, i) : document;
		int r = read_entry(entry, wish, &(*requests)[i], err);

		if (!r)
			r = check_uuid(*requests, i, err);
		if (!r)
			continue;
		if (is_array)
			dax_error_context(err, "%s: [%zu]", path, i);
		else
			dax_error_context(err, "%s", path);
		return r;
	}
	return 0;
}

/* Whether a region matches both texts; *KNOWN: whether any region matches the first. */
static bool matches_both(const struct dax_topology *topology, const char *first, const char *second, bool *known)
{
	*known = false;
	for (size_t i = 0; i < topology->n_regions; i++) {
		if (!dax_region_matches(&topology->regions[i], first))
			continue;
		*known = true;
		if (dax_region_matches(&topology->regions[i], second))
			return true;
	}
	return false;
}

int input_check_regions(const char *path, const struct dax_request *requests, size_t n, const char *region,
			const struct dax_topology *topology, struct dax_error *err)
{
	bool known = false;

	for (size_t i = 0; i < n; i++) {
		if (matches_both(topology, requests[i].region, region, &known) || !known)
			continue;
		dax_usage(err, "%s: [%zu]: --region '%s' contradicts region '%s' in the file", path, i, region,
			  requests[i].region);
		dax_error_hint(err, "leave out --region, or the key \"region\" in the file");
		return -EINVAL;
	}
	return 0;
}

int input_from_text(const char *path, const char *text, size_t length, const struct dax_request *wish,
		    struct dax_request **requests, size_t *n, struct dax_error *err)
{
	_cleanup_json_ struct json_object *document = NULL;
	int r = input_parse(path, text, length, keys, &document, err);

	return r ? r : read_entries(path, document, wish, requests, n, err);
}

int input_read(const char *path, const struct dax_request *wish, struct dax_request **requests, size_t *n,
	       struct dax_error *err)
{
	_cleanup_free_ char *text = NULL;
	size_t length = 0;
	int r = input_load(path, &text, &length, err);

	return r ? r : input_from_text(path, text, length, wish, requests, n, err);
}
