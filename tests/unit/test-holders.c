/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Who holds a device, found by its number: with other character devices, since there may be no dax device here. */
#include "plan/plan.h"
#include "run/doer.h"
#include "run/guard-holders.h"
#include "state/holders.h"
#include "unit.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/wait.h>

/* /dev/zero, which nobody else has open; and a number of its major that no device has. */
#define ZERO makedev(1, 5)
#define NOTHING makedev(1, 251)

struct place {
	char folder[256];
	char node[512]; /* of ZERO: a name of our own, where nodes can be made */
	struct dax_sysfs sysfs;
	struct dax_target target;
	struct dax_plan plan;
	struct dax_apply_options options;
	char names[1][DAX_NAME_MAX];
	struct dax_doer doer;
};

static void put(const struct place *place, const char *name, const char *text)
{
	char command[1024];

	snprintf(command, sizeof(command), "f='%s/sys/%s'; mkdir -p \"${f%%/*}\" && echo '%s' >\"$f\"", place->folder,
		 name, text);
	assert_int_equal(system(command), 0);
}

static void remove_from(const struct place *place, const char *name)
{
	char command[512];

	snprintf(command, sizeof(command), "rm -rf '%s/%s'", place->folder, name);
	assert_int_equal(system(command), 0);
}

static int make_place(void **state)
{
	struct place *place = calloc(1, sizeof(*place));
	const char *tmp = getenv("TMPDIR");
	char root[512];

	assert_non_null(place);
	*state = place;
	snprintf(place->folder, sizeof(place->folder), "%s/daxadm-holders-XXXXXX", tmp ? tmp : "/tmp");
	assert_non_null(mkdtemp(place->folder));
	snprintf(place->node, sizeof(place->node), "%s/some file", place->folder);
	if (mknod(place->node, S_IFCHR | 0600, ZERO) || access(place->node, R_OK))
		strcpy(place->node, "/dev/zero");
	snprintf(root, sizeof(root), "%s/sys", place->folder);
	assert_int_equal(mkdir(root, 0700), 0);
	place->sysfs = (struct dax_sysfs)DAX_SYSFS_INIT;
	assert_int_equal(dax_sysfs_open(&place->sysfs, root, NULL), 0);
	strcpy(place->names[0], "dax0.1");
	place->plan.targets = &place->target;
	place->plan.n_targets = 1;
	place->doer = (struct dax_doer){ .sysfs = &place->sysfs, .plan = &place->plan, .options = &place->options,
					 .names = place->names };
	put(place, "bus/dax/drivers/device_dax/bind", "");
	put(place, "bus/dax/devices/dax0.1/dev", "1:5");
	return 0;
}

static int remove_place(void **state)
{
	struct place *place = *state;

	dax_sysfs_close(&place->sysfs);
	remove_from(place, "");
	free(place);
	return 0;
}

/* How the child holds it. */
enum way {
	OPEN,
	OPEN_TWICE,
	OPEN_BY_THREAD, /* whose process has otherwise ended */
};

static void *hold(void *up)
{
	(void)!write(*(int *)up, "x", 1);
	pause();
	return NULL;
}

static void be_holder(const char *node, enum way way, int up)
{
	static int where;
	pthread_t thread;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	prctl(PR_SET_NAME, "a (holder)");
	where = up;
	if (open(node, O_RDONLY) < 0 || (way == OPEN_TWICE && open(node, O_RDONLY) < 0))
		_exit(1);
	if (way == OPEN_BY_THREAD) {
		pthread_create(&thread, NULL, hold, &where);
		pthread_exit(NULL);
	}
	hold(&where);
}

/* Until the first thread of PID has ended. */
static void wait_for_zombie(pid_t pid)
{
	char path[64], state = '\0';

	snprintf(path, sizeof(path), "/proc/%d/stat", (int)pid);
	while (state != 'Z') {
		FILE *file = fopen(path, "re");

		assert_non_null(file);
		assert_int_equal(fscanf(file, "%*d (a (holder)) %c", &state), 1);
		fclose(file);
		usleep(1000);
	}
}

static pid_t start_holder(const struct place *place, enum way way)
{
	int up[2];
	char byte = 0;

	assert_int_equal(pipe(up), 0);
	pid_t pid = fork();
	assert_true(pid >= 0);
	if (pid == 0)
		be_holder(place->node, way, up[1]);
	close(up[1]);
	assert_int_equal(read(up[0], &byte, 1), 1);
	close(up[0]);
	if (way == OPEN_BY_THREAD)
		wait_for_zombie(pid);
	return pid;
}

static void end_holder(pid_t pid)
{
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
}

