/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One change at a time, with two processes; and what may stand where the lock should be. */
#include "unit.h"

#include "run/lock.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>

/* A folder of its own for each test. */
struct place {
	char parent[PATH_MAX - 64];
	char folder[PATH_MAX - 32]; /* of the lock */
	char path[PATH_MAX];        /* the lock */
	char other[PATH_MAX];
};

static int make_place(void **state)
{
	struct place *place = calloc(1, sizeof(*place));
	const char *tmp = getenv("TMPDIR");

	assert_non_null(place);
	*state = place;
	snprintf(place->parent, sizeof(place->parent), "%s/daxadm-lock-XXXXXX", tmp ? tmp : "/tmp");
	assert_non_null(mkdtemp(place->parent));
	snprintf(place->folder, sizeof(place->folder), "%s/run", place->parent);
	snprintf(place->path, sizeof(place->path), "%s/" DAX_LOCK_NAME, place->folder);
	snprintf(place->other, sizeof(place->other), "%s/other", place->parent);
	return 0;
}

static int remove_place(void **state)
{
	struct place *place = *state;

	char command[PATH_MAX + 16];

	snprintf(command, sizeof(command), "rm -rf '%s'", place->parent);
	(void)!system(command);
	free(place);
	return 0;
}

static double now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

/* A process that takes the lock, says so, and holds it until TELL is closed, or it is killed. */
static pid_t start_holder(const struct place *place, int *tell)
{
	int up[2], down[2];
	char byte = 0;

	assert_int_equal(pipe(up), 0);
	assert_int_equal(pipe(down), 0);
	pid_t pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		int fd = -1;

		close(down[1]);
		if (dax_lock_take(place->folder, 5, "align", &fd, NULL) || write(up[1], "x", 1) != 1)
			_exit(1);
		(void)!read(down[0], &byte, 1);
		_exit(0);
	}
	close(up[1]);
	close(down[0]);
	assert_int_equal(read(up[0], &byte, 1), 1);
	close(up[0]);
	*tell = down[1];
	return pid;
}

static void end_holder(pid_t pid, int tell)
{
	int status = 0;

	close(tell);
	assert_int_equal(waitpid(pid, &status, 0), pid);
}

static void check_free(const struct place *place)
{
	_cleanup_error_ struct dax_error err = DAX_ERROR_INIT;
	int fd = -1;

	if (dax_lock_take(place->folder, 0, "list", &fd, &err))
		fail_msg("%s", err.message);
	close(fd);
}

static void test_holder_is_named(void **state)
{
	const struct place *place = *state;
	_cleanup_error_ struct dax_error err = DAX_ERROR_INIT;
	char named[64];
	int tell = -1, fd = 5;
	pid_t pid = start_holder(place, &tell);
	double start = now();

	assert_int_equal(dax_lock_take(place->folder, 1, "enable-device", &fd, &err), -EAGAIN);
	assert_true(now() - start >= 1.0);
	assert_int_equal(fd, -1);
	snprintf(named, sizeof(named), "by pid %d (daxadm align)", (int)pid);
	assert_error(&err, EAGAIN, named);
	assert_non_null(strstr(err.hint, "--wait"));
	/* Not to wait is not to wait. */
	start = now();
	assert_int_equal(dax_lock_take(place->folder, 0, "enable-device", &fd, &err), -EAGAIN);
	assert_true(now() - start < 0.9);
	end_holder(pid, tell);
	check_free(place);
}

static void test_waits(void **state)
{
	const struct place *place = *state;
	_cleanup_error_ struct dax_error err = DAX_ERROR_INIT;
	int tell = -1, fd = -1;
	pid_t pid = start_holder(place, &tell), closer = fork();

	if (closer == 0) {
		usleep(200000);
		_exit(0); /* the last copy of TELL, but for ours, which is closed below */
	}
	close(tell);
	if (dax_lock_take(place->folder, 30, "enable-device", &fd, &err))
		fail_msg("%s", err.message);
	close(fd);
	waitpid(closer, NULL, 0);
	waitpid(pid, NULL, 0);
}

/* The kernel frees it. */
static void test_killed(void **state)
{
	const struct place *place = *state;
	int tell = -1;
	pid_t pid = start_holder(place, &tell);

	kill(pid, SIGKILL);
	end_holder(pid, tell);
	check_free(place);
}

/* Who removes the file while it is held lets a second one in; but nobody ever holds a file that is gone. */
static void test_removed(void **state)
{
	const struct place *place = *state;
	_cleanup_error_ struct dax_error err = DAX_ERROR_INIT;
	struct stat ours, there;
	int tell = -1, status = 0, fd = -1;
	pid_t pid = start_holder(place, &tell), waiter = fork();

	if (waiter == 0) {
		close(tell);
		if (dax_lock_take(place->folder, 20, "enable-device", &fd, NULL))
			_exit(1);
		_exit(fstat(fd, &ours) || stat(place->path, &there) || ours.st_ino != there.st_ino ? 2 : 0);
	}
	usleep(200000); /* the waiter has the old file open */
	assert_int_equal(unlink(place->path), 0);
	end_holder(pid, tell);
	assert_int_equal(waitpid(waiter, &status, 0), waiter);
	assert_int_equal(WEXITSTATUS(status), 0);
	assert_true(WIFEXITED(status));
}

