/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Text to numbers and back: every form that is one, and what looks like one and is none. */
#include "unit.h"

#include "base/text.h"

#include <errno.h>

/* No parser touches its result when it fails. */
#define UNTOUCHED UINT64_C(0x5555555555555555)

struct number_case {
	const char *text;
	int result;
	uint64_t value;
};

static void check_numbers(const struct number_case *cases, size_t n,
			  int (*parse)(const char *text, uint64_t *value))
{
	for (size_t i = 0; i < n; i++) {
		uint64_t value = UNTOUCHED;
		int r = parse(cases[i].text, &value);

		if (r != cases[i].result || value != (r ? UNTOUCHED : cases[i].value))
			fail_msg("'%s': %d and %llu, not %d and %llu", cases[i].text, r,
				 (unsigned long long)value, cases[i].result,
				 (unsigned long long)cases[i].value);
	}
}

static void test_u64(void **state)
{
	static const struct number_case cases[] = {
		{ "0", 0, 0 },
		{ "1", 0, 1 },
		{ "010", 0, 10 }, /* no octal */
		{ "0x0", 0, 0 },
		{ "0x10", 0, 16 },
		{ "0X1aBcDeF", 0, 0x1abcdef },
		{ "18446744073709551615", 0, UINT64_MAX },
		{ "0xffffffffffffffff", 0, UINT64_MAX },
		{ "0x00000000000000000000000000001", 0, 1 },
		{ "18446744073709551616", -ERANGE, 0 },
		{ "99999999999999999999999999999999", -ERANGE, 0 },
		{ "0x10000000000000000", -ERANGE, 0 },
		{ "", -EINVAL, 0 },
		{ " 1", -EINVAL, 0 },
		{ "1 ", -EINVAL, 0 },
		{ "1\n", -EINVAL, 0 },
		{ "-1", -EINVAL, 0 },
		{ "+1", -EINVAL, 0 },
		{ "0x", -EINVAL, 0 },
		{ "x10", -EINVAL, 0 },
		{ "0xg", -EINVAL, 0 },
		{ "0x-1", -EINVAL, 0 },
		{ "1a", -EINVAL, 0 },
		{ "1.0", -EINVAL, 0 },
		{ "1e3", -EINVAL, 0 },
		{ "1K", -EINVAL, 0 },
		{ "1_000", -EINVAL, 0 },
		{ "\xc2\xb2", -EINVAL, 0 }, /* a superscript two */
		{ "one", -EINVAL, 0 },
	};

	(void)state;
	check_numbers(cases, ARRAY_SIZE(cases), dax_parse_u64);
}

static void test_size(void **state)
{
	static const struct number_case cases[] = {
		{ "0", 0, 0 },
		{ "4096", 0, 4096 },
		{ "4096B", 0, 4096 },
		{ "0x200000", 0, 2 * DAX_MIB },
		{ "0x2M", 0, 2 * DAX_MIB },
		{ "0x1B", 0, 27 }, /* a digit, not a unit */
		{ "2K", 0, 2 * DAX_KIB },
		{ "2k", 0, 2 * DAX_KIB },
		{ "2KiB", 0, 2 * DAX_KIB },
		{ "2kib", 0, 2 * DAX_KIB },
		{ "2M", 0, 2 * DAX_MIB },
		{ "2m", 0, 2 * DAX_MIB },
		{ "2MiB", 0, 2 * DAX_MIB },
		{ "2G", 0, 2 * DAX_GIB },
		{ "2GiB", 0, 2 * DAX_GIB },
		{ "2T", 0, 2048 * DAX_GIB },
		{ "2tiB", 0, 2048 * DAX_GIB },
		{ "2P", 0, 2048 * 1024 * DAX_GIB },
		{ "1.5G", 0, 1536 * DAX_MIB },
		{ "1.50GiB", 0, 1536 * DAX_MIB },
		{ "0.5K", 0, 512 },
		{ "1.0", 0, 1 },
		{ "1.0B", 0, 1 },
		{ "1.000000001P", -EINVAL, 0 },
		{ "0.0009765625K", 0, 1 },
		{ "16383P", 0, UINT64_C(16383) << 50 },
		{ "16383.9990234375P", 0, UINT64_MAX - (UINT64_C(1) << 40) + 1 },
		{ "18446744073709551615", 0, UINT64_MAX },
		{ "18446744073709551615B", 0, UINT64_MAX },
	};

	(void)state;
	check_numbers(cases, ARRAY_SIZE(cases), dax_parse_size);
}

