/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Text to numbers and back: sizes, ranges, names. No I/O, no locale, nothing is guessed. */
#pragma once

#include "base/base.h"

/* Longest name of a device, region or driver that we keep, with its final NUL. */
#define DAX_NAME_MAX 64

/* A physical address range; END is the last byte in it. */
struct dax_range {
	uint64_t start;
	uint64_t end;
};

static inline uint64_t dax_range_size(struct dax_range range)
{
	return range.end - range.start + 1;
}

/* A wanted size: bytes, or a share of what is available. */
struct dax_amount {
	uint64_t bytes; /* when share is 0 */
	uint64_t share; /* 1 to 100 * DAX_PERCENT */
};

/* Percentages are kept exactly, with up to nine decimals. */
#define DAX_PERCENT UINT64_C(1000000000)

/*
 * All parsers take the whole string (no leading or trailing space, no sign, no rest) and return
 * 0, -EINVAL (not of the form) or -ERANGE (does not fit into 64 bits).
 */

/* "123" or "0x7b"; no octal: a leading zero means nothing. */
int dax_parse_u64(const char *text, uint64_t *value) DAX_MUST_CHECK;

/*
 * Bytes: "4096", "0x200000", "2M", "2MiB", "1.5G"; units K M G T P in powers of 1024, upper or lower
 * case. MB and GB (powers of 1000 elsewhere) are refused; so is what is not a whole number of bytes.
 */
int dax_parse_size(const char *text, uint64_t *bytes) DAX_MUST_CHECK;

/* A size, or "50%" or "12.5%"; zero of either is -EINVAL. */
int dax_parse_amount(const char *text, struct dax_amount *amount) DAX_MUST_CHECK;

/* "START-END" with END inclusive, as the kernel's mapping attribute has it; each 0x hexadecimal or decimal. */
int dax_parse_range(const char *text, struct dax_range *range) DAX_MUST_CHECK;

/* "daxX.Y", "X.Y" or "/dev/daxX.Y". Any other path is -EINVAL: a file of that name elsewhere is another thing. */
int dax_parse_device_name(const char *text, int *region_id, int *id) DAX_MUST_CHECK;

/* "daxX.Y" as the kernel writes it, and no other way to say the same. */
int dax_parse_exact_name(const char *text, int *region_id, int *id) DAX_MUST_CHECK;

/* "daxX.Y". Returns BUFFER. */
const char *dax_format_device_name(int region_id, int id, char buffer[DAX_NAME_MAX]);

/* "N" or "regionN". */
int dax_parse_region_id(const char *text, int *id) DAX_MUST_CHECK;

/* Whether TEXT has the form of a region: "N", "regionN", or a name that the kernel gives ("hmem.0", "dax_region1"). */
bool dax_looks_like_region(const char *text);

/* "6d2ed1f8-...", 36 characters and the final NUL. */
#define DAX_UUID_TEXT 37

/* Copies a uuid in lower case; -EINVAL for text of another form. */
int dax_parse_uuid(const char *text, char uuid[DAX_UUID_TEXT]) DAX_MUST_CHECK;

/* Whether all digits are zero: RFC 9562 reserves this uuid for "no uuid". */
bool dax_uuid_is_nil(const char *uuid);

/* Whether TEXT is UTF-8 without control characters. */
bool dax_text_is_printable(const char *text);

/* The one N behind: for many that are all different when only one was generated. */
void dax_uuid_count_on(char uuid[DAX_UUID_TEXT], unsigned n);

/* SHARE of SPACE, rounded down to bytes. */
uint64_t dax_share_of(uint64_t space, uint64_t share);

#define DAX_SIZE_TEXT 48

/* "50%", "12.5%". Returns BUFFER. */
const char *dax_format_share(uint64_t share, char buffer[DAX_SIZE_TEXT]);

/* The shortest exact form: "2 GiB", "130 MiB", "1536 MiB", "4097 bytes". Returns BUFFER. */
const char *dax_format_size(uint64_t bytes, char buffer[DAX_SIZE_TEXT]);

/* For people, as other tools of the field print it: "30.57 GiB (32.83 GB)". Returns BUFFER. */
const char *dax_format_human(uint64_t bytes, char buffer[DAX_SIZE_TEXT]);

/* A device number as the kernel writes it: "252:1". Returns BUFFER. */
const char *dax_format_devnum(unsigned major, unsigned minor, char buffer[DAX_NAME_MAX]);

/* For qsort: orders ranges by their start. */
int dax_compare_ranges(const void *a, const void *b);

/* Orders names with numbers in them as people do: hmem.2 before hmem.10. */
int dax_compare_names(const char *a, const char *b);
