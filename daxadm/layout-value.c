/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "layout-value.h"

#include "json.h"
#include "base/text.h"

#include <stdio.h>
#include <string.h>

/* A value as it is written, for messages. */
static const char *written(struct json_object *value)
{
	return value ? json_object_to_json_string_ext(value, JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE) :
		       "null";
}

int layout_refuse(const char *place, const char *key, struct json_object *value, const char *right,
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

int layout_check_object(struct json_object *object, const char *place, const char *const *keys,
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

int layout_get_bytes(struct json_object *object, const char *place, const char *key, bool *found, uint64_t *bytes,
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
	return layout_refuse(place, key, value, "bytes, as in 2147483648, \"2G\" or \"0x140000000\"", err);
}

int layout_get_number(struct json_object *object, const char *place, const char *key, bool *found, uint64_t *number,
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
	return layout_refuse(place, key, value, right, err);
}

int layout_get_bool(struct json_object *object, const char *place, const char *key, bool *flag, struct dax_error *err)
{
	struct json_object *value = NULL;

	if (!json_object_object_get_ex(object, key, &value))
		return 0;
	if (!json_object_is_type(value, json_type_boolean))
		return layout_refuse(place, key, value, "true or false", err);
	*flag = json_object_get_boolean(value);
	return 0;
}

int layout_get_choice(struct json_object *object, const char *place, const char *key, const char *const *words,
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
	return layout_refuse(place, key, value, right, err);
}

int layout_get_text(struct json_object *object, const char *place, const char *key, const char *right,
		    const char **text, struct dax_error *err)
{
	struct json_object *value = NULL;

	*text = NULL;
	if (!json_object_object_get_ex(object, key, &value))
		return 0;
	if (!json_object_is_type(value, json_type_string) ||
	    strlen(json_object_get_string(value)) != (size_t)json_object_get_string_len(value))
		return layout_refuse(place, key, value, right, err);
	*text = json_object_get_string(value);
	return 0;
}
