/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/text.h"

#include "base/fields.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

static int scan_u64(const char **text, uint64_t *value)
{
	if ((*text)[0] == '0' && ((*text)[1] == 'x' || (*text)[1] == 'X')) {
		*text += 2;
		return dax_field_digits(text, 16, value);
	}
	return dax_field_digits(text, 10, value);
}

int dax_parse_u64(const char *text, uint64_t *value)
{
	uint64_t parsed = 0;
	int r = scan_u64(&text, &parsed);

	if (r)
		return r;
	if (*text)
		return -EINVAL;
	*value = parsed;
	return 0;
}

/* The number of bits by which a unit shifts; -1 if it is not a unit. "" and "B" are bytes. */
static int unit_shift(const char *unit)
{
	static const char letters[] = "KMGTP";

	if (!*unit || strcmp(unit, "B") == 0)
		return 0;
	for (int i = 0; letters[i]; i++) {
		if ((unit[0] & ~0x20) != letters[i])
			continue;
		if (!unit[1] || strcmp(unit + 1, "iB") == 0 || strcmp(unit + 1, "ib") == 0)
			return 10 * (i + 1);
	}
	return -1;
}

/* The digits after a decimal point, as a fraction NUMERATOR / DENOMINATOR. */
static int scan_fraction(const char **text, uint64_t *numerator, uint64_t *denominator)
{
	const char *start = *text;
	int r = dax_field_digits(text, 10, numerator);

	if (r)
		return r;
	*denominator = 1;
	for (const char *p = start; p < *text; p++) {
		if (__builtin_mul_overflow(*denominator, 10, denominator))
			return -ERANGE;
	}
	return 0;
}

int dax_parse_size(const char *text, uint64_t *bytes)
{
	uint64_t whole = 0, numerator = 0, denominator = 1;
	bool hexadecimal = text[0] == '0' && (text[1] == 'x' || text[1] == 'X');
	int r = scan_u64(&text, &whole);

	if (r)
		return r;
	if (*text == '.' && !hexadecimal) {
		text++;
		r = scan_fraction(&text, &numerator, &denominator);
		if (r)
			return r;
	}
	int shift = unit_shift(text);
	if (shift < 0)
		return -EINVAL;

	/* 128 bits are enough for every product here: 64 bits shifted by at most 50. */
	__extension__ typedef unsigned __int128 wide;
	wide total = (wide)whole << shift;
	wide part = (wide)numerator << shift;

	if (part % denominator)
		return -EINVAL; /* not a whole number of bytes */
	total += part / denominator;
	if (total > UINT64_MAX)
		return -ERANGE;
	*bytes = (uint64_t)total;
	return 0;
}

/* "12.5%": greater than 0 and at most 100. */
static int parse_share(const char *text, uint64_t *share)
{
	uint64_t percent = 0, numerator = 0, denominator = 1;
	int r = dax_field_digits(&text, 10, &percent);

	if (!r && *text == '.') {
		text++;
		r = scan_fraction(&text, &numerator, &denominator);
	}
	if (r || strcmp(text, "%") != 0 || percent > 100 || denominator > DAX_PERCENT)
		return -EINVAL;
	*share = percent * DAX_PERCENT + numerator * (DAX_PERCENT / denominator);
	return *share && *share <= 100 * DAX_PERCENT ? 0 : -EINVAL;
}

int dax_parse_amount(const char *text, struct dax_amount *amount)
{
	struct dax_amount parsed = { 0 };
	size_t length = strlen(text);

	if (length && text[length - 1] == '%') {
		int r = parse_share(text, &parsed.share);

		if (r)
			return r;
	} else {
		int r = dax_parse_size(text, &parsed.bytes);

		if (r)
			return r;
		if (!parsed.bytes)
			return -EINVAL;
	}
	*amount = parsed;
	return 0;
}

