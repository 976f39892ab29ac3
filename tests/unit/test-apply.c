/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What comes of a plan: nothing to be done is no success unless all is as asked for; what is final, told. */
#include "unit.h"

#include "kernel.h"
#include "run/recover.h"
#include "scene.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#define REGION "region 0 hmem.0 4G+8G\n"

struct apply_case {
	const char *name;
	const char *before;  /* the device as it was read: REQUEST has nothing to change */
	const char *request;
	const char *now;     /* as it is when that is found; NULL: as before */
	const char *error;   /* NULL: success */
};

static struct apply_case cases[] = {
	{ "all is offline", "dax0.1 2M kmem=8o 0+1G", "offline dax0.1", NULL, NULL },
	{ "somebody brings a block online", "dax0.1 2M kmem=8o 0+1G", "offline dax0.1", "dax0.1 2M kmem=3o1M4o 0+1G",
	  "EAGAIN memory block 35 is Movable, not offline" },
	{ "somebody takes a block offline", "dax0.1 2M kmem=8M 0+1G", "online dax0.1", "dax0.1 2M kmem=8o 0+1G",
	  "EAGAIN memory block 32 is offline, not Movable" },
	{ "enabled", "dax0.1 2M device_dax 0+1G", "enable dax0.1", NULL, NULL },
	{ "somebody disables it", "dax0.1 2M device_dax 0+1G", "enable dax0.1", "dax0.1 2M - 0+1G",
	  "EAGAIN its driver is none, not device_dax" },
	{ "somebody removes it", "dax0.1 2M device_dax 0+1G", "enable dax0.1", "", "EAGAIN it is not there" },
};

static void make(struct dax_topology *topology, const char *devices)
{
	char text[SCENE_TEXT];

	snprintf(text, sizeof(text), REGION "%s\n", devices);
	scene_make(topology, text);
}

static void check_case(void **state)
{
	const struct apply_case *c = *state;
	/* No folder: whoever wants to write a journal fails. */
	const struct dax_apply_options options = { .run_folder = "/nowhere", .verb = "test" };
	_cleanup_topology_ struct dax_topology before = DAX_TOPOLOGY_INIT, now = DAX_TOPOLOGY_INIT;
	_cleanup_plan_ struct dax_plan plan = DAX_PLAN_INIT;
	_cleanup_outcome_ struct dax_outcome outcome = DAX_OUTCOME_INIT;
	_cleanup_error_ struct dax_error err = DAX_ERROR_INIT;
	struct dax_request request = DAX_REQUEST_INIT;
	struct dax_sysfs sysfs = DAX_SYSFS_INIT;
	struct kernel booted;

	make(&before, c->before);
	make(&now, c->now ? c->now : c->before);
	scene_request(&request, c->request);
	assert_int_equal(dax_plan_make(&before, &request, 1, &plan, &err), 0);
	assert_int_equal(plan.n_steps, 0);
	kernel_boot(&booted, &now, false);
	int r = dax_apply(&sysfs, &before, &plan, &options, &outcome, &err);

	assert_int_equal(r, -err.code);
	if (c->error ? !scene_error_is(&err, c->error) : r)
		fail_msg("%d: %s", r, err.message);
	assert_int_equal(booted.writes, 0);
	assert_false(outcome.changed);
	assert_int_equal(err.blame, DAX_BLAME_MACHINE);
	kernel_halt(&booted);
	dax_request_release(&request);
}

/*
 * A step after a final one fails: all is taken back, but for what is lost; and that is no reason for a
 * journal.
 */