static const struct dax_holder *find_holder(const struct dax_held *held, pid_t pid)
{
	const struct dax_holder *found = NULL;

	for (size_t i = 0; i < held->n; i++) {
		assert_true(!i || held->holders[i].pid > held->holders[i - 1].pid);
		if (held->holders[i].pid == pid)
			found = &held->holders[i];
	}
	return found;
}

static void find(struct dax_held_list *list)
{
	_cleanup_error_ struct dax_error err = DAX_ERROR_INIT;
	_cleanup_close_ int null = open("/dev/null", O_RDONLY | O_CLOEXEC);

	assert_true(null >= 0);
	assert_int_equal(dax_held_add(list, false, NOTHING), 0);
	assert_int_equal(dax_held_add(list, false, ZERO), 0);
	if (dax_holders_find(list, &err))
		fail_msg("%s", err.message);
	assert_null(dax_held_by(list, false, makedev(7, 7)));
	assert_non_null(dax_held_by(list, false, NOTHING));
	assert_int_equal(dax_held_by(list, false, NOTHING)->n, 0);
	/* As /dev/null is, which is not in the list. */
	assert_true(list->others);
}

static void test_find(void **state)
{
	const struct place *place = *state;

	for (enum way way = OPEN; way <= OPEN_BY_THREAD; way++) {
		_cleanup_held_ struct dax_held_list with = { 0 }, without = { 0 };
		pid_t pid = start_holder(place, way);

		find(&with);
		end_holder(pid);
		const struct dax_holder *holder = find_holder(dax_held_by(&with, false, ZERO), pid);
		if (!holder)
			fail_msg("way %d: the holder is not found", (int)way);
		assert_true(holder->open);
		assert_false(holder->maps);
		assert_string_equal(holder->command, "a (holder)");
		find(&without);
		assert_null(find_holder(dax_held_by(&without, false, ZERO), pid));
	}
}

static void test_own_file(void **state)
{
	const struct place *place = *state;
	_cleanup_held_ struct dax_held_list list = { 0 };
	_cleanup_close_ int fd = open(place->node, O_RDONLY | O_CLOEXEC);

	assert_true(fd >= 0);
	find(&list);
	assert_non_null(find_holder(dax_held_by(&list, false, ZERO), getpid()));
}

/* Few devices can be mapped and stay what they are; one of them is /dev/mem. */
static void test_mapped(void **state)
{
	_cleanup_held_ struct dax_held_list list = { 0 };
	int fd = open("/dev/mem", O_RDONLY | O_CLOEXEC);
	void *map = fd < 0 ? MAP_FAILED : mmap(NULL, 4096, PROT_READ, MAP_SHARED, fd, 0);

	(void)state;
	if (fd >= 0)
		close(fd);
	if (map == MAP_FAILED) {
		print_message("# needs root, and a /dev/mem that can be mapped\n");
		return;
	}
	assert_int_equal(dax_held_add(&list, false, makedev(1, 1)), 0);
	assert_int_equal(dax_holders_find(&list, NULL), 0);
	munmap(map, 4096);
	const struct dax_holder *holder = find_holder(dax_held_by(&list, false, makedev(1, 1)), getpid());
	assert_non_null(holder);
	assert_true(holder->maps);
	assert_false(holder->open);
}

/* A disk is another device than the one that has its number, and is no dax device. */
static void test_disk(void **state)
{
	const struct place *place = *state;
	_cleanup_held_ struct dax_held_list list = { 0 };
	pid_t pid = start_holder(place, OPEN);

	assert_int_equal(dax_held_add(&list, true, ZERO), 0);
	assert_int_equal(dax_held_add(&list, false, ZERO), 0);
	assert_int_equal(dax_held_add(&list, true, NOTHING), 0);
	assert_int_equal(dax_holders_find(&list, NULL), 0);
	end_holder(pid);
	assert_false(list.items[0].disk);
	assert_non_null(find_holder(dax_held_by(&list, false, ZERO), pid));
	assert_int_equal(dax_held_by(&list, true, ZERO)->n, 0);
	assert_null(dax_held_by(&list, false, NOTHING));
}

static void check_passed(struct place *place, enum dax_step_kind kind, const char *driver)
{
	const struct dax_step step = { .kind = kind, .driver = driver };
	_cleanup_error_ struct dax_error err = DAX_ERROR_INIT;

	if (dax_check_holders(&place->doer, &step, 1, &err))
		fail_msg("%s", err.message);
}

static void check_refused(struct place *place, enum dax_step_kind kind, const char *text)
{
	const struct dax_step step = { .kind = kind, .driver = "device_dax" };
	_cleanup_error_ struct dax_error err = DAX_ERROR_INIT;

	assert_int_equal(dax_check_holders(&place->doer, &step, 1, &err), -EBUSY);
	assert_error(&err, EBUSY, text);
	assert_non_null(strstr(err.hint, "--force=in-use"));
}

