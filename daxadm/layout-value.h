/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Values of a layout's document. PLACE is that of the object, for messages; an error is one of usage. */
#pragma once

#include "base/error.h"

#include <json-c/json.h>
#include <stdbool.h>
#include <stdint.h>

/* "PLACE.KEY: VALUE is not valid", and the valid values. */
int layout_refuse(const char *place, const char *key, struct json_object *value, const char *right,
		  struct dax_error *err);

/* An object with no keys except KEYS. A misspelled key must not be ignored. */
int layout_check_object(struct json_object *object, const char *place, const char *const *keys,
			struct dax_error *err) DAX_MUST_CHECK;

/* A number, or text with a unit. *FOUND is false if the key does not exist. */
int layout_get_bytes(struct json_object *object, const char *place, const char *key, bool *found, uint64_t *bytes,
		     struct dax_error *err) DAX_MUST_CHECK;
int layout_get_number(struct json_object *object, const char *place, const char *key, bool *found, uint64_t *number,
		      uint64_t least, uint64_t most, struct dax_error *err) DAX_MUST_CHECK;

/* *FLAG stays where the key is not there. */
int layout_get_bool(struct json_object *object, const char *place, const char *key, bool *flag,
		    struct dax_error *err) DAX_MUST_CHECK;

/* One of WORDS, whose index is stored in *CHOICE; *CHOICE is unchanged if the key does not exist. */
int layout_get_choice(struct json_object *object, const char *place, const char *key, const char *const *words,
		      size_t n, size_t *choice, struct dax_error *err) DAX_MUST_CHECK;

/* *TEXT belongs to OBJECT; NULL where the key is not there. */
int layout_get_text(struct json_object *object, const char *place, const char *key, const char *right,
		    const char **text, struct dax_error *err) DAX_MUST_CHECK;
