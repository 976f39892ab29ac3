/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "report.h"

#include <errno.h>
#include <json-c/json.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

char *report_printable(const char *text)
{
	char *copy = malloc(4 * strlen(text) + 1);
	char *to = copy;

	if (!copy)
		return NULL;
	for (const unsigned char *from = (const unsigned char *)text; *from; from++) {
		if (*from >= ' ' && *from < 0x7f)
			*to++ = (char)*from;
		else if (*from == '\n')
			to = stpcpy(to, "\\n");
		else if (*from == '\t')
			to = stpcpy(to, "\\t");
		else
			to += sprintf(to, "\\x%02x", *from);
	}
	*to = '\0';
	return copy;
}

/* One line: BEFORE, then TEXT with escapes, then AFTER. */
static void print_line(const char *before, const char *text, const char *after)
{
	_cleanup_free_ char *printable = report_printable(text);

	/* One call: stderr has no buffer, and lines of two programs must not mix. */
	fprintf(stderr, "%s%s%s\n", before, printable ? printable : "(out of memory)", after);
}

void report_error(const char *verb, const struct dax_error *err)
{
	char before[64] = "daxadm: ";
	char after[32] = "";

	if (err->blame != DAX_BLAME_USAGE && err->blame != DAX_BLAME_FOUND)
		snprintf(after, sizeof(after), " (%s)", dax_errno_name(err->code));
	else if (verb && err->blame == DAX_BLAME_USAGE)
		snprintf(before, sizeof(before), "daxadm: %s: ", verb);
	print_line(before, err->message ? err->message : strerror(err->code), after);
	for (size_t i = 0; i < err->n_kernel; i++)
		print_line("kernel: ", err->kernel[i], "");
	if (err->hint)
		print_line("hint: ", err->hint, "");
}

int report_exit_status(const struct dax_error *err)
{
	if (!err->code)
		return EXIT_DONE;
	switch (err->blame) {
	case DAX_BLAME_USAGE:
		return EXIT_USAGE;
	case DAX_BLAME_STUCK:
	case DAX_BLAME_LOST:
		return EXIT_STUCK;
	case DAX_BLAME_MACHINE:
	case DAX_BLAME_FOUND:
		break;
	}
	return EXIT_FAILED;
}

void report_note(const char *text)
{
	print_line("daxadm: note: ", text, "");
}

void report_step(const char *status, const char *text)
{
	char before[32];

	snprintf(before, sizeof(before), "%s: ", status);
	print_line(before, text, "");
}

void report_line(const char *format, ...)
{
	_cleanup_free_ char *text = NULL;
	va_list args;

	va_start(args, format);
	if (vasprintf(&text, format, args) < 0)
		text = NULL;
	va_end(args);
	print_line("", text ? text : "(out of memory)", "");
}

void report_count(const char *done, size_t n, const char *thing)
{
	fprintf(stderr, "%s %zu %s%s\n", done, n, thing, n == 1 ? "" : "s");
}

static int cannot_write(struct dax_error *err)
{
	int code = errno ? errno : EIO;

	return dax_fail(err, code, "cannot write to standard output: %s", strerror(code));
}

int report_document(struct json_object *document, struct dax_error *err)
{
	size_t length = 0;
	const char *text =
		document ? json_object_to_json_string_length(document, JSON_C_TO_STRING_PRETTY, &length)
			 : NULL;

	if (!text)
		return dax_no_memory(err);
	errno = 0;
	if (fwrite(text, 1, length, stdout) != length || fputc('\n', stdout) == EOF || fflush(stdout) == EOF)
		return cannot_write(err);
	return 0;
}

int report_close(struct dax_error *err)
{
	errno = 0;
	bool failed = ferror(stdout);

	/* EBADF: it was closed from the start, and nothing was printed. */
	if (fclose(stdout) == EOF && errno != EBADF)
		failed = true;
	return failed ? cannot_write(err) : 0;
}
