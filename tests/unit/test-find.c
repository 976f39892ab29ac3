/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Numbers of namespaces and regions change at each boot: what a journal is about is found again, or it
 * is not.
 */
#include "unit.h"

#include "plan/plan-make.h"
#include "run/find-target.h"
#include "run/journal-marks.h"
#include "run/journal-read.h"
#include "run/judge.h"
#include "run/left-behind.h"
#include "run/recover.h"
#include "scene-namespace.h"
#include "state/scan-uuid.h"
#include "state/topology.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>

#define OTHER "11111111-2222-4333-8444-555555555555"
#define BUS   "devices/acpi/ndbus0"

/* A tree as /sys, and the folder that journals go to. */
struct place {
	char folder[64];
	struct dax_sysfs sysfs;
};

static int make_place(void **state)
{
	struct place *place = calloc(1, sizeof(*place));
	char command[128];

	assert_non_null(place);
	strcpy(place->folder, "/tmp/daxadm-find.XXXXXX");
	assert_non_null(mkdtemp(place->folder));
	snprintf(command, sizeof(command), "mkdir -p %s/bus/nd/devices", place->folder);
	assert_int_equal(system(command), 0);
	assert_int_equal(dax_sysfs_open(&place->sysfs, place->folder, NULL), 0);
	*state = place;
	return 0;
}

static int remove_place(void **state)
{
	struct place *place = *state;
	char command[128];

	dax_sysfs_close(&place->sysfs);
	snprintf(command, sizeof(command), "rm -rf %s", place->folder);
	(void)!system(command);
	free(place);
	return 0;
}

static void put(const struct place *place, const char *dir, const char *attr, const char *value)
{
	char path[256];
	FILE *file = NULL;

	snprintf(path, sizeof(path), "%s/%s/%s", place->folder, dir, attr);
	file = fopen(path, "w");
	assert_non_null(file);
	fprintf(file, "%s\n", value);
	assert_int_equal(fclose(file), 0);
}

/* The folder of a thing on the nd bus, with the link to it. */
static void make_thing(const struct place *place, const char *name, const char *dir)
{
	char path[256], target[256];

	snprintf(path, sizeof(path), "mkdir -p %s/%s", place->folder, dir);
	assert_int_equal(system(path), 0);
	snprintf(path, sizeof(path), "%s/bus/nd/devices/%s", place->folder, name);
	snprintf(target, sizeof(target), "../../../%s", dir);
	assert_int_equal(symlink(target, path), 0);
}

static void make_region(const struct place *place, int id, const char *cookie, const char *start,
			bool labelled)
{
	char name[32], dir[64];

	snprintf(name, sizeof(name), "region%d", id);
	snprintf(dir, sizeof(dir), BUS "/%s", name);
	make_thing(place, name, dir);
	put(place, dir, "size", "1073741824");
	put(place, dir, "nstype", labelled ? "5" : "4");
	put(place, dir, "set_cookie", cookie);
	put(place, dir, "resource", start);
}

static void make_namespace(const struct place *place, int region_id, int id, const char *uuid)
{
	char name[32], dir[64];

	snprintf(name, sizeof(name), "namespace%d.%d", region_id, id);
	snprintf(dir, sizeof(dir), BUS "/region%d/%s", region_id, name);
	make_thing(place, name, dir);
	put(place, dir, "size", "268435456");
	put(place, dir, "uuid", uuid);
	put(place, dir, "holder", "");
}

static const struct dax_region was = {
	.id = 0, .kind = DAX_REGION_ND, .cookie = 0xc0, .start = 0x100000000, .size = DAX_GIB
};

/* EXPECTED: the name; "" for none. */
static void found(struct place *place, const struct dax_region *region, const char *uuid,
		  const char *expected)
{
	_cleanup_error_ struct dax_error err = DAX_ERROR_INIT;
	char name[DAX_NAME_MAX];

	if (dax_topology_find_again(&place->sysfs, region, uuid, name, &err))
		fail_msg("%s", err.message);
	assert_string_equal(name, expected);
}

