/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Fields of the text that the kernel writes in /sys and /proc. Spaces are not skipped, and signs are not
 * accepted.
 */
#pragma once

#include "base/base.h"

#include <sys/types.h>

/*
 * Reads digits of BASE at *TEXT and moves *TEXT past them. Returns 0, -EINVAL if there are no digits, or
 * -ERANGE if the number does not fit. After an error *TEXT is unchanged.
 */
int dax_field_digits(const char **text, unsigned base, uint64_t *value) DAX_MUST_CHECK;

/* As above for "259:0", a device number. */
int dax_field_device(const char **text, dev_t *device) DAX_MUST_CHECK;

/* Moves *TEXT past WORD if it starts with WORD. */
bool dax_field_word(const char **text, const char *word);

/* The whole TEXT is a device number. */
int dax_parse_device_number(const char *text, dev_t *device) DAX_MUST_CHECK;

/* The whole TEXT is PREFIX and a number: "memory_tier4". */
int dax_parse_numbered(const char *text, const char *prefix, int *number) DAX_MUST_CHECK;

/*
 * Whether NUMBER is in a list of nodes or processors: "0-3,8". The list ends at the first part that is not
 * valid.
 */
bool dax_list_has(const char *list, uint64_t number);

/*
 * Returns the number in brackets: 4096 for "512 [4096]". Without brackets, returns the first number. Returns 0 for
 * other text.
 */
uint64_t dax_field_chosen(const char *text);

/* "4096 2097152": the sum of all powers of two in the list. */
uint64_t dax_field_powers(const char *text);
