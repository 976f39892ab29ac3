/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What comes of a plan: nothing to be done is no success unless all is as asked for; what is final, told. */
#include "unit.h"

#include "kernel.h"
#include "plan/plan-make.h"
#include "run/journal-marks.h"
#include "run/journal-read.h"
#include "run/recover.h"
#include "run/step-kinds.h"
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
	{ "somebody removes it", "dax0.1 2M device_dax 0+1G", "enable dax0.1", "", "EAGAIN it does not exist" },
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
			       "; namespace0.1 is configured as before, but its data may be lost") !=
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
	assert_non_null(strstr(text, "; the data that this destroys cannot be restored"));
	assert_int_equal(dax_recover(&sysfs, &record, DAX_RECOVER_BACK, &options, NULL), 0);
	assert_true(record.lost[0]);
	assert_int_equal(booted.machine.devices[0].align, 2 * DAX_MIB);
	kernel_halt(&booted);
	dax_request_release(&request);
	assert_int_equal(rmdir(folder), 0);
}

struct failure {
	const char *name;
	const char *before, *request;
	const char *policy;
	size_t at;          /* the write from which on those to BROKEN fail */
	const char *broken;
	bool stubborn;      /* new memory does not go online */
	const char *says;
	enum dax_blame blame;
};

/* On a kernel whose kmem takes devices only by their ids. */
static struct failure failures[] = {
	{ "a binding whose memory does not go online says why", "dax0.1 2M device_dax 0+1G",
	  "reconfigure dax0.1 mode=system-ram", "machine policy=offline\n", 1, "/memory32/", true,
	  "dax0.1: cannot bring memory block 32 (at 0x100000000) online: Input/output error", DAX_BLAME_MACHINE },
	{ "an id that cannot be removed is told beside the step that is stuck", "dax0.1 2M device_dax 0+1G",
	  "reconfigure dax0.1 mode=system-ram", "machine policy=offline\n", 5, "drivers/kmem/", false,
	  "dax0.1: cannot remove its id from kmem: Input/output error; the steps before it could not be undone "
	  "(dax0.1: bind it to kmem): dax0.1: cannot unbind it from kmem: Input/output error (EIO)", DAX_BLAME_STUCK },
	{ "a policy that cannot be put back is told beside the step that is stuck", "dax0.1 2M kmem=8M 0+1G",
	  "reconfigure dax0.1 mode=devdax", "machine policy=offline\n", 10, "/", false,
	  "cannot set auto_online_blocks back to offline", DAX_BLAME_STUCK },
};

/* All that went wrong is told: the step, what could not be taken back, and what was lent. */
static void check_failure(void **state)
{
	const struct failure *c = *state;
	char folder[] = "/tmp/daxadm-apply.XXXXXX", text[SCENE_TEXT], command[64];
	const struct dax_apply_options options = { .run_folder = folder, .verb = "test" };
	_cleanup_topology_ struct dax_topology before = DAX_TOPOLOGY_INIT;
	_cleanup_plan_ struct dax_plan plan = DAX_PLAN_INIT;
	_cleanup_outcome_ struct dax_outcome outcome = DAX_OUTCOME_INIT;
	_cleanup_error_ struct dax_error err = DAX_ERROR_INIT;
	struct dax_request request = DAX_REQUEST_INIT;
	struct dax_sysfs sysfs = DAX_SYSFS_INIT;
	struct kernel booted;

	assert_non_null(mkdtemp(folder));
	snprintf(text, sizeof(text), "%s" REGION "%s\n", c->policy, c->before);
	scene_make(&before, text);
	scene_request(&request, c->request);
	assert_int_equal(dax_plan_make(&before, &request, 1, &plan, &err), 0);
	kernel_boot(&booted, &before, true);
	booted.fault = KERNEL_FAIL;
	booted.at = c->at;
	booted.broken = c->broken;
	booted.error = EIO;
	booted.added = c->stubborn ? KERNEL_STUBBORN : KERNEL_BY_POLICY;
	assert_true(dax_apply(&sysfs, &before, &plan, &options, &outcome, &err) < 0);
	if (!strstr(err.message, c->says))
		fail_msg("%s\nis not in: %s", c->says, err.message);
	assert_int_equal(err.blame, c->blame);
	kernel_halt(&booted);
	dax_request_release(&request);
	snprintf(command, sizeof(command), "rm -r %s", folder);
	assert_int_equal(system(command), 0);
}

