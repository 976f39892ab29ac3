/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The error object. The function that knows the reason fills it, callers add context, and the program prints
 * it once. Every function that can fail returns 0 or -errno and takes a struct dax_error as its last
 * parameter. Where its declaration says so, NULL is allowed, and means that no text is wanted.
 */
#pragma once

#include "base/base.h"

/* The cause of the error. It decides the exit status of the program. */
enum dax_blame {
	DAX_BLAME_MACHINE = 0, /* the request could not be carried out; the machine is as it was before */
	DAX_BLAME_USAGE,       /* the request is not valid */
	DAX_BLAME_STUCK,       /* a change failed, and could not be undone */
	DAX_BLAME_LOST, /* a change failed and was undone, but data that it had overwritten was not
			 * restored */
	DAX_BLAME_FOUND,       /* not an error: the result of a check is not as expected; the errno has no
			        * meaning */
};

struct dax_error {
	int code;         /* positive errno; 0 if there is no error */
	enum dax_blame blame;
	char *message;    /* "dax1.0: cannot ...: REASON", without the name of the errno; owned */
	char *hint;       /* what to do next; owned; may be NULL */
	char **kernel;    /* lines of the kernel's log about it; the array and each line are owned */
	size_t n_kernel;
};

#define DAX_ERROR_INIT { 0 }
#define _cleanup_error_ _cleanup_(dax_error_release)

/* ERR may be NULL if no text is wanted. */
void dax_error_release(struct dax_error *err);

/*
 * Fills ERR (which may be NULL) with the errno CODE and a sentence, and replaces the previous content;
 * returns -CODE.
 */
int dax_fail(struct dax_error *err, int code, const char *format, ...) DAX_PRINTF(3, 4);

/* As dax_fail, with EINVAL, and marks the request as not valid. */
int dax_usage(struct dax_error *err, const char *format, ...) DAX_PRINTF(2, 3);

/* Returns -ENOMEM, with a sentence that needs no memory. */
int dax_no_memory(struct dax_error *err);

/* Adds "CONTEXT: " before the sentence. */
void dax_error_context(struct dax_error *err, const char *format, ...) DAX_PRINTF(2, 3);

/* Adds "; MORE" after the sentence. */
void dax_error_append(struct dax_error *err, const char *format, ...) DAX_PRINTF(2, 3);

/*
 * Adds "; " and the sentence of MORE to that of ERR. If ERR has none, it gets the whole content of MORE.
 * Empties MORE.
 */
void dax_error_join(struct dax_error *err, struct dax_error *more);

/* Sets the hint, which says what to do next; replaces an earlier one. */
void dax_error_hint(struct dax_error *err, const char *format, ...) DAX_PRINTF(2, 3);

/* Adds a copy of one line of the kernel's log. */
void dax_error_kernel_line(struct dax_error *err, const char *line);

/* "EBUSY" for EBUSY; "E?" for a number without a name. */
const char *dax_errno_name(int code);
