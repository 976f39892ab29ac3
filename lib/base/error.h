/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The one error object. It is filled where the fact is known, gets context on its way up
 * and is printed once, by the program. Every function that can fail returns 0 or -errno and takes
 * a struct dax_error last; where it says so, NULL is allowed there and means "no words wanted".
 */
#pragma once

#include "base/base.h"

/* What went wrong decides the exit status of the program. */
enum dax_blame {
	DAX_BLAME_MACHINE = 0, /* the request could not be carried out; the machine is as it was */
	DAX_BLAME_USAGE,       /* the request itself makes no sense */
	DAX_BLAME_STUCK,       /* a change failed, and so did undoing it */
	DAX_BLAME_LOST, /* a change failed, and was undone; but what it had written over is not what it was */
	DAX_BLAME_FOUND,       /* no error: what was looked at is not as it should be; the errno means nothing */
};

struct dax_error {
	int code;         /* positive errno; 0 means that no error is held */
	enum dax_blame blame;
	char *message;    /* "dax1.0: cannot ...: REASON", without the errno's name; owned */
	char *hint;       /* what to do next; owned; may be NULL */
	char **kernel;    /* the kernel's own log lines about it; owned, and so is each line */
	size_t n_kernel;
};

#define DAX_ERROR_INIT { 0 }
#define _cleanup_error_ _cleanup_(dax_error_release)

/* ERR may be NULL, as where no words were wanted. */
void dax_error_release(struct dax_error *err);

/* Fills ERR (which may be NULL) with errno value CODE and a sentence, replacing what it held; returns -CODE. */
int dax_fail(struct dax_error *err, int code, const char *format, ...) DAX_PRINTF(3, 4);

/* As dax_fail, with EINVAL and the blame on the request. */
int dax_usage(struct dax_error *err, const char *format, ...) DAX_PRINTF(2, 3);

/* Returns -ENOMEM with a sentence that needs no memory to be made. */
int dax_no_memory(struct dax_error *err);

/* Puts "CONTEXT: " in front of the sentence. */
void dax_error_context(struct dax_error *err, const char *format, ...) DAX_PRINTF(2, 3);

/* Puts "; MORE" behind the sentence. */
void dax_error_append(struct dax_error *err, const char *format, ...) DAX_PRINTF(2, 3);

/* Puts "; " and the sentence of MORE behind that of ERR, which takes all of MORE when it has none. Empties MORE. */
void dax_error_join(struct dax_error *err, struct dax_error *more);

/* Says what to do next; replaces an earlier hint. */
void dax_error_hint(struct dax_error *err, const char *format, ...) DAX_PRINTF(2, 3);

/* Adds a copy of one line of the kernel's log. */
void dax_error_kernel_line(struct dax_error *err, const char *line);

/* "EBUSY" for EBUSY; "E?" for a number that has no name. */
const char *dax_errno_name(int code);