static void test_labels(void **state)
{
	struct place *place = *state;

	make_region(place, 0, "0xc1", "0x200000000", true);
	make_region(place, 1, "0xc0", "0x100000000", true);
	make_namespace(place, 1, 0, SCENE_UUID);
	make_namespace(place, 1, 1, OTHER);
	/* Neither by its own number nor by that of its region. */
	found(place, &was, SCENE_UUID, "dax1.0");
	found(place, &was, OTHER, "dax1.1");
	found(place, &was, "22222222-2222-4333-8444-555555555555", "");
	/* One that was moved with its label is the one; of copies it is the one that is where it was. */
	make_namespace(place, 0, 0, SCENE_UUID);
	found(place, &was, SCENE_UUID, "dax1.0");
	struct dax_region gone = was;
	gone.cookie = 0; /* not known */
	gone.start = 0x300000000;
	found(place, &gone, OTHER, "dax1.1");
	found(place, &gone, SCENE_UUID, "");
	/* What somebody has made elsewhere with the same uuid is not the one. */
	gone.cookie = 0xc3;
	found(place, &gone, OTHER, "");
}

/* Without labels it is the region that is known. */
static void test_without_labels(void **state)
{
	struct place *place = *state;
	struct dax_region region = was;

	make_region(place, 3, "0xc0", "0x300000000", false);
	make_namespace(place, 3, 0, "");
	found(place, &region, "", "dax3.0");
	region.size *= 2;
	found(place, &region, "", "");
	region = was;
	region.cookie = 0; /* as on machines that have only addresses */
	found(place, &region, "", "");
	region.start = 0x300000000;
	found(place, &region, "", "dax3.0");
	/* It is told from another one with the same cookie by where it is. */
	make_region(place, 4, "0xc0", "0x400000000", false);
	make_namespace(place, 4, 0, "");
	found(place, &was, "", "");
	region = was;
	region.start = 0x400000000;
	found(place, &region, "", "dax4.0");
	/* One that has labels by now is not what it was. */
	put(place, BUS "/region4", "nstype", "5");
	found(place, &region, "", "");
}

/* A plan about the namespace of scene_persistent(), in the region of was. */
static void plan_align(struct dax_topology *machine, struct dax_plan *plan, bool labelled)
{
	static char names[][DAX_NAME_MAX] = { "dax0.0" };
	const struct dax_request request = { .verb = DAX_VERB_RECONFIGURE,
					     .devices = names,
					     .n_devices = 1,
					     .has_align = true,
					     .align = 4 * DAX_KIB,
					     .risks = DAX_RISK_LOSE_DATA };

	scene_persistent(machine, labelled);
	machine->regions[0].cookie = was.cookie;
	machine->regions[0].size = was.size;
	machine->regions[0].start = was.start;
	assert_int_equal(dax_plan_make(machine, &request, 1, plan, NULL), 0);
}

/* Leaves a journal behind that was killed in its second step; the caller frees its path. */
static char *leave_behind(const struct place *place, const struct dax_topology *machine,
			  const struct dax_plan *plan)
{
	_cleanup_journal_ struct dax_journal journal = DAX_JOURNAL_INIT;
	char folder[80];

	snprintf(folder, sizeof(folder), "%s/run", place->folder);
	assert_int_equal(dax_journal_begin(folder, "align", machine, plan, &journal, NULL), 0);
	dax_journal_mark(&journal, 0, DAX_STEP_DONE);
	dax_journal_mark(&journal, 1, DAX_STEP_BEGUN);
	return strdup(journal.path);
}