static void test_no_size(void **state)
{
	static const struct number_case cases[] = {
		{ "", -EINVAL, 0 },
		{ "K", -EINVAL, 0 },
		{ "-1", -EINVAL, 0 },
		{ "+1G", -EINVAL, 0 },
		{ "1GB", -EINVAL, 0 }, /* 1000 or 1024? */
		{ "1MB", -EINVAL, 0 },
		{ "1KB", -EINVAL, 0 },
		{ "1kb", -EINVAL, 0 },
		{ "1Gi", -EINVAL, 0 },
		{ "1GiBB", -EINVAL, 0 },
		{ "1GG", -EINVAL, 0 },
		{ "1 G", -EINVAL, 0 },
		{ "1G ", -EINVAL, 0 },
		{ "1X", -EINVAL, 0 },
		{ "1E", -EINVAL, 0 },
		{ "1\xcb", -EINVAL, 0 }, /* 'K' with the eighth bit */
		{ "50%", -EINVAL, 0 },
		{ ".5G", -EINVAL, 0 },
		{ "1.G", -EINVAL, 0 },
		{ "1.", -EINVAL, 0 },
		{ "1,5G", -EINVAL, 0 },
		{ "1.5.5G", -EINVAL, 0 },
		{ "1.-5G", -EINVAL, 0 },
		{ "1.5", -EINVAL, 0 }, /* half a byte */
		{ "1.1K", -EINVAL, 0 },
		{ "0.3G", -EINVAL, 0 },
		{ "0x1.8G", -EINVAL, 0 },
		{ "1e3", -EINVAL, 0 },
		{ "inf", -EINVAL, 0 },
		{ "nan", -EINVAL, 0 },
		{ "16384P", -ERANGE, 0 },
		{ "18446744073709551615K", -ERANGE, 0 },
		{ "18446744073709551615P", -ERANGE, 0 },
		{ "18446744073709551616", -ERANGE, 0 },
		{ "0xffffffffffffffffP", -ERANGE, 0 },
		{ "1.00000000000000000000000000G", -ERANGE, 0 }, /* more digits than are kept */
		{ "1.99999999999999999999G", -ERANGE, 0 },
	};

	(void)state;
	check_numbers(cases, ARRAY_SIZE(cases), dax_parse_size);
}

static void test_amount(void **state)
{
	static const struct {
		const char *text;
		int result;
		struct dax_amount amount;
	} cases[] = {
		{ "1", 0, { .bytes = 1 } },
		{ "1.5G", 0, { .bytes = 1536 * DAX_MIB } },
		{ "1%", 0, { .share = 1 * DAX_PERCENT } },
		{ "50%", 0, { .share = 50 * DAX_PERCENT } },
		{ "100%", 0, { .share = 100 * DAX_PERCENT } },
		{ "0", -EINVAL, { 0 } },
		{ "0G", -EINVAL, { 0 } },
		{ "0x0", -EINVAL, { 0 } },
		{ "0.0K", -EINVAL, { 0 } },
		{ "0%", -EINVAL, { 0 } },
		{ "101%", -EINVAL, { 0 } },
		{ "4294967297%", -EINVAL, { 0 } }, /* 1 in 32 bits */
		{ "18446744073709551617%", -EINVAL, { 0 } },
		{ "-1%", -EINVAL, { 0 } },
		{ "12.5%", 0, { .share = 25 * DAX_PERCENT / 2 } },
		{ "0.5%", 0, { .share = DAX_PERCENT / 2 } },
		{ "100.0%", 0, { .share = 100 * DAX_PERCENT } },
		{ "33.333333333%", 0, { .share = UINT64_C(33333333333) } },
		{ "0.000000001%", 0, { .share = 1 } },
		{ "33.3333333333%", -EINVAL, { 0 } }, /* finer than is kept */
		{ "0.0%", -EINVAL, { 0 } },
		{ "100.000000001%", -EINVAL, { 0 } },
		{ "12.%", -EINVAL, { 0 } },
		{ ".5%", -EINVAL, { 0 } },
		{ "1.5.5%", -EINVAL, { 0 } },
		{ "12.-5%", -EINVAL, { 0 } },
		{ "1e1%", -EINVAL, { 0 } },
		{ "0x10%", -EINVAL, { 0 } },
		{ "50 %", -EINVAL, { 0 } },
		{ "50%%", -EINVAL, { 0 } },
		{ "50%G", -EINVAL, { 0 } },
		{ "%", -EINVAL, { 0 } },
		{ "", -EINVAL, { 0 } },
		{ "16384P", -ERANGE, { 0 } },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct dax_amount amount = { UNTOUCHED, 77 };
		int r = dax_parse_amount(cases[i].text, &amount);
		struct dax_amount expected = r ? (struct dax_amount){ UNTOUCHED, 77 } : cases[i].amount;

		if (r != cases[i].result || amount.bytes != expected.bytes ||
		    amount.share != expected.share)
			fail_msg("'%s': %d, %llu bytes, share %llu", cases[i].text, r,
				 (unsigned long long)amount.bytes, (unsigned long long)amount.share);
	}
}

