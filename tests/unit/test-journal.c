/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is written into a journal can be read; whose it is; and what is none. test-torn.c: what somebody tore. */
#include "unit.h"

#include "journal-place.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>

#define PLANS 400

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

static void same_step(const struct dax_step *a, const struct dax_step *b)
{
	assert_int_equal(a->kind, b->kind);
	assert_int_equal(a->device, b->device);
	assert_int_equal(a->from, b->from);
	assert_int_equal(a->to, b->to);
	assert_int_equal(a->range.start, b->range.start);
	assert_int_equal(a->range.end, b->range.end);
	assert_string_equal(a->driver ? a->driver : "none", b->driver ? b->driver : "none");
	assert_int_equal(a->final, b->final);
	assert_int_equal(a->ranges_known, b->ranges_known);
	assert_int_equal(a->n_ranges, b->n_ranges);
	if (a->n_ranges)
		assert_memory_equal(a->ranges, b->ranges, a->n_ranges * sizeof(*a->ranges));
	assert_int_equal(a->n_blocks, b->n_blocks);
	for (size_t i = 0; i < a->n_blocks; i++) {
		assert_int_equal(a->blocks[i].number, b->blocks[i].number);
		assert_int_equal(a->blocks[i].from, b->blocks[i].from);
		assert_int_equal(a->blocks[i].to, b->blocks[i].to);
	}
}

static void same_record(const struct place *place, const struct dax_record *record)
{
	const struct dax_plan *a = &place->plan, *b = &record->plan;

	assert_string_equal(record->verb, "align");
	assert_int_equal(record->pid, getpid());
	assert_int_equal(place->before.block_size, record->before.block_size);
	assert_int_equal(place->before.n_regions, record->before.n_regions);
	for (size_t i = 0; i < place->before.n_regions; i++) {
		assert_int_equal(place->before.regions[i].id, record->before.regions[i].id);
		assert_string_equal(place->before.regions[i].path, record->before.regions[i].path);
		assert_string_equal(place->before.regions[i].name, record->before.regions[i].name);
		assert_int_equal(place->before.regions[i].cookie, record->before.regions[i].cookie);
		assert_int_equal(place->before.regions[i].start, record->before.regions[i].start);
		assert_int_equal(place->before.regions[i].size, record->before.regions[i].size);
	}
	assert_int_equal(place->before.n_devices, record->before.n_devices);
	for (size_t i = 0; i < place->before.n_devices; i++) {
		assert_string_equal(place->before.devices[i].name, record->before.devices[i].name);
		assert_int_equal(place->before.devices[i].region, record->before.devices[i].region);
	}
	assert_int_equal(a->n_targets, b->n_targets);
	for (size_t i = 0; i < a->n_targets; i++) {
		assert_string_equal(a->targets[i].name, b->targets[i].name);
		assert_string_equal(a->targets[i].driver, b->targets[i].driver);
		assert_string_equal(a->targets[i].label_uuid, b->targets[i].label_uuid);
		assert_int_equal(a->targets[i].region, b->targets[i].region);
		assert_int_equal(a->targets[i].created, b->targets[i].created);
		assert_int_equal(a->targets[i].deleted, b->targets[i].deleted);
		assert_string_equal(record->journal.names[i], a->targets[i].created ? "" : a->targets[i].name);
	}
	assert_int_equal(a->n_steps, b->n_steps);
	for (size_t i = 0; i < a->n_steps; i++) {
		same_step(&a->steps[i], &b->steps[i]);
		assert_int_equal(dax_record_status(record, i), DAX_STEP_PENDING);
	}
}

static void test_round_trip(void **state)
{
	struct place *place = *state;
	struct dice dice = { journal_seed() };

	for (size_t i = 0; i < PLANS; i++) {
		_cleanup_record_ struct dax_record record = DAX_RECORD_INIT;
		_cleanup_error_ struct dax_error err = DAX_ERROR_INIT;
		struct stat st;

		journal_make_plan(place, &dice);
		journal_begin(place);
		assert_int_equal(stat(place->journal.path, &st), 0);
		assert_int_equal(st.st_mode & 0777, 0600);
		if (dax_journal_read(place->journal.path, &record, &err))
			fail_msg("%s", err.message);
		assert_true(record.alive);
		same_record(place, &record);
		assert_int_equal(dax_journal_remove(&place->journal, &err), 0);
		dax_journal_close(&place->journal);
		assert_int_equal(count_files(place->folder), 0);
		journal_drop_plan(place);
	}
}

