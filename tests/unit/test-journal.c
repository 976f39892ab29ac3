/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is written into a journal can be read; whose it is; and what is none. test-torn.c: what somebody tore. */
#include "unit.h"

#include "journal-place.h"
#include "run/journal-folder.h"
#include "run/journal-marks.h"
#include "run/journal-read.h"
#include "run/loans.h"

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

static void same_ranges(const struct dax_range *a, size_t n_a, const struct dax_range *b, size_t n_b)
{
	assert_int_equal(n_a, n_b);
	if (n_a)
		assert_memory_equal(a, b, n_a * sizeof(*a));
}

static void same_step(const struct dax_step *a, const struct dax_step *b)
{
	assert_int_equal(a->kind, b->kind);
	assert_int_equal(a->target, b->target);
	assert_int_equal(a->from, b->from);
	assert_int_equal(a->to, b->to);
	assert_int_equal(a->range.start, b->range.start);
	assert_int_equal(a->range.end, b->range.end);
	assert_string_equal(a->driver ? a->driver : "none", b->driver ? b->driver : "none");
	assert_int_equal(a->final, b->final);
	assert_int_equal(a->ranges_known, b->ranges_known);
	same_ranges(a->ranges, a->n_ranges, b->ranges, b->n_ranges);
	same_ranges(a->became, a->n_became, b->became, b->n_became);
	assert_int_equal(a->n_blocks, b->n_blocks);
	for (size_t i = 0; i < a->n_blocks; i++) {
		assert_int_equal(a->blocks[i].number, b->blocks[i].number);
		assert_int_equal(a->blocks[i].from, b->blocks[i].from);
		assert_int_equal(a->blocks[i].to, b->blocks[i].to);
	}
}

static bool is_changed(const struct dax_plan *plan, const struct dax_device *device)
{
	for (size_t i = 0; i < plan->n_targets; i++) {
		if (!plan->targets[i].created && strcmp(plan->targets[i].name, device->name) == 0)
			return true;
	}
	return false;
}

/* Of those that the plan changes all that recover needs, to know them again. */
static void same_device(const struct dax_plan *plan, const struct dax_device *a, const struct dax_device *b)
{
	assert_string_equal(a->name, b->name);
	assert_int_equal(a->region, b->region);
	if (!is_changed(plan, a))
		return;
	assert_int_equal(a->size, b->size);
	assert_int_equal(a->align, b->align);
	assert_int_equal(a->ranges_known, b->ranges_known);
	same_ranges(a->ranges, a->n_ranges, b->ranges, b->n_ranges);
	assert_int_equal(a->memory.total, b->memory.total);
	for (size_t i = 0; i < a->memory.total; i++) {
		assert_int_equal(a->memory.blocks[i].number, b->memory.blocks[i].number);
		assert_int_equal(a->memory.blocks[i].state, b->memory.blocks[i].state);
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
		same_device(a, &place->before.devices[i], &record->before.devices[i]);
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
					    "spare dax0.2", "unbound 4711 dax7.8" };

static void test_loans(void **state)
{
	struct place *place = *state;
	struct dice dice = { journal_seed() };

	journal_make_plan(place, &dice);
	journal_begin(place);
	size_t size = journal_size(place->journal.path), n = ARRAY_SIZE(loans);
	assert_int_equal(dax_journal_lend(&place->journal, loans, 1), -ENOSPC);
	assert_int_equal(dax_journal_make_room(&place->journal, n), 0);
	assert_int_equal(journal_size(place->journal.path), size + sizeof(loans));
	assert_int_equal(dax_journal_lend(&place->journal, loans, 1), 0);
	assert_int_equal(dax_journal_lend(&place->journal, &loans[1], n - 1), 0);
	assert_int_equal(dax_journal_lend(&place->journal, loans, 1), -ENOSPC);
	/* What was given back makes room. */
	place->journal.loans[2][0] = '\0';
	assert_int_equal(dax_journal_lend(&place->journal, &loans[2], 2), -ENOSPC);
	assert_int_equal(dax_journal_lend(&place->journal, &loans[2], 1), 0);
	assert_int_equal(dax_journal_lent_to(&place->journal), dax_driver_bit("fsdev_dax"));
	_cleanup_free_ char *path = journal_leave_behind(place);
	assert_int_equal(journal_size(path), size + sizeof(loans));
	_cleanup_record_ struct dax_record record = DAX_RECORD_INIT;
	assert_int_equal(dax_journal_read(path, &record, NULL), 0);
	same_record(place, &record);
	assert_int_equal(record.journal.room, n);
	for (size_t i = 0; i < n; i++)
		assert_string_equal(record.journal.loans[i], loans[i]);
	assert_null(dax_loan_device(loans[0]));
	assert_int_equal(dax_loan_serial(loans[1]), 0);
	assert_int_equal(dax_loan_serial(loans[4]), 4711);
	assert_string_equal(dax_loan_device(loans[4]), "dax7.8");
	assert_string_equal(dax_loan_device(loans[1]), "dax3.12");
	assert_string_equal(dax_loan_device(loans[2]), "dax0.1");
	assert_string_equal(dax_loan_device(loans[3]), "dax0.2");
}

static void test_no_loans(void **state)
{
	static const char *const none[] = { "unbound x dax0.1", "policy ",	 "policy none", "unbound ",	  "unbound ../dax0.1",
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
	assert_int_equal(read_code(other), -EPROTO);
	unlink(other);
	assert_int_equal(mkfifo(other, 0600), 0);
	assert_int_equal(read_code(other), -EPROTO);
	unlink(other);
	assert_int_equal(mkdir(other, 0700), 0);
	assert_int_equal(read_code(other), -EPROTO);
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

#define TEST(name) cmocka_unit_test_setup_teardown(name, journal_make_place, journal_remove_place)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_round_trip), TEST(test_marks),   TEST(test_owner),  TEST(test_loans),
		TEST(test_no_loans),   TEST(test_foreign),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
