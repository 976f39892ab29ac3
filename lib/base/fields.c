/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/fields.h"

#include <errno.h>
#include <string.h>
#include <sys/sysmacros.h>

/* include/linux/kdev_t.h, MINORBITS. */
#define MAX_MAJOR 0xfffU
#define MAX_MINOR 0xfffffU

static unsigned digit_value(char c)
{
	if (c >= '0' && c <= '9')
		return (unsigned)(c - '0');
	if (c >= 'a' && c <= 'f')
		return (unsigned)(c - 'a' + 10);
	if (c >= 'A' && c <= 'F')
		return (unsigned)(c - 'A' + 10);
	return 99;
}

int dax_field_digits(const char **text, unsigned base, uint64_t *value)
{
	const char *p = *text;
	uint64_t sum = 0;

	if (digit_value(*p) >= base)
		return -EINVAL;
	for (; digit_value(*p) < base; p++) {
		if (__builtin_mul_overflow(sum, base, &sum) ||
		    __builtin_add_overflow(sum, digit_value(*p), &sum))
			return -ERANGE;
	}
	*text = p;
	*value = sum;
	return 0;
}

bool dax_field_word(const char **text, const char *word)
{
	size_t length = strlen(word);

	if (strncmp(*text, word, length) != 0)
		return false;
	*text += length;
	return true;
}

int dax_field_device(const char **text, dev_t *device)
{
	const char *at = *text;
	uint64_t first = 0, second = 0;

	if (dax_field_digits(&at, 10, &first) || !dax_field_word(&at, ":") || dax_field_digits(&at, 10, &second))
		return -EINVAL;
	if (first > MAX_MAJOR || second > MAX_MINOR)
		return -ERANGE;
	*device = makedev((unsigned)first, (unsigned)second);
	*text = at;
	return 0;
}

int dax_parse_device_number(const char *text, dev_t *device)
{
	dev_t parsed = 0;
	int r = dax_field_device(&text, &parsed);

	if (r || *text)
		return r ? r : -EINVAL;
	*device = parsed;
	return 0;
}

int dax_parse_numbered(const char *text, const char *prefix, int *number)
{
	uint64_t value = 0;

	if (!dax_field_word(&text, prefix) || dax_field_digits(&text, 10, &value) || *text)
		return -EINVAL;
	if (value > INT32_MAX)
		return -ERANGE;
	*number = (int)value;
	return 0;
}

bool dax_list_has(const char *list, uint64_t number)
{
	uint64_t first = 0, last = 0;

	do {
		if (dax_field_digits(&list, 10, &first))
			return false;
		last = first;
		if (dax_field_word(&list, "-") && dax_field_digits(&list, 10, &last))
			return false;
		if (*list && *list != ',')
			return false;
		if (number >= first && number <= last)
			return true;
	} while (*list++);
	return false;
}

uint64_t dax_field_chosen(const char *text)
{
	const char *bracket = strchr(text, '[');
	uint64_t value = 0;

	if (bracket)
		text = bracket + 1;
	return dax_field_digits(&text, 10, &value) ? 0 : value;
}

uint64_t dax_field_powers(const char *text)
{
	uint64_t sum = 0, value = 0;

	do {
		if (dax_field_digits(&text, 10, &value))
			break;
		if (!(value & (value - 1)))
			sum |= value;
	} while (*text++ == ' ');
	return sum;
}