/* A mark is there for whoever reads, without a system call of who makes it; and so is a name. */
static void test_marks(void **state)
{
	struct place *place = *state;
	_cleanup_record_ struct dax_record record = DAX_RECORD_INIT;
	struct dice dice = { journal_seed() };

	journal_make_plan(place, &dice);
	journal_begin(place);
	for (size_t i = 0; i < place->plan.n_steps; i++)
		dax_journal_mark(&place->journal, i, (enum dax_step_status)(i % (DAX_STEP_LAST + 1)));
	strcpy(place->journal.names[0], "dax9.77");
	_cleanup_free_ char *path = journal_leave_behind(place);
	assert_int_equal(dax_journal_read(path, &record, NULL), 0);
	assert_false(record.alive);
	for (size_t i = 0; i < place->plan.n_steps; i++)
		assert_int_equal(dax_record_status(&record, i), i % (DAX_STEP_LAST + 1));
	assert_string_equal(record.journal.names[0], "dax9.77");
}

static void test_owner(void **state)
{
	struct place *place = *state;
	struct dice dice = { journal_seed() };
	int up[2];
	char path[PATH_MAX] = "";

	journal_make_plan(place, &dice);
	assert_int_equal(pipe(up), 0);
	pid_t pid = fork();
	if (pid == 0) {
		journal_begin(place);
		(void)!write(up[1], place->journal.path, strlen(place->journal.path) + 1);
		pause();
		_exit(0);
	}
	assert_true(read(up[0], path, sizeof(path)) > 0);
	/* Any number of readers, and none is taken for the owner. */
	for (int i = 0; i < 3; i++) {
		_cleanup_record_ struct dax_record first = DAX_RECORD_INIT, second = DAX_RECORD_INIT;

		assert_int_equal(dax_journal_read(path, &first, NULL), 0);
		assert_int_equal(dax_journal_read(path, &second, NULL), 0);
		assert_true(first.alive && second.alive);
		assert_int_equal(first.pid, pid);
		assert_int_equal(dax_journal_claim(&first.journal), -EAGAIN);
	}
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	close(up[0]);
	close(up[1]);
	_cleanup_record_ struct dax_record first = DAX_RECORD_INIT, second = DAX_RECORD_INIT;
	_cleanup_record_ struct dax_record third = DAX_RECORD_INIT;

	assert_int_equal(dax_journal_read(path, &first, NULL), 0);
	assert_int_equal(dax_journal_read(path, &second, NULL), 0);
	assert_false(first.alive || second.alive);
	assert_int_equal(dax_journal_claim(&second.journal), 0);
	assert_int_equal(dax_journal_read(path, &third, NULL), 0);
	assert_true(third.alive);
}

static const char loans[][DAX_NAME_MAX] = { "policy online_movable", "unbound dax3.12", "id fsdev_dax dax0.1",
					    "spare dax0.2" };

static void test_loans(void **state)
{
	struct place *place = *state;
	struct dice dice = { journal_seed() };

	journal_make_plan(place, &dice);
	journal_begin(place);
	size_t size = journal_size(place->journal.path), n = ARRAY_SIZE(loans);
	assert_int_equal(dax_journal_lend(&place->journal, loans, 1), 0);
	assert_int_equal(dax_journal_lend(&place->journal, &loans[1], n - 1), 0);
	_cleanup_free_ char *path = journal_leave_behind(place);
	assert_int_equal(journal_size(path), size + sizeof(loans));
	/* Torn: the last was not taken yet. */
	for (size_t less = 0; less <= sizeof(loans); less++) {
		_cleanup_record_ struct dax_record record = DAX_RECORD_INIT;

		assert_int_equal(truncate(path, (off_t)(size + sizeof(loans) - less)), 0);
		assert_int_equal(dax_journal_read(path, &record, NULL), 0);
		same_record(place, &record);
		assert_int_equal(record.journal.n_loans, (sizeof(loans) - less) / DAX_NAME_MAX);
		for (size_t i = 0; i < record.journal.n_loans; i++)
			assert_string_equal(record.journal.loans[i], loans[i]);
	}
	assert_null(dax_loan_device(loans[0]));
	assert_string_equal(dax_loan_device(loans[1]), "dax3.12");
	assert_string_equal(dax_loan_device(loans[2]), "dax0.1");
	assert_string_equal(dax_loan_device(loans[3]), "dax0.2");
}

