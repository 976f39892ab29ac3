/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Builds JSON objects key by key. */
#include "json-build.h"

#include "base/text.h"
#include "report.h"

void json_build(struct json_builder *builder)
{
	builder->object = json_object_new_object();
	builder->failed = !builder->object;
}

struct json_object *json_build_end(struct json_builder *builder)
{
	if (builder->failed) {
		json_object_put(builder->object);
		builder->object = NULL;
	}
	return TAKE_PTR(builder->object);
}

static void put_or_null(struct json_builder *builder, const char *key, struct json_object *value)
{
	if (builder->failed || json_object_object_add(builder->object, key, value)) {
		builder->failed = true;
		json_object_put(value);
	}
}

void json_put(struct json_builder *builder, const char *key, struct json_object *value)
{
	if (!value)
		builder->failed = true;
	else
		put_or_null(builder, key, value);
}

void json_put_null(struct json_builder *builder, const char *key)
{
	put_or_null(builder, key, NULL);
}

void json_put_bool(struct json_builder *builder, const char *key, bool value)
{
	json_put(builder, key, json_object_new_boolean(value));
}

void json_put_int(struct json_builder *builder, const char *key, int value)
{
	json_put(builder, key, json_object_new_int(value));
}

void json_put_number(struct json_builder *builder, const char *key, uint64_t value)
{
	json_put(builder, key, json_object_new_uint64(value));
}

struct json_object *json_text(const char *text)
{
	_cleanup_free_ char *printable = report_printable(text);

	return printable ? json_object_new_string(printable) : NULL;
}

void json_put_text(struct json_builder *builder, const char *key, const char *text)
{
	if (text)
		json_put(builder, key, json_text(text));
	else
		json_put_null(builder, key);
}

bool json_append(struct json_object *array, struct json_object *value)
{
	if (array && value && json_object_array_add(array, value) == 0)
		return true;
	json_object_put(value);
	return false;
}

static int print_empty_array(struct json_object *array, struct printbuf *buffer, int level, int flags)
{
	(void)array;
	(void)level;
	(void)flags;
	return printbuf_memappend(buffer, "[]", 2);
}

struct json_object *json_array_end(struct json_object *array)
{
	if (array && !json_object_array_length(array))
		json_object_set_serializer(array, print_empty_array, NULL, NULL);
	return array;
}

void json_put_bytes(struct json_builder *builder, const char *key, uint64_t bytes, unsigned show)
{
	char text[DAX_SIZE_TEXT];

	if (show & JSON_SHOW_HUMAN)
		json_put_text(builder, key, dax_format_human(bytes, text));
	else
		json_put_number(builder, key, bytes);
}
