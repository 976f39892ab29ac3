/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Messages: the only file that writes to stderr, and the functions for stdout. Text from outside (names,
 * files, the kernel's log) cannot control the terminal: everything that is not printable ASCII is escaped.
 */
#pragma once

#include "base/error.h"

struct json_object;

enum exit_status {
	EXIT_DONE = 0,   /* or nothing to do */
	EXIT_FAILED = 1, /* the machine is as it was; or a check failed */
	EXIT_USAGE = 2,  /* the request is not valid; nothing was tried */
	EXIT_STUCK = 3,  /* a change failed, and could not be undone */
};

/* "daxadm: MESSAGE (ERRNO)", the lines of the kernel, the hint. VERB is for usage errors; it may be NULL. */
void report_error(const char *verb, const struct dax_error *err);

/* One of enum exit_status. */
int report_exit_status(const struct dax_error *err);

/* "daxadm: note: TEXT" */
void report_note(const char *text);

/* "would: TEXT", "done: TEXT", ... */
void report_step(const char *status, const char *text);

/* A line in the words of another program. */
void report_line(const char *format, ...) DAX_PRINTF(1, 2);

/* "created 2 devices" */
void report_count(const char *done, size_t n, const char *thing);

/* One JSON document and a newline, to stdout. */
int report_document(struct json_object *document, struct dax_error *err) DAX_MUST_CHECK;

/* Whether all output was really written. */
int report_close(struct dax_error *err) DAX_MUST_CHECK;

/*
 * A copy of TEXT, which the caller frees, with
 * , \t or \xNN for what is not printable ASCII; NULL without memory.
 */
char *report_printable(const char *text);