static void test_no_loans(void **state)
{
	static const char *const none[] = { "",		   "policy ",	 "policy none", "unbound ",	  "unbound ../dax0.1",
					    "unbound 0.1", "dax0.1",	 "id dax0.1",	"id weird dax0.1", "id kmem",
					    "id kmem 0.1", "spare 0.1", "spare",	"id kmem  dax0.1" };
	struct place *place = *state;
	struct dice dice = { journal_seed() };

	journal_make_plan(place, &dice);
	journal_begin(place);
	_cleanup_free_ char *path = journal_leave_behind(place);
	_cleanup_close_ int fd = open(path, O_WRONLY | O_CLOEXEC);
	off_t end = (off_t)journal_size(path);
	for (size_t i = 0; i < ARRAY_SIZE(none); i++) {
		char loan[DAX_NAME_MAX] = "";

		snprintf(loan, sizeof(loan), "%s", none[i]);
		assert_int_equal(pwrite(fd, loan, sizeof(loan), end), sizeof(loan));
		if (journal_is_sound(path))
			fail_msg("'%s' is no loan", none[i]);
	}
}

static void make_file(const char *path, const char *text, mode_t mode)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, strlen(text)), strlen(text));
	assert_int_equal(fchmod(fd, mode), 0);
	close(fd);
}

static int read_code(const char *path)
{
	_cleanup_record_ struct dax_record record = DAX_RECORD_INIT;
	_cleanup_error_ struct dax_error err = DAX_ERROR_INIT;
	int r = dax_journal_read(path, &record, &err);

	assert_int_equal(r, -err.code);
	assert_true(!r || err.message);
	return r;
}

static void test_foreign(void **state)
{
	struct place *place = *state;
	struct dice dice = { journal_seed() };
	char other[PATH_MAX];

	journal_make_plan(place, &dice);
	journal_begin(place);
	_cleanup_free_ char *path = journal_leave_behind(place);
	snprintf(other, sizeof(other), "%s/x.journal", place->folder);
	assert_int_equal(symlink(path, other), 0);
	assert_int_equal(read_code(other), -ELOOP);
	unlink(other);
	assert_int_equal(mkfifo(other, 0600), 0);
	assert_int_equal(read_code(other), -EPROTO);
	unlink(other);
	assert_int_equal(mkdir(other, 0700), 0);
	assert_int_equal(read_code(other), -EISDIR);
	rmdir(other);
	make_file(other, "", 0600);
	assert_int_equal(read_code(other), -EPROTO);
	unlink(other);
	make_file(other, "daxadm-journal 1\nverb align\npid 1\nblock-size 1\nregions 99999999999\n", 0600);
	assert_int_equal(read_code(other), -EPROTO);
	unlink(other);
	assert_int_equal(read_code(other), -ENOENT);
	assert_int_equal(read_code(path), 0);
	assert_int_equal(chmod(path, 0620), 0);
	assert_int_equal(read_code(path), -EPROTO);
	assert_int_equal(chmod(path, 0600), 0);
	if (chown(path, 4711, 4711) == 0)
		assert_int_equal(read_code(path), -EPROTO);
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

#define TEST(name) cmocka_unit_test_setup_teardown(name, journal_make_place, journal_remove_place)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_round_trip), TEST(test_marks),   TEST(test_owner),  TEST(test_loans),
		TEST(test_no_loans),   TEST(test_foreign), TEST(test_folder), TEST(test_list),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