/* What a hint says works: the command in it makes way, and nothing is lost. */
static void follow(const struct place *place, const char *hint)
{
	const char *start = strchr(hint, '\'');
	char command[3 * PATH_MAX];

	assert_non_null(start);
	snprintf(command, sizeof(command), "%.*s", (int)strcspn(start + 1, "'"), start + 1);
	assert_int_equal(system(command), 0);
	check_free(place);
	unlink(place->path);
	snprintf(command, sizeof(command), "cd '%s' && rm -rf run.old run/not-the-lock", place->parent);
	assert_int_equal(system(command), 0);
}

static void check_refused(const struct place *place, int code)
{
	_cleanup_error_ struct dax_error err = DAX_ERROR_INIT;
	int fd = 5;

	assert_int_equal(dax_lock_take(place->folder, 0, "align", &fd, &err), -code);
	assert_int_equal(fd, -1);
	assert_non_null(strstr(err.message, place->path));
	follow(place, err.hint);
}

static void make_file(const char *path)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, "precious", 8), 8);
	close(fd);
}

static void check_precious(const char *path)
{
	char text[16] = "";
	_cleanup_close_ int fd = open(path, O_RDONLY | O_CLOEXEC);

	assert_int_equal(read(fd, text, sizeof(text)), 8);
	assert_string_equal(text, "precious");
}

static void make_folder(const struct place *place)
{
	assert_int_equal(mkdir(place->folder, 0700), 0);
}

static void test_not_a_file(void **state)
{
	const struct place *place = *state;

	make_folder(place);
	make_file(place->other);
	assert_int_equal(symlink(place->other, place->path), 0);
	check_refused(place, ELOOP);
	/* A symbolic link that leads nowhere makes nothing. */
	assert_int_equal(symlink("nowhere", place->path), 0);
	check_refused(place, ELOOP);
	assert_int_equal(link(place->other, place->path), 0);
	check_refused(place, EPERM);
	assert_int_equal(mkfifo(place->path, 0600), 0);
	check_refused(place, EPERM);
	assert_int_equal(mkdir(place->path, 0700), 0);
	check_refused(place, EISDIR);
	check_precious(place->other);
}

static void test_of_somebody_else(void **state)
{
	const struct place *place = *state;

	make_folder(place);
	make_file(place->path);
	if (chown(place->path, 4711, 4711)) {
		print_message("# needs root\n");
		return;
	}
	check_refused(place, EPERM);
}

static void test_no_folder(void **state)
{
	_cleanup_error_ struct dax_error err = DAX_ERROR_INIT;
	int fd = 5;

	(void)state;
	assert_int_equal(dax_lock_take("/nowhere/daxadm", 0, "align", &fd, &err), -ENOENT);
	assert_error(&err, ENOENT, "cannot create the journal directory /nowhere/daxadm");
	assert_non_null(strstr(err.hint, "mkdir -p /nowhere/daxadm"));
	assert_int_equal(fd, -1);
}

/* It holds the lock, and has written nothing: what stands there is of somebody before it. */
static void test_holder_is_another_program(void **state)
{
	const struct place *place = *state;
	_cleanup_error_ struct dax_error err = DAX_ERROR_INIT;
	char named[64];
	int status = 0, fd = 5, ready[2];
	char byte = 0;

	check_free(place);
	assert_int_equal(pipe(ready), 0);
	pid_t pid = fork();
	if (pid == 0) {
		dup2(ready[1], 1);
		execlp("flock", "flock", place->path, "sh", "-c", "echo; exec sleep 100", NULL);
		_exit(1);
	}
	close(ready[1]);
	assert_int_equal(read(ready[0], &byte, 1), 1);
	assert_int_equal(dax_lock_take(place->folder, 0, "align", &fd, &err), -EAGAIN);
	snprintf(named, sizeof(named), "another change is under way, by pid %d (flock)", (int)pid);
	assert_error(&err, EAGAIN, named);
	kill(pid, SIGKILL);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	close(ready[0]);
}

/* Who took it has ended, and a child has it: nobody is named in its place. */
static void test_holder_has_ended(void **state)
{
	const struct place *place = *state;
	_cleanup_error_ struct dax_error err = DAX_ERROR_INIT;
	int tell[2], fd = -1, status = 0;

	assert_int_equal(pipe(tell), 0);
	pid_t pid = fork();
	if (pid == 0) {
		if (dax_lock_take(place->folder, 0, "align", &fd, NULL))
			_exit(1);
		if (fork() == 0) {
			close(tell[1]); /* the read ends when the test lets it */
			(void)!read(tell[0], &status, 1);
		}
		_exit(0);
	}
	close(tell[0]);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
	assert_int_equal(dax_lock_take(place->folder, 0, "enable-device", &fd, &err), -EAGAIN);
	assert_error(&err, EAGAIN, "another process holds the lock");
	close(tell[1]);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, make_place, remove_place)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_holder_is_named), TEST(test_waits),      TEST(test_killed),
		TEST(test_removed),         TEST(test_not_a_file), TEST(test_of_somebody_else),
		TEST(test_holder_is_another_program), TEST(test_holder_has_ended),
		cmocka_unit_test(test_no_folder),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
