/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Where journals are kept: a folder that is ours alone, what is found in it, and what is swept away. */
#include "unit.h"

#include "journal-place.h"
#include "run/journal-folder.h"
#include "run/journal-words.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sys/stat.h>

static size_t count_files(const char *folder)
{
	DIR *dir = opendir(folder);
	size_t n = 0;

	for (const struct dirent *entry; dir && (entry = readdir(dir));)
		n += strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0;
	if (dir)
		closedir(dir);
	return n;
}

static void make_file(const char *path, const char *text, mode_t mode)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, strlen(text)), strlen(text));
	assert_int_equal(fchmod(fd, mode), 0);
	close(fd);
}

static void check_folder_refused(struct place *place, int code)
{
	_cleanup_error_ struct dax_error err = DAX_ERROR_INIT;

	assert_int_equal(
		dax_journal_begin(place->folder, "align", &place->before, &place->plan, &place->journal, &err), -code);
	assert_non_null(strstr(err.message, place->folder));
	dax_journal_close(&place->journal);
}

static void test_folder(void **state)
{
	struct place *place = *state;
	struct dice dice = { journal_seed() };
	struct stat st;

	journal_make_plan(place, &dice);
	assert_int_equal(symlink(place->parent, place->folder), 0);
	check_folder_refused(place, ENOTDIR);
	unlink(place->folder);
	make_file(place->folder, "", 0600);
	check_folder_refused(place, ENOTDIR);
	unlink(place->folder);
	assert_int_equal(mkdir(place->folder, 0700), 0);
	assert_int_equal(chmod(place->folder, 0770), 0);
	check_folder_refused(place, EPERM);
	assert_int_equal(chmod(place->folder, 0700), 0);
	if (chown(place->folder, 4711, 4711) == 0)
		check_folder_refused(place, EPERM);
	assert_int_equal(count_files(place->folder), 0);
	rmdir(place->folder);
	journal_begin(place);
	assert_int_equal(stat(place->folder, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0700);
	assert_int_equal(count_files(place->folder), 1);
}

struct seen {
	char names[4][64];
	size_t n;
	int result;
};

static int note_path(const char *path, void *data)
{
	struct seen *seen = data;

	assert_true(seen->n < ARRAY_SIZE(seen->names));
	snprintf(seen->names[seen->n++], sizeof(seen->names[0]), "%s", strrchr(path, '/') + 1);
	return seen->result;
}

static void test_list(void **state)
{
	static const char *const names[] = { "0000000009.5-1.journal", "0000000010.1-2.journal", ".new-17",
					     "0000000002.7-3.journal", "readme", ".x.journal" };
	struct place *place = *state;
	struct seen seen = { .n = 0 };
	char path[PATH_MAX];

	assert_int_equal(dax_journal_list(place->folder, false, note_path, &seen, NULL), 0);
	assert_int_equal(mkdir(place->folder, 0700), 0);
	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		snprintf(path, sizeof(path), "%s/%s", place->folder, names[i]);
		make_file(path, "", 0600);
	}
	assert_int_equal(dax_journal_list(place->folder, false, note_path, &seen, NULL), 0);
	assert_int_equal(seen.n, 3);
	assert_string_equal(seen.names[0], names[3]);
	assert_string_equal(seen.names[1], names[0]);
	assert_string_equal(seen.names[2], names[1]);
	seen = (struct seen){ .result = -EIO };
	assert_int_equal(dax_journal_list(place->folder, true, note_path, &seen, NULL), -EIO);
	assert_int_equal(seen.n, 1);
	assert_string_equal(seen.names[0], names[1]);
}

/* What a kill has left of one that was being written; but not what somebody is just writing. */
static void test_sweep(void **state)
{
	struct place *place = *state;
	char stale[PATH_MAX], busy[PATH_MAX], other[PATH_MAX];

	assert_int_equal(mkdir(place->folder, 0700), 0);
	snprintf(stale, sizeof(stale), "%s/" DAX_JOURNAL_NEW "71", place->folder);
	snprintf(busy, sizeof(busy), "%s/" DAX_JOURNAL_NEW "72", place->folder);
	snprintf(other, sizeof(other), "%s/x.journal", place->folder);
	make_file(stale, "", 0600);
	make_file(busy, "", 0600);
	make_file(other, "", 0600);
	struct dax_journal claimed = { .fd = open(busy, O_RDWR | O_CLOEXEC) };
	assert_int_equal(dax_journal_claim(&claimed), 0);
	_cleanup_close_ int folder = dax_journal_folder(place->folder, false, NULL);
	dax_journal_sweep(folder);
	assert_int_equal(access(stale, F_OK), -1);
	assert_int_equal(access(busy, F_OK), 0);
	assert_int_equal(access(other, F_OK), 0);
	dax_closep(&claimed.fd);
}

/* A kill before a journal is in place leaves nothing: it has no name until then. */
static void test_no_name(void **state)
{
	struct place *place = *state;
	struct dice dice = { journal_seed() };

	journal_make_plan(place, &dice);
	journal_begin(place);
	assert_int_equal(count_files(place->folder), 1);
	assert_int_equal(dax_journal_remove(&place->journal, NULL), 0);
	assert_int_equal(count_files(place->folder), 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, journal_make_place, journal_remove_place)

int main(void)
{
	const struct CMUnitTest tests[] = { TEST(test_folder), TEST(test_list), TEST(test_sweep), TEST(test_no_name) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