static void test_check(void **state)
{
	struct place *place = *state;
	pid_t pid = start_holder(place, OPEN);
	char text[128];

	put(place, "module/device_dax/refcnt", "2");
	snprintf(text, sizeof(text), "pid %d (a (holder)) has it open", (int)pid);
	check_refused(place, DAX_STEP_UNBIND, text);
	check_refused(place, DAX_STEP_UNBIND, "dax0.1 is in use: ");
	check_refused(place, DAX_STEP_BIND, "dax0.1 is still in use: ");
	check_passed(place, DAX_STEP_UNBIND, "kmem");
	check_passed(place, DAX_STEP_BIND, "kmem");
	check_passed(place, DAX_STEP_SET_SIZE, NULL);
	place->target.created = true;
	check_passed(place, DAX_STEP_BIND, "device_dax");
	check_refused(place, DAX_STEP_UNBIND, text);
	place->target.created = false;
	place->options.risks = DAX_RISK_IN_USE;
	check_passed(place, DAX_STEP_UNBIND, "device_dax");
	place->options.risks = DAX_RISK_LOSE_DATA;
	check_refused(place, DAX_STEP_UNBIND, text);
	/* Nobody is looked for where the driver counts nobody. */
	put(place, "module/device_dax/refcnt", "0");
	check_passed(place, DAX_STEP_UNBIND, "device_dax");
	/* The file may be one of the other driver's. */
	put(place, "module/fsdev_dax/refcnt", "1");
	check_refused(place, DAX_STEP_UNBIND, text);
	end_holder(pid);
}

/* A driver that is no module counts nobody: whoever is found is. */
static void test_no_module(void **state)
{
	struct place *place = *state;
	pid_t pid = start_holder(place, OPEN);

	check_refused(place, DAX_STEP_UNBIND, "dax0.1 is in use: ");
	remove_from(place, "sys/bus/dax/drivers");
	check_passed(place, DAX_STEP_UNBIND, "device_dax"); /* it is not even there */
	end_holder(pid);
	put(place, "bus/dax/drivers/device_dax/bind", "");
	put(place, "bus/dax/devices/dax0.1/dev", "251:251");
	check_passed(place, DAX_STEP_UNBIND, "device_dax");
}

/* The driver counts somebody whom nobody sees; unless it can be somebody who has another device. */
static void test_hidden(void **state)
{
	struct place *place = *state;

	put(place, "module/device_dax/refcnt", "2");
	put(place, "bus/dax/devices/dax0.1/dev", "251:251");
	check_refused(place, DAX_STEP_UNBIND, "dax0.1 may be in use: ");
	put(place, "bus/dax/devices/dax0.1/dev", "1:251");
	check_passed(place, DAX_STEP_UNBIND, "device_dax");
}

/* What the kernel has a disk for is said, and never passed; and is looked for only where anything is in use. */
static void test_use_of_disk(void **state)
{
	struct place *place = *state;
	const struct dax_step step = { .kind = DAX_STEP_DESTROY_NAMESPACE,
				       .was = { .mode = DAX_NAMESPACE_RAW } };
	_cleanup_error_ struct dax_error err = DAX_ERROR_INIT;

	put(place, "bus/nd/devices/namespace0.1/size", "1048576");
	put(place, "bus/nd/devices/namespace0.1/driver/bind", "");
	put(place, "bus/nd/devices/namespace0.1/block/pmem77/dev", "251:7");
	put(place, "block/pmem77/dev", "251:7");
	put(place, "module/nd_pmem/refcnt", "1");
	place->options.risks = DAX_RISK_IN_USE;
	assert_int_equal(dax_check_holders(&place->doer, &step, 1, &err), 0);
	put(place, "block/pmem77/pmem77p1/dev", "251:8");
	put(place, "block/pmem77/pmem77p1/holders/dm-3/dev", "");
	put(place, "block/dm-3/dm/name", "root");
	assert_int_equal(dax_check_holders(&place->doer, &step, 1, &err), -EBUSY);
	assert_error(&err, EBUSY, "namespace0.1 is in use: pmem77 is in use by dm-3 (root)");
	put(place, "module/nd_pmem/refcnt", "0");
	assert_int_equal(dax_check_holders(&place->doer, &step, 1, &err), 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, make_place, remove_place)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_find),  TEST(test_own_file),  TEST(test_mapped), TEST(test_disk),
		TEST(test_check), TEST(test_no_module), TEST(test_hidden), TEST(test_use_of_disk),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
