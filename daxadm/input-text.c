/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "input-text.h"

#include "json.h"
#include "base/text.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>

static int usage_errno(const char *what, const char *path, int code, struct dax_error *err)
{
	return dax_usage(err, "cannot %s '%s': %s", what, path, strerror(code));
}

int input_load_fd(int fd, const char *path, char **text, size_t *length, struct dax_error *err)
{
	_cleanup_free_ char *buffer = malloc(INPUT_MAX_SIZE + 1);
	size_t got = 0;

	if (!buffer)
		return dax_no_memory(err);
	while (got <= INPUT_MAX_SIZE) {
		ssize_t n = read(fd, buffer + got, INPUT_MAX_SIZE + 1 - got);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return usage_errno("read", path, errno, err);
		if (n == 0)
			break;
		got += (size_t)n;
	}
	if (got > INPUT_MAX_SIZE)
		return dax_usage(err, "'%s' is larger than 1 MiB", path);
	buffer[got] = '\0';
	*text = TAKE_PTR(buffer);
	*length = got;
	return 0;
}

int input_load(const char *path, char **text, size_t *length, struct dax_error *err)
{
	bool from_stdin = strcmp(path, "-") == 0;
	_cleanup_close_ int opened = from_stdin ? -1 : open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);

	if (!from_stdin && opened < 0)
		return usage_errno("open", path, errno, err);
	return input_load_fd(from_stdin ? STDIN_FILENO : opened, path, text, length, err);
}

/* "PATH:LINE:COLUMN: WHAT", for the byte at OFFSET. */
static int fail_at(const char *path, const char *text, size_t offset, const char *what, struct dax_error *err)
{
	size_t line = 1, column = 1;

	for (size_t i = 0; i < offset; i++) {
		column = text[i] == '\n' ? 1 : column + 1;
		line += text[i] == '\n';
	}
	return dax_usage(err, "%s:%zu:%zu: %s", path, line, column, what);
}

static size_t skip_space(const char *text, size_t at)
{
	return at + strspn(text + at, " \t\r\n");
}

/* TEXT[AT] opens a string; returns the index of its end, or the end of TEXT. */
static size_t string_end(const char *text, size_t at)
{
	for (at++; text[at] && text[at] != '"'; at++) {
		if (text[at] == '\\' && text[at + 1])
			at++;
	}
	return at;
}

/* The bit of the known key from TEXT[AT] to TEXT[END]; 0 for other keys. */
static uint32_t key_bit(const char *const *keys, const char *text, size_t at, size_t end)
{
	for (unsigned i = 0; keys[i]; i++) {
		if (strlen(keys[i]) == end - at && strncmp(keys[i], text + at, end - at) == 0)
			return UINT32_C(1) << i;
	}
	return 0;
}

/* *SEEN: the known keys of this object so far. TEXT[AT] opens a key that closes at END. */
static int check_key(const char *path, const char *text, size_t at, size_t end, const char *const *keys,
		     uint32_t *seen, struct dax_error *err)
{
	uint32_t bit = key_bit(keys, text, at + 1, end);

	if (memchr(text + at, '\\', end - at))
		return fail_at(path, text, at, "a key must be written without escapes", err);
	if (*seen & bit)
		return fail_at(path, text, at, "duplicate key", err);
	*seen |= bit;
	return 0;
}

/* Moves *AT to the last digit of the integer that starts there. */
static int check_number(const char *path, const char *text, size_t *at, struct dax_error *err)
{
	size_t length = strspn(text + *at, "0123456789");
	char digits[32] = "";
	uint64_t number = 0;

	if (length < sizeof(digits))
		memcpy(digits, text + *at, length);
	if (dax_parse_u64(digits, &number) == -ERANGE || !digits[0])
		return fail_at(path, text, *at, "this number is too large", err);
	*at += length - 1;
	return 0;
}

/*
 * Refuses what the parser should not accept. It keeps the last of two equal keys, although it is not known
 * which one was meant; and it replaces large numbers by the largest possible value.
 */
static int check_text(const char *path, const char *text, const char *const *keys, struct dax_error *err)
{
	uint32_t seen[INPUT_MAX_DEPTH + 1] = { 0 };
	size_t depth = 0;
	int r = 0;

	for (size_t at = 0; text[at] && !r; at++) {
		if (text[at] == '{' || text[at] == '[') {
			if (++depth > INPUT_MAX_DEPTH)
				return fail_at(path, text, at, "nested too deeply", err);
			seen[depth] = 0;
		} else if (text[at] == '}' || text[at] == ']') {
			depth -= depth > 0;
		} else if (text[at] == '\'') {
			return fail_at(path, text, at, "a string must be in double quotes", err);
		} else if (text[at] >= '0' && text[at] <= '9') {
			r = check_number(path, text, &at, err);
		} else if (text[at] == '"') {
			size_t end = string_end(text, at);

			if (text[end] && text[skip_space(text, end + 1)] == ':')
				r = check_key(path, text, at, end, keys, &seen[depth], err);
			at = text[end] ? end : end - 1;
		}
	}
	return r;
}

static int parse_failure(const char *path, const char *text, const char *const *keys,
			 struct json_tokener *tokener, enum json_tokener_error code, struct dax_error *err)
{
	size_t offset = json_tokener_get_parse_end(tokener);

	/* Newer parsers refuse a number that is too large, but without this reason. */
	if (code == json_tokener_error_parse_number) {
		int r = check_text(path, text, keys, err);

		if (r)
			return r;
	}

	if (code == json_tokener_continue)
		return fail_at(path, text, strlen(text), "the document is incomplete", err);
	if (code == json_tokener_error_depth)
		return fail_at(path, text, offset, "nested too deeply", err);
	if (code == json_tokener_error_parse_eof)
		return fail_at(path, text, offset, json_tokener_error_desc(code), err);
	char what[128];
	snprintf(what, sizeof(what), "this is not valid JSON: %s", json_tokener_error_desc(code));
	return fail_at(path, text, offset, what, err);
}

static void tokener_release(struct json_tokener **tokener)
{
	if (*tokener)
		json_tokener_free(*tokener);
}

int input_parse(const char *path, const char *text, size_t length, const char *const *keys,
		struct json_object **object, struct dax_error *err)
{
	_cleanup_(tokener_release) struct json_tokener *tokener = json_tokener_new_ex(INPUT_MAX_DEPTH);
	_cleanup_json_ struct json_object *parsed = NULL;

	if (!tokener)
		return dax_no_memory(err);
	if (strlen(text) != length)
		return fail_at(path, text, strlen(text), "a NUL byte is not valid in JSON", err);
	if (!text[skip_space(text, 0)])
		return dax_usage(err, "'%s' is empty", path);
	json_tokener_set_flags(tokener, JSON_TOKENER_STRICT | JSON_TOKENER_VALIDATE_UTF8);
	/* The final NUL is parsed too: it ends a number. */
	parsed = json_tokener_parse_ex(tokener, text, (int)length + 1);

	enum json_tokener_error code = json_tokener_get_error(tokener);

	if (code != json_tokener_success)
		return parse_failure(path, text, keys, tokener, code, err);

	size_t rest = skip_space(text, json_tokener_get_parse_end(tokener));

	if (rest < length)
		return fail_at(path, text, rest, "unexpected text after the end of the document", err);

	int r = check_text(path, text, keys, err);

	if (!r)
		*object = TAKE_PTR(parsed);
	return r;
}
