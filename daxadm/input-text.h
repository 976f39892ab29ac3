/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Converts a file to unambiguous JSON: otherwise a usage error with its line and column. */
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
 * Parses TEXT. KEYS, at most 32 and terminated by NULL, are the known keys: each may occur at most once in an
 * object. The caller releases the object.
 */
int input_parse(const char *path, const char *text, size_t length, const char *const *keys,
		struct json_object **object, struct dax_error *err) DAX_MUST_CHECK;