static void test_range(void **state)
{
	static const struct {
		const char *text;
		int result;
		struct dax_range range;
	} cases[] = {
		{ "0x100000000-0x13fffffff", 0, { 0x100000000, 0x13fffffff } },
		{ "256-511", 0, { 256, 511 } },
		{ "0x100-511", 0, { 256, 511 } },
		{ "5-5", 0, { 5, 5 } },
		{ "0-0", 0, { 0, 0 } },
		{ "1-0xffffffffffffffff", 0, { 1, UINT64_MAX } },
		{ "0-0xfffffffffffffffe", 0, { 0, UINT64_MAX - 1 } },
		{ "0-0xffffffffffffffff", -ERANGE, { 0, 0 } },
		{ "0-0x10000000000000000", -ERANGE, { 0, 0 } },
		{ "18446744073709551616-5", -ERANGE, { 0, 0 } },
		{ "5-4", -EINVAL, { 0, 0 } },
		{ "5", -EINVAL, { 0, 0 } },
		{ "5-", -EINVAL, { 0, 0 } },
		{ "-5", -EINVAL, { 0, 0 } },
		{ "5--6", -EINVAL, { 0, 0 } },
		{ "5-6-7", -EINVAL, { 0, 0 } },
		{ "5 - 6", -EINVAL, { 0, 0 } },
		{ "5-6 ", -EINVAL, { 0, 0 } },
		{ "100000000-13fffffff", -EINVAL, { 0, 0 } }, /* hexadecimal needs its 0x */
		{ "1G-2G", -EINVAL, { 0, 0 } },
		{ "", -EINVAL, { 0, 0 } },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct dax_range range = { UNTOUCHED, UNTOUCHED };
		int r = dax_parse_range(cases[i].text, &range);
		struct dax_range expected = r ? (struct dax_range){ UNTOUCHED, UNTOUCHED } : cases[i].range;

		if (r != cases[i].result || range.start != expected.start || range.end != expected.end)
			fail_msg("'%s': %d, 0x%llx-0x%llx", cases[i].text, r, (unsigned long long)range.start,
				 (unsigned long long)range.end);
	}
}