static void test_final(void **state)
{
	char folder[] = "/tmp/daxadm-apply.XXXXXX";
	const struct dax_apply_options options = { .run_folder = folder, .verb = "test" };

	(void)state;
	assert_non_null(mkdtemp(folder));
	for (size_t final = 0; final < 3; final++) {
		_cleanup_topology_ struct dax_topology before = DAX_TOPOLOGY_INIT;
		_cleanup_plan_ struct dax_plan plan = DAX_PLAN_INIT;
		_cleanup_outcome_ struct dax_outcome outcome = DAX_OUTCOME_INIT;
		_cleanup_error_ struct dax_error err = DAX_ERROR_INIT;
		struct dax_request request = DAX_REQUEST_INIT;
		struct dax_sysfs sysfs = DAX_SYSFS_INIT;
		struct kernel booted;

		make(&before, "dax0.1 2M device_dax 0+1G");
		scene_request(&request, "reconfigure dax0.1 align=4K");
		assert_int_equal(dax_plan_make(&before, &request, 1, &plan, &err), 0);
		assert_int_equal(plan.n_steps, 3);
		if (final)
			plan.steps[final].final = true;
		kernel_boot(&booted, &before, false);
		booted.fault = KERNEL_FAIL;
		booted.at = 3;
		booted.error = EIO;
		assert_int_equal(dax_apply(&sysfs, &before, &plan, &options, &outcome, &err), -EIO);
		/* Of the third it is seen that nothing was done. */
		assert_int_equal(err.blame, final == 1 ? DAX_BLAME_LOST : DAX_BLAME_MACHINE);
		assert_int_equal(outcome.changed, final == 1);
		assert_int_equal(
			strstr(err.message,
			       "; namespace0.1 is set up as it was before, but what it held may be lost") !=
				NULL,
			final == 1);
		assert_string_equal(booted.machine.devices[0].driver, "device_dax");
		assert_int_equal(booted.machine.devices[0].align, 2 * DAX_MIB);
		kernel_halt(&booted);
		dax_request_release(&request);
	}
	assert_int_equal(rmdir(folder), 0); /* no journal */
}

/* The mark outlives a kill; whoever recovers is told. */
static void test_recover_final(void **state)
{
	char folder[] = "/tmp/daxadm-apply.XXXXXX";
	const struct dax_apply_options options = { .run_folder = folder, .verb = "test" };
	_cleanup_topology_ struct dax_topology before = DAX_TOPOLOGY_INIT;
	_cleanup_plan_ struct dax_plan plan = DAX_PLAN_INIT;
	_cleanup_journal_ struct dax_journal journal = DAX_JOURNAL_INIT;
	_cleanup_record_ struct dax_record record = DAX_RECORD_INIT;
	struct dax_request request = DAX_REQUEST_INIT;
	struct dax_sysfs sysfs = DAX_SYSFS_INIT;
	struct kernel booted;

	(void)state;
	assert_non_null(mkdtemp(folder));
	make(&before, "dax0.1 2M device_dax 0+1G");
	scene_request(&request, "reconfigure dax0.1 align=4K");
	assert_int_equal(dax_plan_make(&before, &request, 1, &plan, NULL), 0);
	plan.steps[1].final = true;
	kernel_boot(&booted, &plan.after, false);
	assert_int_equal(dax_journal_begin(folder, "test", &before, &plan, &journal, NULL), 0);
	for (size_t i = 0; i < plan.n_steps; i++)
		dax_journal_mark(&journal, i, DAX_STEP_DONE);
	_cleanup_free_ char *path = strdup(journal.path);
	dax_journal_close(&journal);
	assert_int_equal(dax_journal_read(path, &record, NULL), 0);
	_cleanup_free_ char *text = dax_step_describe(&record.plan.steps[1], "dax0.1");
	assert_non_null(strstr(text, "; what is lost by that cannot be brought back"));
	assert_int_equal(dax_recover(&sysfs, &record, DAX_RECOVER_BACK, &options, NULL), 0);
	assert_true(record.lost[0]);
	assert_int_equal(booted.machine.devices[0].align, 2 * DAX_MIB);
	kernel_halt(&booted);
	dax_request_release(&request);
	assert_int_equal(rmdir(folder), 0);
}

int main(void)
{
	struct CMUnitTest tests[ARRAY_SIZE(cases) + 2];

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++)
		tests[i] = (struct CMUnitTest){ cases[i].name, check_case, NULL, NULL, &cases[i] };
	tests[ARRAY_SIZE(cases)] = (struct CMUnitTest)cmocka_unit_test(test_final);
	tests[ARRAY_SIZE(cases) + 1] = (struct CMUnitTest)cmocka_unit_test(test_recover_final);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
