/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Builds JSON objects key by key. */
#pragma once

#include "base/base.h"

#include <json-c/json.h>

enum json_show {
	JSON_SHOW_HUMAN = 1 << 0,    /* bytes and addresses as text */
	JSON_SHOW_MAPPINGS = 1 << 1, /* the ranges of devices */
	JSON_SHOW_DETAILS = 1 << 2,
	JSON_SHOW_BLOCKS = 1 << 3,   /* memory blocks of system-ram devices */
};

static inline void json_release(struct json_object **object)
{
	json_object_put(*object);
}
#define _cleanup_json_ _cleanup_(json_release)

/*
 * Builds an object key by key. The first failure is kept: check once, with json_build_end, which returns the
 * object, or NULL without memory.
 */
struct json_builder {
	struct json_object *object;
	bool failed;
};

void json_build(struct json_builder *builder);
struct json_object *json_build_end(struct json_builder *builder) DAX_MUST_CHECK;
void json_put_null(struct json_builder *builder, const char *key);
void json_put_bool(struct json_builder *builder, const char *key, bool value);
void json_put_int(struct json_builder *builder, const char *key, int value);
void json_put_number(struct json_builder *builder, const char *key, uint64_t value);
void json_put_text(struct json_builder *builder, const char *key, const char *text); /* NULL: null */

/* A number, or text for people. */
void json_put_bytes(struct json_builder *builder, const char *key, uint64_t bytes, unsigned show);

/* Takes ownership of VALUE; NULL means that it could not be created. */
void json_put(struct json_builder *builder, const char *key, struct json_object *value);

/* Escapes everything that is not printable ASCII, so that the document is always valid. */
struct json_object *json_text(const char *text) DAX_MUST_CHECK;

/* Takes ownership of VALUE; false if ARRAY or VALUE could not be created. */
bool json_append(struct json_object *array, struct json_object *value) DAX_MUST_CHECK;

/* Completes an array: without elements it is printed as [], with all versions of the JSON library. */
struct json_object *json_array_end(struct json_object *array);