/* Somebody brings each new block that is offline online at once, in zone Normal. FAIL: a write, counted from 1. */
static void try_onliner(const char *before_text, const char *wish, const char *after_text, bool old, size_t fail)
{
	char folder[] = "/tmp/daxadm-apply.XXXXXX";
	const struct dax_apply_options options = { .run_folder = folder, .verb = "test" };
	_cleanup_topology_ struct dax_topology before = DAX_TOPOLOGY_INIT, after = DAX_TOPOLOGY_INIT;
	_cleanup_plan_ struct dax_plan plan = DAX_PLAN_INIT;
	_cleanup_outcome_ struct dax_outcome outcome = DAX_OUTCOME_INIT;
	_cleanup_error_ struct dax_error err = DAX_ERROR_INIT;
	struct dax_request request = DAX_REQUEST_INIT;
	struct dax_sysfs sysfs = DAX_SYSFS_INIT;
	struct kernel booted;

	assert_non_null(mkdtemp(folder));
	scene_make(&before, before_text);
	scene_make(&after, after_text);
	scene_request(&request, wish);
	assert_int_equal(dax_plan_make(&before, &request, 1, &plan, &err), 0);
	kernel_boot(&booted, &before, old);
	booted.added = KERNEL_ONLINER;
	booted.fault = KERNEL_FAIL;
	booted.at = fail;
	booted.error = EIO;
	int r = dax_apply(&sysfs, &before, &plan, &options, &outcome, &err);
	if (!r != !fail)
		fail_msg("%s, %s: %s", before_text, wish, err.message ? err.message : "it did not fail");
	scene_assert_same(&after, &booted.machine);
	kernel_halt(&booted);
	dax_request_release(&request);
	assert_int_equal(rmdir(folder), 0);
}

/* Memory that shall be online is never seen offline, whatever the policy, and on the way back as well. */
static void test_onliner(void **state)
{
	static const char *const policies[] = { "offline", "online", "online_kernel", "online_movable" };
	static const char bystander[] = "dax0.2 2M - 2G+1G\n";

	(void)state;
	for (size_t i = 0; i < 2 * ARRAY_SIZE(policies); i++) {
		char head[SCENE_TEXT], devdax[2 * SCENE_TEXT], memory[2 * SCENE_TEXT], larger[2 * SCENE_TEXT];
		bool old = i % 2;

		snprintf(head, sizeof(head), "machine policy=%s\n" REGION, policies[i / 2]);
		snprintf(devdax, sizeof(devdax), "%sdax0.1 2M device_dax 0+1G\n%s", head, bystander);
		snprintf(memory, sizeof(memory), "%sdax0.1 2M kmem=8M 0+1G\n%s", head, bystander);
		snprintf(larger, sizeof(larger), "%sdax0.1 2M kmem=16M 0+2G\n%s", head, bystander);
		try_onliner(devdax, "reconfigure dax0.1 mode=system-ram", memory, old, 0);
		try_onliner(memory, "reconfigure dax0.1 size=2G", larger, old, 0);
		/* 8 blocks go offline; the policy may be set; it is unbound, and cannot get its size. */
		try_onliner(memory, "reconfigure dax0.1 size=2G", memory, old, i / 2 ? 12 : 10);
	}
}

int main(void)
{
	struct CMUnitTest tests[ARRAY_SIZE(cases) + ARRAY_SIZE(failures) + 3], *next = tests;

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++)
		*next++ = (struct CMUnitTest){ cases[i].name, check_case, NULL, NULL, &cases[i] };
	for (size_t i = 0; i < ARRAY_SIZE(failures); i++)
		*next++ = (struct CMUnitTest){ failures[i].name, check_failure, NULL, NULL, &failures[i] };
	*next++ = (struct CMUnitTest)cmocka_unit_test(test_onliner);
	*next++ = (struct CMUnitTest)cmocka_unit_test(test_final);
	*next++ = (struct CMUnitTest)cmocka_unit_test(test_recover_final);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
