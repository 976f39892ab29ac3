/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The error object: one sentence, its hint, the kernel's lines; and doing without it. */
#include "unit.h"

#include "door/kmsg.h"

#include <errno.h>

static void test_fail(void **state)
{
	_cleanup_error_ struct dax_error err = DAX_ERROR_INIT;

	(void)state;
	assert_int_equal(dax_fail(&err, EBUSY, "%s is in use by %d", "dax0.0", 3), -EBUSY);
	assert_string_equal(err.message, "dax0.0 is in use by 3");
	assert_int_equal(err.blame, DAX_BLAME_MACHINE);
	assert_null(err.hint);
	dax_error_hint(&err, "wait %ds", 5);
	dax_error_hint(&err, "wait longer");
	assert_string_equal(err.hint, "wait longer");
	dax_error_kernel_line(&err, "dax dax0.0: busy");
	dax_error_kernel_line(&err, "");
	assert_int_equal(err.n_kernel, 2);
	assert_string_equal(err.kernel[0], "dax dax0.0: busy");

	/* Another error takes its place, with nothing left of the first; and may quote it. */
	assert_int_equal(dax_usage(&err, "no: %s", err.message), -EINVAL);
	assert_string_equal(err.message, "no: dax0.0 is in use by 3");
	assert_int_equal(err.code, EINVAL);
	assert_int_equal(err.blame, DAX_BLAME_USAGE);
	assert_null(err.hint);
	assert_int_equal(err.n_kernel, 0);
	assert_int_equal(dax_fail(&err, EIO, "again: %s", err.message), -EIO);
	assert_string_equal(err.message, "again: no: dax0.0 is in use by 3");
	assert_int_equal(err.blame, DAX_BLAME_MACHINE);
}

static void test_context(void **state)
{
	_cleanup_error_ struct dax_error err = DAX_ERROR_INIT;

	(void)state;
	dax_error_context(&err, "nothing to put it in front of");
	assert_null(err.message);
	dax_fail(&err, ENOENT, "it is gone");
	dax_error_hint(&err, "look elsewhere");
	dax_error_context(&err, "entry %d", 2);
	dax_error_context(&err, "file");
	assert_string_equal(err.message, "file: entry 2: it is gone");
	assert_string_equal(err.hint, "look elsewhere");
	assert_int_equal(err.code, ENOENT);
}

static void test_no_memory(void **state)
{
	_cleanup_error_ struct dax_error err = DAX_ERROR_INIT;

	(void)state;
	assert_int_equal(dax_no_memory(&err), -ENOMEM);
	assert_string_equal(err.message, "out of memory");
	dax_error_context(&err, "dax0.0");
	assert_string_equal(err.message, "dax0.0: out of memory");
	assert_int_equal(dax_no_memory(&err), -ENOMEM);
	dax_error_release(&err);
	assert_null(err.message);
	assert_int_equal(err.code, 0);
	dax_error_release(&err);
}

static void test_join(void **state)
{
	_cleanup_error_ struct dax_error err = DAX_ERROR_INIT, more = DAX_ERROR_INIT;

	(void)state;
	dax_fail(&more, EBUSY, "first");
	dax_error_hint(&more, "wait");
	dax_error_join(&err, &more);
	assert_null(more.message);
	assert_string_equal(err.message, "first");
	assert_string_equal(err.hint, "wait");
	assert_int_equal(err.code, EBUSY);
	dax_fail(&more, EIO, "second");
	dax_error_join(&err, &more);
	assert_string_equal(err.message, "first; second");
	assert_int_equal(err.code, EBUSY);
	dax_error_join(&err, &more);
	assert_string_equal(err.message, "first; second");
}

/* NULL: no words wanted. */
static void test_without(void **state)
{
	(void)state;
	assert_int_equal(dax_fail(NULL, ENOENT, "%d", 1), -ENOENT);
	assert_int_equal(dax_usage(NULL, "%d", 1), -EINVAL);
	assert_int_equal(dax_no_memory(NULL), -ENOMEM);
	dax_error_context(NULL, "%d", 1);
	dax_error_hint(NULL, "%d", 1);
	dax_error_kernel_line(NULL, "");
}

static void test_names(void **state)
{
	(void)state;
	assert_string_equal(dax_errno_name(EBUSY), "EBUSY");
	assert_string_equal(dax_errno_name(EOPNOTSUPP), "EOPNOTSUPP");
	assert_string_equal(dax_errno_name(99999), "E?");
	assert_string_equal(dax_errno_name(-1), "E?");
}

/* Only what a driver says of a device, as both forms have it, is an errno of a probe. */
static void test_probe(void **state)
{
	static const struct {
		const char *text, *driver, *device;
		int code;
	} lines[] = {
		{ "kmem dax0.1: probe with driver kmem failed with error -22", "kmem", "dax0.1", 22 },
		{ "kmem: probe of dax0.1 failed with error -16", "kmem", "dax0.1", 16 },
		{ "dax_pmem dax0.2: probe with driver dax_pmem failed with error -6", "dax_pmem", "dax0.2", 6 },
		{ "dax0.1: something failed with error -5", NULL, NULL, 0 },
		{ "mlx5_core dax0.1: probe with driver kmem failed with error -5", NULL, NULL, 0 },
		{ "kmem dax0.1: probe with driver kmem failed with error 22", NULL, NULL, 0 },
		{ "kmem dax0.1: probe with driver kmem failed with error -", NULL, NULL, 0 },
		{ "kmem dax0.1: probe with driver kmem failed with error -0", NULL, NULL, 0 },
		{ "kmem dax0.1: probe with driver kmem failed with error - 5", NULL, NULL, 0 },
		{ "kmem dax0.1: probe with driver kmem failed with error -99999999999", NULL, NULL, 0 },
		{ "failed with error -5", NULL, NULL, 0 },
		{ "", NULL, NULL, 0 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(lines); i++) {
		struct dax_probe_failure failure = { 0 };

		assert_int_equal(dax_kmsg_parse_probe(lines[i].text, &failure), lines[i].code != 0);
		if (!lines[i].code)
			continue;
		assert_string_equal(failure.driver, lines[i].driver);
		assert_string_equal(failure.device, lines[i].device);
		assert_int_equal(failure.code, lines[i].code);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_fail),      cmocka_unit_test(test_context),
		cmocka_unit_test(test_no_memory), cmocka_unit_test(test_join),
		cmocka_unit_test(test_without),   cmocka_unit_test(test_names),
		cmocka_unit_test(test_probe),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
