/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A layout that an earlier boot did not survive is left alone, and no other one. */
#include "unit.h"

#include "door/proc.h"
#include "journal-place.h"
#include "run/attempt.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <unistd.h>

#define LAYOUT UINT64_C(0x1234)

static void write_attempt(const struct place *place, const char *text)
{
	char path[PATH_MAX];

	snprintf(path, sizeof(path), "%s/%s", place->folder, DAX_ATTEMPT_NAME);
	FILE *file = fopen(path, "w");
	assert_non_null(file);
	assert_true(fputs(text, file) >= 0);
	assert_int_equal(fclose(file), 0);
}

static bool is_there(const struct place *place)
{
	char path[PATH_MAX];

	snprintf(path, sizeof(path), "%s/%s", place->folder, DAX_ATTEMPT_NAME);
	return access(path, F_OK) == 0;
}

static void test_same_boot(void **state)
{
	const struct place *place = *state;

	assert_int_equal(dax_attempt_begin(place->folder, LAYOUT, NULL), 0);
	assert_true(is_there(place));
	assert_int_equal(dax_attempt_begin(place->folder, LAYOUT, NULL), 0);
	dax_attempt_end(place->folder);
	assert_false(is_there(place));
	dax_attempt_end(place->folder);
}

static void test_earlier_boot(void **state)
{
	static const char earlier[] = "2f9d4c5e-9b1e-4c0e-8f5a-0123456789ab 0000000000001234\n";
	_cleanup_error_ struct dax_error err = DAX_ERROR_INIT;
	const struct place *place = *state;

	assert_int_equal(dax_attempt_begin(place->folder, LAYOUT, NULL), 0); /* makes the folder */
	write_attempt(place, earlier);
	assert_int_equal(dax_attempt_begin(place->folder, LAYOUT, &err), -ECANCELED);
	assert_non_null(strstr(err.hint, "boot-attempt"));
	assert_true(is_there(place));
	/* Another layout is tried. */
	assert_int_equal(dax_attempt_begin(place->folder, LAYOUT + 1, NULL), 0);
	/* A file that a crash has torn says nothing. */
	write_attempt(place, "2f9d4c5e");
	assert_int_equal(dax_attempt_begin(place->folder, LAYOUT, NULL), 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, journal_make_place, journal_remove_place)

int main(void)
{
	const struct CMUnitTest tests[] = { TEST(test_same_boot), TEST(test_earlier_boot) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
