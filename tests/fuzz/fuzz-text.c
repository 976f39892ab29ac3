/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Fuzzes the parsers of sizes, ranges and names. What is accepted must be what its printed form is read as. */
#include "fuzz.h"

#include "base/text.h"

#include <errno.h>
#include <stdio.h>

/* "2 GiB" and "7 bytes", as they are printed, back to bytes. */
static uint64_t read_printed(char *printed)
{
	uint64_t bytes = 0;
	char *space = strchr(printed, ' ');

	if (!space)
		abort();
	if (strcmp(space, " bytes") == 0)
		*space = '\0';
	else
		memmove(space, space + 1, strlen(space));
	if (dax_parse_size(printed, &bytes))
		abort();
	return bytes;
}

/* The C library accepts more; where we accept, it reads the same. */
static void check_number(const char *text)
{
	uint64_t number = 0;
	bool hexadecimal = text[0] == '0' && (text[1] == 'x' || text[1] == 'X');
	char *end = NULL;

	if (dax_parse_u64(text, &number))
		return;
	errno = 0;
	if (strtoull(text, &end, hexadecimal ? 16 : 10) != number || errno || *end)
		abort();
}

static void check_size(const char *text)
{
	char printed[DAX_SIZE_TEXT];
	struct dax_amount amount = { 0 };
	uint64_t bytes = 0, again = 0;

	if (dax_parse_size(text, &bytes) == 0) {
		dax_format_human(bytes, printed);
		snprintf(printed, sizeof(printed), "%llu", (unsigned long long)bytes);
		if (dax_parse_size(printed, &again) || again != bytes)
			abort();
		dax_format_size(bytes, printed);
		if (read_printed(printed) != bytes)
			abort();
	}
	if (dax_parse_amount(text, &amount) == 0 &&
	    (!amount.bytes == !amount.share || amount.share > 100 * DAX_PERCENT))
		abort();
}

static void check_names(const char *text)
{
	struct dax_range range = { 0 };
	int region_id = -1, id = -1;

	if (dax_parse_range(text, &range) == 0 && (range.end < range.start || !dax_range_size(range)))
		abort();
	if (dax_parse_device_name(text, &region_id, &id) == 0 && (region_id < 0 || id < 0))
		abort();
	id = -1;
	if (dax_parse_region_id(text, &id) == 0 && id < 0)
		abort();
}

int fuzz_text(const uint8_t *data, size_t size)
{
	_cleanup_free_ char *text = as_text(data, size);

	check_number(text);
	check_size(text);
	check_names(text);
	return 0;
}