int dax_parse_range(const char *text, struct dax_range *range)
{
	struct dax_range parsed = { 0, 0 };
	int r = scan_u64(&text, &parsed.start);

	if (r)
		return r;
	if (*text++ != '-')
		return -EINVAL;
	r = scan_u64(&text, &parsed.end);
	if (r)
		return r;
	if (*text || parsed.end < parsed.start)
		return -EINVAL;
	/* The size of the whole address space does not fit into 64 bits. */
	if (parsed.start == 0 && parsed.end == UINT64_MAX)
		return -ERANGE;
	*range = parsed;
	return 0;
}

/* A decimal id as the kernel prints it, without leading zeros. */
static int scan_id(const char **text, int *id)
{
	const char *start = *text;
	uint64_t value = 0;
	int r = dax_field_digits(text, 10, &value);

	if (r)
		return r;
	if (value > INT32_MAX)
		return -ERANGE;
	if (*start == '0' && *text - start > 1)
		return -EINVAL;
	*id = (int)value;
	return 0;
}

int dax_parse_device_name(const char *text, int *region_id, int *id)
{
	static const char node[] = "/dev/dax";
	int first = 0, second = 0;

	if (strncmp(text, node, sizeof(node) - 1) == 0)
		text += sizeof(node) - 1;
	else if (strncmp(text, "dax", 3) == 0)
		text += 3;
	int r = scan_id(&text, &first);
	if (r)
		return r;
	if (*text++ != '.')
		return -EINVAL;
	r = scan_id(&text, &second);
	if (r)
		return r;
	if (*text)
		return -EINVAL;
	*region_id = first;
	*id = second;
	return 0;
}

const char *dax_format_device_name(int region_id, int id, char buffer[DAX_NAME_MAX])
{
	snprintf(buffer, DAX_NAME_MAX, "dax%d.%d", region_id, id);
	return buffer;
}

int dax_parse_exact_name(const char *text, int *region_id, int *id)
{
	char exact[DAX_NAME_MAX];
	int r = dax_parse_device_name(text, region_id, id);

	if (r)
		return r;
	return strcmp(text, dax_format_device_name(*region_id, *id, exact)) == 0 ? 0 : -EINVAL;
}

int dax_parse_region_id(const char *text, int *id)
{
	int parsed = 0;

	if (strncmp(text, "region", 6) == 0)
		text += 6;
	int r = scan_id(&text, &parsed);
	if (r)
		return r;
	if (*text)
		return -EINVAL;
	*id = parsed;
	return 0;
}

bool dax_looks_like_region(const char *text)
{
	int id = 0;

	return dax_parse_region_id(text, &id) == 0 || strncmp(text, "hmem.", 5) == 0 ||
	       strncmp(text, "dax_region", 10) == 0;
}

uint64_t dax_share_of(uint64_t space, uint64_t share)
{
	__extension__ typedef unsigned __int128 wide;

	return (uint64_t)((wide)space * share / (100 * DAX_PERCENT));
}

const char *dax_format_share(uint64_t share, char buffer[DAX_SIZE_TEXT])
{
	uint64_t rest = share % DAX_PERCENT;
	int digits = 9;

	for (; rest && rest % 10 == 0; digits--)
		rest /= 10;
	if (rest)
		snprintf(buffer, DAX_SIZE_TEXT, "%llu.%0*llu%%", (unsigned long long)(share / DAX_PERCENT), digits,
			 (unsigned long long)rest);
	else
		snprintf(buffer, DAX_SIZE_TEXT, "%llu%%", (unsigned long long)(share / DAX_PERCENT));
	return buffer;
}

static const char *const binary_units[] = { "bytes", "KiB", "MiB", "GiB", "TiB", "PiB" };
static const char *const decimal_units[] = { "bytes", "kB", "MB", "GB", "TB", "PB" };

const char *dax_format_size(uint64_t bytes, char buffer[DAX_SIZE_TEXT])
{
	size_t unit = 0;

	while (bytes && bytes % 1024 == 0 && unit + 1 < ARRAY_SIZE(binary_units)) {
		bytes /= 1024;
		unit++;
	}
	snprintf(buffer, DAX_SIZE_TEXT, "%llu %s", (unsigned long long)bytes, binary_units[unit]);
	return buffer;
}