/* Nothing is written when it is not there: neither to it, nor to what has its number now. */
static void test_recover(void **state)
{
	static const struct dax_apply_options options = { .verb = "recover" };
	struct place *place = *state;

	make_region(place, 0, "0xc0", "0x100000000", true);
	make_namespace(place, 0, 0, OTHER);
	for (int labelled = 0; labelled < 2; labelled++) {
		_cleanup_topology_ struct dax_topology machine = DAX_TOPOLOGY_INIT;
		_cleanup_error_ struct dax_error err = DAX_ERROR_INIT;
		_cleanup_plan_ struct dax_plan plan = DAX_PLAN_INIT;
		_cleanup_record_ struct dax_record record = DAX_RECORD_INIT;

		plan_align(&machine, &plan, labelled);
		_cleanup_free_ char *path = leave_behind(place, &machine, &plan);
		assert_int_equal(dax_journal_read(path, &record, &err), 0);
		assert_int_equal(dax_recover(&place->sysfs, &record, DAX_RECOVER_BACK, &options, &err),
				 -ENODEV);
		assert_error(&err, ENODEV,
			     labelled ? "no namespace, or more than one, has the uuid " SCENE_UUID
				      : "its region, which has no labels, does not exist");
		assert_int_equal(access(path, F_OK), 0);
		assert_int_equal(unlink(path), 0);
	}
}

/* A later change is held against what a device is called by now. */
static void test_guard(void **state)
{
	struct place *place = *state;
	_cleanup_topology_ struct dax_topology machine = DAX_TOPOLOGY_INIT;
	_cleanup_error_ struct dax_error err = DAX_ERROR_INIT;
	_cleanup_plan_ struct dax_plan plan = DAX_PLAN_INIT;
	char folder[80];

	snprintf(folder, sizeof(folder), "%s/run", place->folder);
	const struct dax_apply_options options = { .run_folder = folder, .state_folder = "/nonexistent" };
	make_region(place, 0, "0xc0", "0x100000000", true);
	make_namespace(place, 0, 0, OTHER);
	make_namespace(place, 0, 1, SCENE_UUID);
	plan_align(&machine, &plan, true);
	_cleanup_free_ char *path = leave_behind(place, &machine, &plan);
	assert_non_null(path);
	/* Another one, which has the number now. */
	strcpy(plan.targets[0].label_uuid, OTHER);
	assert_int_equal(dax_check_left_behind(&place->sysfs, &options, &plan, &err), 0);
	strcpy(plan.targets[0].name, "dax0.1");
	assert_int_equal(dax_check_left_behind(&place->sysfs, &options, &plan, &err), -EBUSY);
	assert_error(&err, EBUSY, "dax0.1 was left half changed");
	dax_error_release(&err);
	/* One that is to be made, with the uuid that the journal is about. */
	strcpy(plan.targets[0].name, "dax0.2");
	strcpy(plan.targets[0].label_uuid, SCENE_UUID);
	assert_int_equal(dax_check_left_behind(&place->sysfs, &options, &plan, &err), -EBUSY);
	assert_error(&err, EBUSY, "dax0.2 was left half changed");
}

/* Writes TEXT over the word behind WORD; they have the same length. */
static void patch(const char *path, const char *word, const char *text)
{
	char buffer[4096];
	_cleanup_close_ int fd = open(path, O_RDWR | O_CLOEXEC);
	ssize_t n = read(fd, buffer, sizeof(buffer));
	const char *at = n > 0 ? memmem(buffer, (size_t)n, word, strlen(word)) : NULL;

	assert_non_null(at);
	assert_int_equal(pwrite(fd, text, strlen(text), at - buffer + (ssize_t)strlen(word)), strlen(text));
}

