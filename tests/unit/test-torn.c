/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What somebody did to a journal cannot hurt who reads it. */
#include "unit.h"

#include "journal-place.h"
#include "plan/plan-make.h"
#include "scene.h"

#include <errno.h>
#include <fcntl.h>

#define TORN_PLANS 12

static void test_truncated(void **state)
{
	struct place *place = *state;
	struct dice dice = { journal_seed() };

	for (size_t plan = 0; plan < TORN_PLANS; plan++) {
		journal_make_plan(place, &dice);
		journal_begin(place);
		_cleanup_free_ char *path = journal_leave_behind(place);
		assert_true(journal_is_sound(path));
		for (size_t size = journal_size(path); size-- > 0;) {
			assert_int_equal(truncate(path, (off_t)size), 0);
			assert_false(journal_is_sound(path));
		}
		journal_drop_plan(place);
	}
}

static unsigned char byte_at(int fd, size_t at)
{
	unsigned char byte = 0;

	assert_int_equal(pread(fd, &byte, 1, (off_t)at), 1);
	return byte;
}

static void put_byte(int fd, size_t at, unsigned char byte)
{
	assert_int_equal(pwrite(fd, &byte, 1, (off_t)at), 1);
}

static void test_changed(void **state)
{
	static const unsigned char bytes[] = { 0, ' ', '\n', '-', '.', '/', '0', '1', '9', 'x', 0x80, 0xff };
	struct place *place = *state;
	struct dice dice = { journal_seed() };
	size_t taken = 0, refused = 0;

	for (size_t plan = 0; plan < TORN_PLANS; plan++) {
		journal_make_plan(place, &dice);
		if (place->plan.n_steps > 12 || place->before.n_devices > 12) {
			journal_drop_plan(place);
			continue;
		}
		journal_begin(place);
		_cleanup_free_ char *path = journal_leave_behind(place);
		_cleanup_close_ int fd = open(path, O_RDWR | O_CLOEXEC);

		for (size_t at = journal_size(path); at-- > 0;) {
			unsigned char was = byte_at(fd, at);

			for (size_t i = 0; i < ARRAY_SIZE(bytes); i++) {
				put_byte(fd, at, i ? bytes[i] : was ^ 1);
				*(journal_is_sound(path) ? &taken : &refused) += 1;
			}
			put_byte(fd, at, was);
		}
		assert_true(journal_is_sound(path));
		journal_drop_plan(place);
	}
	print_message("# %zu changes refused, %zu make no difference, or another number\n", refused, taken);
	assert_true(refused > 0);
}

/* Every other byte at every place, of one small plan. */
static void test_every_byte(void **state)
{
	struct place *place = *state;
	_cleanup_request_ struct dax_request request = DAX_REQUEST_INIT;

	scene_make(&place->before, "region 0 hmem.0 4G+8G\ndax0.1 2M device_dax 0+1G\n");
	scene_request(&request, "reconfigure dax0.1 size=512M");
	assert_int_equal(dax_plan_make(&place->before, &request, 1, &place->plan, NULL), 0);
	journal_begin(place);
	_cleanup_free_ char *path = journal_leave_behind(place);
	_cleanup_close_ int fd = open(path, O_RDWR | O_CLOEXEC);
	for (size_t at = journal_size(path); at-- > 0;) {
		unsigned char was = byte_at(fd, at);

		for (unsigned byte = 0; byte < 256; byte++) {
			put_byte(fd, at, (unsigned char)byte);
			(void)journal_is_sound(path);
		}
		put_byte(fd, at, was);
	}
	assert_true(journal_is_sound(path));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, journal_make_place, journal_remove_place)

int main(void)
{
	const struct CMUnitTest tests[] = { TEST(test_truncated), TEST(test_changed), TEST(test_every_byte) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
