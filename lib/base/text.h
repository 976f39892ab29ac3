/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Conversion between text and numbers: sizes, ranges, names. No I/O, no locale, no guesses. */
#pragma once

#include "base/base.h"

/* The longest name of a device, region or driver, with its final NUL. */
#define DAX_NAME_MAX 64

/* A physical address range; END is its last byte. */
struct dax_range {
	uint64_t start;
	uint64_t end;
};

static inline uint64_t dax_range_size(struct dax_range range)
{
	return range.end - range.start + 1;
}

/* A requested size: bytes, or a share of the available space. */
struct dax_amount {
	uint64_t bytes; /* if share is 0 */
	uint64_t share; /* 1 to 100 * DAX_PERCENT */
};

/* Percentages are exact, with up to nine decimals. */
#define DAX_PERCENT UINT64_C(1000000000)

/*
 * All parsers take the whole string: no leading or trailing space, no sign, no rest. They return 0, -EINVAL
 * (wrong form) or -ERANGE (does not fit into 64 bits).
 */

/* "123" or "0x7b". Not octal: a leading zero has no meaning. */
int dax_parse_u64(const char *text, uint64_t *value) DAX_MUST_CHECK;

/*
 * Bytes: "4096", "0x200000", "2M", "2MiB", "1.5G". The units K M G T P are powers of 1024, in upper or lower
 * case. MB and GB are refused, because they are powers of 1000 elsewhere. A value that is not a whole number
 * of bytes is refused too.
 */
int dax_parse_size(const char *text, uint64_t *bytes) DAX_MUST_CHECK;

/* A size, or "50%" or "12.5%"; 0 of either is -EINVAL. */
int dax_parse_amount(const char *text, struct dax_amount *amount) DAX_MUST_CHECK;

/* "START-END" with END inclusive, as in the kernel's mapping attribute; each is decimal or 0x hexadecimal. */
int dax_parse_range(const char *text, struct dax_range *range) DAX_MUST_CHECK;

/*
 * "daxX.Y", "X.Y" or "/dev/daxX.Y". Other paths are -EINVAL: a file of this name elsewhere is a different
 * file.
 */
int dax_parse_device_name(const char *text, int *region_id, int *id) DAX_MUST_CHECK;

/* Only "daxX.Y" as the kernel writes it. */
int dax_parse_exact_name(const char *text, int *region_id, int *id) DAX_MUST_CHECK;

/* "daxX.Y". Returns BUFFER. */
const char *dax_format_device_name(int region_id, int id, char buffer[DAX_NAME_MAX]);

/* "N" or "regionN". */
int dax_parse_region_id(const char *text, int *id) DAX_MUST_CHECK;

/*
 * Whether TEXT has the form of a region: "N", "regionN", or a name that the kernel uses ("hmem.0",
 * "dax_region1").
 */
bool dax_looks_like_region(const char *text);

/* "6d2ed1f8-...", 36 characters and the final NUL. */
#define DAX_UUID_TEXT 37

/* Copies a uuid in lower case; -EINVAL if TEXT has another form. */
int dax_parse_uuid(const char *text, char uuid[DAX_UUID_TEXT]) DAX_MUST_CHECK;

/* Whether all digits are zero: RFC 9562 reserves this uuid (the nil uuid). */
bool dax_uuid_is_nil(const char *uuid);

/* Whether TEXT is UTF-8 without control characters. */
bool dax_text_is_printable(const char *text);

/* The uuid N after this one: generates many different uuids from one random one. */
void dax_uuid_count_on(char uuid[DAX_UUID_TEXT], unsigned n);

/* SHARE of SPACE, rounded down to bytes. */
uint64_t dax_share_of(uint64_t space, uint64_t share);

#define DAX_SIZE_TEXT 48

/* "50%", "12.5%". Returns BUFFER. */
const char *dax_format_share(uint64_t share, char buffer[DAX_SIZE_TEXT]);

/* The shortest exact form: "2 GiB", "130 MiB", "1536 MiB", "4097 bytes". Returns BUFFER. */
const char *dax_format_size(uint64_t bytes, char buffer[DAX_SIZE_TEXT]);

/* The form for people that daxctl and ndctl use: "30.57 GiB (32.83 GB)". Returns BUFFER. */
const char *dax_format_human(uint64_t bytes, char buffer[DAX_SIZE_TEXT]);

/* A device number as the kernel writes it: "252:1". Returns BUFFER. */
const char *dax_format_devnum(unsigned major, unsigned minor, char buffer[DAX_NAME_MAX]);

/* For qsort: orders ranges by their start. */
int dax_compare_ranges(const void *a, const void *b);

/* Orders names by the numbers in them: hmem.2 before hmem.10. */
int dax_compare_names(const char *a, const char *b);