/* Of another boot: the whole machine, and devices of dynamic regions, are not what they were. */
static void test_reboot(void **state)
{
	struct place *place = *state;
	_cleanup_topology_ struct dax_topology machine = DAX_TOPOLOGY_INIT;
	_cleanup_plan_ struct dax_plan plan = DAX_PLAN_INIT;

	make_region(place, 0, "0xc0", "0x100000000", true);
	make_namespace(place, 0, 2, SCENE_UUID);
	plan_align(&machine, &plan, true);
	/* As if a part of the same plan were about another one. */
	plan.steps[2] = (struct dax_step){ .kind = DAX_STEP_SET_POLICY,
					   .from = DAX_POLICY_ONLINE,
					   .to = DAX_POLICY_OFFLINE };
	_cleanup_free_ char *path = leave_behind(place, &machine, &plan);
	for (int rebooted = 0; rebooted < 2; rebooted++) {
		_cleanup_record_ struct dax_record record = DAX_RECORD_INIT;

		if (rebooted)
			patch(path, "boot ", OTHER);
		assert_int_equal(dax_journal_read(path, &record, NULL), 0);
		dax_journal_mark(&record.journal, 2, DAX_STEP_DONE);
		assert_int_equal(record.rebooted, rebooted);
		assert_true(dax_recovery_wants(&record, 1, DAX_RECOVER_BACK));
		assert_int_equal(dax_recovery_wants(&record, 2, DAX_RECOVER_BACK), !rebooted);
		assert_int_equal(dax_record_find(&place->sysfs, &record, NULL), 0);
		assert_string_equal(record.names[0], "dax0.2");
		/* A device of hmem, of the same name. */
		record.before.regions[1].kind = DAX_REGION_HMEM;
		assert_int_equal(dax_record_find(&place->sysfs, &record, NULL), 0);
		assert_string_equal(record.names[0], rebooted ? "" : "dax0.0");
		assert_int_equal(dax_recovery_wants(&record, 0, DAX_RECOVER_BACK), !rebooted);
	}
}

/*
 * One that an earlier version left behind says what it is known by in its step; of one without a
 * label, nothing.
 */
static void test_earlier_version(void **state)
{
	static const char text[] = "daxadm-journal 1\nverb align\npid 71\nblock-size 0\nregions 2\n"
				   "0 4 " BUS "/region0\n0 3 " BUS "/region0/dax0.0\ndevices 1\ndax0.0 1\n"
				   "targets 1\ndax0.0 1 device_dax 0 0\nsteps 1\n"
				   "set-namespace 0 0 0 - 0x0-0x0 0 0 0";
	struct place *place = *state;
	char path[128];

	make_region(place, 0, "0xc0", "0x100000000", true);
	make_namespace(place, 0, 2, SCENE_UUID);
	snprintf(path, sizeof(path), "%s/x.journal", place->folder);
	for (int labelled = 0; labelled < 2; labelled++) {
		_cleanup_record_ struct dax_record record = DAX_RECORD_INIT;
		const char *uuid = labelled ? SCENE_UUID : "-";
		const char zeros[DAX_NAME_MAX + 1 - sizeof("dax0.0")] = { 0 };
		FILE *file = fopen(path, "w");

		assert_non_null(file);
		fprintf(file,
			"%s 268435456 2 2 2097152 " OTHER " %s 512 x 268435456 2 2 4096 " OTHER
			" %s 512 x\nend\n5dax0.0",
			text, uuid, uuid);
		fwrite(zeros, sizeof(zeros), 1, file);
		assert_int_equal(fclose(file), 0);
		assert_int_equal(chmod(path, 0600), 0);
		assert_int_equal(dax_journal_read(path, &record, NULL), 0);
		assert_false(record.rebooted);
		assert_false(record.plan.steps[0].final);
		assert_int_equal(dax_record_find(&place->sysfs, &record, NULL), 0);
		assert_string_equal(record.names[0], labelled ? "dax0.2" : "dax0.0");
	}
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, make_place, remove_place)

int main(void)
{
	const struct CMUnitTest tests[] = { TEST(test_labels),  TEST(test_without_labels),
					    TEST(test_recover), TEST(test_guard),
					    TEST(test_reboot),  TEST(test_earlier_version) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