/* The value of BYTES in the largest of UNITS in which it is at least 1. */
static double scale(uint64_t bytes, double step, const char *const *units, const char **unit)
{
	double value = (double)bytes;
	size_t i = 0;

	while (value >= step && i + 1 < ARRAY_SIZE(binary_units)) {
		value /= step;
		i++;
	}
	*unit = units[i];
	return value;
}

const char *dax_format_human(uint64_t bytes, char buffer[DAX_SIZE_TEXT])
{
	const char *binary = NULL, *decimal = NULL;

	if (bytes < 1024) {
		snprintf(buffer, DAX_SIZE_TEXT, "%llu bytes", (unsigned long long)bytes);
		return buffer;
	}
	double first = scale(bytes, 1024, binary_units, &binary);
	double second = scale(bytes, 1000, decimal_units, &decimal);

	snprintf(buffer, DAX_SIZE_TEXT, "%.2f %s (%.2f %s)", first, binary, second, decimal);
	return buffer;
}

const char *dax_format_devnum(unsigned major, unsigned minor, char buffer[DAX_NAME_MAX])
{
	snprintf(buffer, DAX_NAME_MAX, "%u:%u", major, minor);
	return buffer;
}

int dax_compare_ranges(const void *a, const void *b)
{
	const struct dax_range *first = a, *second = b;

	return (first->start > second->start) - (first->start < second->start);
}

int dax_compare_names(const char *a, const char *b)
{
	return strverscmp(a, b);
}

int dax_parse_uuid(const char *text, char uuid[DAX_UUID_TEXT])
{
	static const char form[] = "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx";
	static const char digits[] = "0123456789abcdefABCDEF";

	if (strlen(text) != strlen(form))
		return -EINVAL;
	for (size_t i = 0; form[i]; i++) {
		const char *digit = strchr(digits, text[i]);

		if (form[i] == '-' ? text[i] != '-' : !digit)
			return -EINVAL;
		uuid[i] = (char)(digit && digit - digits >= 16 ? text[i] - 'A' + 'a' : text[i]);
	}
	uuid[sizeof(form) - 1] = '\0';
	return 0;
}

bool dax_uuid_is_nil(const char *uuid)
{
	return uuid[strspn(uuid, "0-")] == '\0';
}

/*
 * The length of the UTF-8 character at TEXT; 0 if it is not valid (RFC 3629: shortest form, no surrogates).
 */
static size_t utf8_length(const unsigned char *text)
{
	size_t length = text[0] < 0x80 ? 1 : text[0] < 0xc2 ? 0 : text[0] < 0xe0 ? 2 : text[0] < 0xf0 ? 3 : 4;

	if (text[0] > 0xf4 || (text[0] == 0xe0 && text[1] < 0xa0) || (text[0] == 0xed && text[1] > 0x9f) ||
	    (text[0] == 0xf0 && text[1] < 0x90) || (text[0] == 0xf4 && text[1] > 0x8f))
		return 0;
	for (size_t i = 1; i < length; i++) {
		if ((text[i] & 0xc0) != 0x80)
			return 0;
	}
	return length;
}

bool dax_text_is_printable(const char *text)
{
	const unsigned char *p = (const unsigned char *)text;

	for (size_t length = 0; *p; p += length) {
		length = utf8_length(p);
		if (!length || *p < ' ' || *p == 0x7f || (*p == 0xc2 && p[1] < 0xa0))
			return false;
	}
	return true;
}

void dax_uuid_count_on(char uuid[DAX_UUID_TEXT], unsigned n)
{
	char *last = uuid + strlen("xxxxxxxx-xxxx-xxxx-xxxx-");
	unsigned long long value = strtoull(last, NULL, 16);

	snprintf(last, sizeof("xxxxxxxxxxxx"), "%012llx", (value + n) & 0xffffffffffffULL);
}
