/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Fields of the text that the kernel writes in /sys and /proc. No space is skipped and no sign is accepted. */
#pragma once

#include "base/base.h"

#include <sys/types.h>

/*
 * Reads digits of BASE at *TEXT and moves *TEXT behind them: 0, -EINVAL when there are none, -ERANGE when the
 * number does not fit. After an error *TEXT is where it was.
 */
int dax_field_digits(const char **text, unsigned base, uint64_t *value) DAX_MUST_CHECK;

/* The same for "259:0", the number of a device. */
int dax_field_device(const char **text, dev_t *device) DAX_MUST_CHECK;

/* Moves *TEXT behind WORD when it begins with that. */
bool dax_field_word(const char **text, const char *word);

/* All of TEXT is the number of a device. */
int dax_parse_device_number(const char *text, dev_t *device) DAX_MUST_CHECK;

/* All of TEXT is PREFIX and a number: "memory_tier4". */
int dax_parse_numbered(const char *text, const char *prefix, int *number) DAX_MUST_CHECK;

/* Whether NUMBER is in a list of nodes or processors: "0-3,8". What is behind a part that is not valid does not count. */
bool dax_list_has(const char *list, uint64_t number);

/* "512 [4096]": the number in brackets; where there are none, the first. 0 when it is not a number. */
uint64_t dax_field_chosen(const char *text);

/* "4096 2097152": all powers of two in the list, as one number. */
uint64_t dax_field_powers(const char *text);
