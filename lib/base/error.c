/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/error.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* Replaces a sentence for which there was no memory; never freed. */
static char no_memory_message[] = "out of memory";

static void free_text(char *text)
{
	if (text != no_memory_message)
		free(text);
}

void dax_error_release(struct dax_error *err)
{
	if (!err)
		return;
	free_text(err->message);
	free_text(err->hint);
	for (size_t i = 0; i < err->n_kernel; i++)
		free(err->kernel[i]);
	free(err->kernel);
	*err = (struct dax_error)DAX_ERROR_INIT;
}

static char *format_text(const char *format, va_list args) DAX_PRINTF(1, 0);
static char *format_text(const char *format, va_list args)
{
	char *text = NULL;

	return vasprintf(&text, format, args) < 0 ? no_memory_message : text;
}

int dax_fail(struct dax_error *err, int code, const char *format, ...)
{
	va_list args;

	if (!err)
		return -code;
	va_start(args, format);
	/* The new text is built before the old text is freed: the old text may be among the arguments. */
	char *message = format_text(format, args);
	va_end(args);
	dax_error_release(err);
	err->code = code;
	err->message = message;
	return -code;
}

int dax_usage(struct dax_error *err, const char *format, ...)
{
	va_list args;

	if (!err)
		return -EINVAL;
	va_start(args, format);
	char *message = format_text(format, args);
	va_end(args);
	dax_error_release(err);
	err->code = EINVAL;
	err->blame = DAX_BLAME_USAGE;
	err->message = message;
	return -EINVAL;
}

int dax_no_memory(struct dax_error *err)
{
	if (err) {
		dax_error_release(err);
		err->code = ENOMEM;
		err->message = no_memory_message;
	}
	return -ENOMEM;
}

void dax_error_context(struct dax_error *err, const char *format, ...)
{
	va_list args;
	char *message = NULL;

	if (!err || !err->message)
		return;
	va_start(args, format);
	char *context = format_text(format, args);
	va_end(args);
	if (asprintf(&message, "%s: %s", context, err->message) >= 0) {
		free_text(err->message);
		err->message = message;
	}
	free_text(context);
}

void dax_error_append(struct dax_error *err, const char *format, ...)
{
	va_list args;
	char *message = NULL;

	if (!err || !err->message)
		return;
	va_start(args, format);
	char *more = format_text(format, args);
	va_end(args);
	if (asprintf(&message, "%s; %s", err->message, more) >= 0) {
		free_text(err->message);
		err->message = message;
	}
	free_text(more);
}

void dax_error_join(struct dax_error *err, struct dax_error *more)
{
	if (err && !err->message) {
		dax_error_release(err);
		*err = *more;
		*more = (struct dax_error)DAX_ERROR_INIT;
	} else if (more->message) {
		dax_error_append(err, "%s", more->message);
	}
	dax_error_release(more);
}

void dax_error_hint(struct dax_error *err, const char *format, ...)
{
	va_list args;

	if (!err)
		return;
	va_start(args, format);
	char *hint = format_text(format, args);
	va_end(args);
	free_text(err->hint);
	err->hint = hint;
}

void dax_error_kernel_line(struct dax_error *err, const char *line)
{
	if (!err)
		return;
	char **lines = reallocarray(err->kernel, err->n_kernel + 1, sizeof(*lines));

	if (!lines)
		return; /* the line is only additional information */
	err->kernel = lines;
	char *copy = strdup(line);
	if (copy)
		err->kernel[err->n_kernel++] = copy;
}

const char *dax_errno_name(int code)
{
	const char *name = strerrorname_np(code);

	return name ? name : "E?";
}