static void test_device_name(void **state)
{
	static const struct {
		const char *text;
		int result, region_id, id;
	} cases[] = {
		{ "dax0.0", 0, 0, 0 },
		{ "0.0", 0, 0, 0 },
		{ "dax10.255", 0, 10, 255 },
		{ "/dev/dax1.2", 0, 1, 2 },
		{ "dev/dax1.2", -EINVAL, 0, 0 }, /* a file elsewhere is another thing */
		{ "/a/b/../dax1.2", -EINVAL, 0, 0 },
		{ "/mnt/backup/dax0.0", -EINVAL, 0, 0 },
		{ "/dev/../mnt/dax0.0", -EINVAL, 0, 0 },
		{ "/dev/dax/dax0.0", -EINVAL, 0, 0 },
		{ "./dax0.0", -EINVAL, 0, 0 },
		{ "dax2147483647.2147483647", 0, INT32_MAX, INT32_MAX },
		{ "dax2147483648.0", -ERANGE, 0, 0 },
		{ "dax0.99999999999999999999", -ERANGE, 0, 0 },
		{ "dax00.0", -EINVAL, 0, 0 },
		{ "dax0.01", -EINVAL, 0, 0 },
		{ "dax0.0x1", -EINVAL, 0, 0 },
		{ "dax0", -EINVAL, 0, 0 },
		{ "dax0.", -EINVAL, 0, 0 },
		{ "dax.0", -EINVAL, 0, 0 },
		{ "dax", -EINVAL, 0, 0 },
		{ "dax0.0.0", -EINVAL, 0, 0 },
		{ "dax0.0junk", -EINVAL, 0, 0 },
		{ "dax0.0 ", -EINVAL, 0, 0 },
		{ " dax0.0", -EINVAL, 0, 0 },
		{ "dax-1.0", -EINVAL, 0, 0 },
		{ "dax0.-1", -EINVAL, 0, 0 },
		{ "daxdax0.0", -EINVAL, 0, 0 },
		{ "DAX0.0", -EINVAL, 0, 0 },
		{ "/dev/0.0", -EINVAL, 0, 0 }, /* a path names the node */
		{ "/dev/dax0.0/", -EINVAL, 0, 0 },
		{ "/", -EINVAL, 0, 0 },
		{ "all", -EINVAL, 0, 0 },
		{ "", -EINVAL, 0, 0 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		int region_id = -7, id = -7;
		int r = dax_parse_device_name(cases[i].text, &region_id, &id);

		if (r != cases[i].result || region_id != (r ? -7 : cases[i].region_id) ||
		    id != (r ? -7 : cases[i].id))
			fail_msg("'%s': %d, %d.%d", cases[i].text, r, region_id, id);
	}
}

static void test_region_id(void **state)
{
	static const struct {
		const char *text;
		int result, id;
	} cases[] = {
		{ "0", 0, 0 },
		{ "region0", 0, 0 },
		{ "region12", 0, 12 },
		{ "2147483647", 0, INT32_MAX },
		{ "region2147483648", -ERANGE, 0 },
		{ "00", -EINVAL, 0 },
		{ "region01", -EINVAL, 0 },
		{ "region", -EINVAL, 0 },
		{ "region0x", -EINVAL, 0 },
		{ "regionregion0", -EINVAL, 0 },
		{ "Region0", -EINVAL, 0 },
		{ "region-1", -EINVAL, 0 },
		{ "0 ", -EINVAL, 0 },
		{ "0.0", -EINVAL, 0 },
		{ "hmem.0", -EINVAL, 0 },
		{ "", -EINVAL, 0 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		int id = -7;
		int r = dax_parse_region_id(cases[i].text, &id);

		if (r != cases[i].result || id != (r ? -7 : cases[i].id))
			fail_msg("'%s': %d, %d", cases[i].text, r, id);
	}
}

static void test_format(void **state)
{
	static const struct {
		uint64_t bytes;
		const char *exact, *human;
	} cases[] = {
		{ 0, "0 bytes", "0 bytes" },
		{ 999, "999 bytes", "999 bytes" },
		{ 1000, "1000 bytes", "1000 bytes" },
		{ 1023, "1023 bytes", "1023 bytes" },
		{ 1024, "1 KiB", "1.00 KiB (1.02 kB)" },
		{ 4097, "4097 bytes", "4.00 KiB (4.10 kB)" },
		{ 2 * DAX_MIB, "2 MiB", "2.00 MiB (2.10 MB)" },
		{ 130 * DAX_MIB, "130 MiB", "130.00 MiB (136.31 MB)" },
		{ 1536 * DAX_MIB, "1536 MiB", "1.50 GiB (1.61 GB)" },
		{ DAX_GIB, "1 GiB", "1.00 GiB (1.07 GB)" },
		{ UINT64_C(32824033280), "32054720 KiB", "30.57 GiB (32.82 GB)" },
		{ 2048 * DAX_GIB, "2 TiB", "2.00 TiB (2.20 TB)" },
		{ UINT64_C(1) << 60, "1024 PiB", "1024.00 PiB (1152.92 PB)" },
		{ UINT64_MAX, "18446744073709551615 bytes", "16384.00 PiB (18446.74 PB)" },
	};
	char text[DAX_SIZE_TEXT];

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		assert_string_equal(dax_format_size(cases[i].bytes, text), cases[i].exact);
		assert_string_equal(dax_format_human(cases[i].bytes, text), cases[i].human);
	}
}

static void test_compare_names(void **state)
{
	static const char *const sorted[] = { "dax0.0", "dax0.1",  "dax0.2", "dax0.10",
					      "dax1.0", "dax10.0", "hmem.2", "hmem.10" };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(sorted); i++) {
		for (size_t j = 0; j < ARRAY_SIZE(sorted); j++) {
			int order = dax_compare_names(sorted[i], sorted[j]);

			assert_int_equal((order > 0) - (order < 0), (i > j) - (i < j));
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_u64),           cmocka_unit_test(test_size),
		cmocka_unit_test(test_no_size),       cmocka_unit_test(test_amount),
		cmocka_unit_test(test_range),         cmocka_unit_test(test_device_name),
		cmocka_unit_test(test_region_id),     cmocka_unit_test(test_format),
		cmocka_unit_test(test_compare_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
