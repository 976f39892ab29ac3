/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A journal is on the disk before it has its name, and a mark that is to outlive a reboot before the next write to /sys. */
#include "unit.h"

#include "journal-place.h"
#include "run/journal-marks.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/stat.h>

/* What was asked of the kernel, in its order: a file to disk, a folder to disk, a name, a mapping to disk. */
static char asked[64];
static char failing; /* the one of them that fails, with EIO */

static int ask(char what)
{
	size_t n = strlen(asked);

	assert_true(n + 1 < sizeof(asked));
	asked[n] = what;
	asked[n + 1] = '\0';
	errno = EIO;
	return what == failing ? -1 : 0;
}

int __real_fsync(int fd);
int __real_linkat(int from, const char *old, int to, const char *new, int flags);
int __real_msync(void *map, size_t size, int flags);
int __wrap_fsync(int fd);
int __wrap_linkat(int from, const char *old, int to, const char *new, int flags);
int __wrap_msync(void *map, size_t size, int flags);

int __wrap_fsync(int fd)
{
	struct stat st;

	assert_int_equal(fstat(fd, &st), 0);
	return ask(S_ISDIR(st.st_mode) ? 'd' : 'f') ? -1 : __real_fsync(fd);
}

/* As for one without the capability to do it by a descriptor. */
int __wrap_linkat(int from, const char *old, int to, const char *new, int flags)
{
	if (flags & AT_EMPTY_PATH) {
		errno = ENOENT;
		return -1;
	}
	return ask('n') ? -1 : __real_linkat(from, old, to, new, flags);
}

int __wrap_msync(void *map, size_t size, int flags)
{
	assert_int_equal(flags, MS_SYNC);
	return ask('m') ? -1 : __real_msync(map, size, flags);
}

static void test_order(void **state)
{
	struct place *place = *state;
	struct dax_journal *journal = &place->journal;

	asked[0] = failing = '\0';
	journal_begin(place);
	assert_string_equal(asked, "fnd");
	/* One that does not outlive a reboot need not reach the disk. */
	dax_journal_mark(journal, 0, DAX_STEP_BEGUN);
	assert_string_equal(asked, "fnd");
	journal->lasting = true;
	dax_journal_mark(journal, 0, DAX_STEP_DONE);
	assert_string_equal(asked, "fndm");
	assert_int_equal(dax_journal_remove(journal, NULL), 0);
}

/* Without it nothing is begun, and nothing of it stays. */
static void test_fails(void **state)
{
	struct place *place = *state;

	for (const char *what = "fnd"; *what; what++) {
		_cleanup_error_ struct dax_error err = DAX_ERROR_INIT;

		asked[0] = '\0';
		failing = *what;
		assert_int_equal(dax_journal_begin(place->folder, "align", &place->before, &place->plan, &place->journal,
						   &err), -EIO);
		assert_error(&err, EIO, "cannot write the journal");
		dax_journal_close(&place->journal);
		assert_int_equal(rmdir(place->folder), 0);
	}
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, journal_make_place, journal_remove_place)

int main(void)
{
	const struct CMUnitTest tests[] = { TEST(test_order), TEST(test_fails) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
