/* SPDX-License-Identifier: GPL-2.0-or-later */
/* From a file to JSON that means one thing: what is not, is a usage error with its line and column. */
#pragma once

#include "base/error.h"

#include <json-c/json.h>

#define INPUT_MAX_SIZE  (1024 * 1024)
#define INPUT_MAX_DEPTH 16

/* The whole file, or standard input for "-", with a final NUL. The caller frees it. */
int input_load(const char *path, char **text, size_t *length, struct dax_error *err) DAX_MUST_CHECK;

/* The same of a file that is open. */
int input_load_fd(int fd, const char *path, char **text, size_t *length, struct dax_error *err) DAX_MUST_CHECK;

/*
 * Parses TEXT. KEYS, whose last is NULL and of which there are at most 32, are those that we
 * understand: each is given at most once in an object. The caller puts the object.
 */
int input_parse(const char *path, const char *text, size_t length, const char *const *keys,
		struct json_object **object, struct dax_error *err) DAX_MUST_CHECK;
