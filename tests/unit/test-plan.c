/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the planners decide: a machine, a wish, and the steps that come of it, or the reason why not. */
#include "unit.h"

#include "plan-cases.h"
#include "plan/plan-make.h"
#include "run/apply.h"
#include "run/step-kinds.h"

static void make_requests(const char *text, struct dax_request requests[8], size_t *n)
{
	_cleanup_free_ char *copy = strdup(text);
	char *lines = copy;

	*n = 0;
	for (const char *line = strsep(&lines, "\n"); line; line = strsep(&lines, "\n"))
		scene_request(&requests[(*n)++], line);
}

static int make_plan(const struct dax_topology *before, const char *text, struct dax_plan *plan,
		     struct dax_error *err)
{
	struct dax_request requests[8];
	size_t n = 0;

	make_requests(text, requests, &n);
	int r = dax_plan_make(before, requests, n, plan, err);

	for (size_t i = 0; i < n; i++)
		dax_request_release(&requests[i]);
	return r;
}

static void check_refusal(const struct plan_case *c, const struct dax_plan *plan, const struct dax_error *err)
{
	char text[SCENE_TEXT];

	scene_print_error(err, text);
	if (!scene_error_is(err, c->error))
		fail_msg("%s", text);
	if (c->hint && (!err->hint || !strstr(err->hint, c->hint)))
		fail_msg("%s", text);
	/* Nothing is left over that somebody could apply. */
	assert_int_equal(plan->n_steps, 0);
	assert_null(plan->steps);
	assert_int_equal(plan->n_targets, 0);
	assert_int_equal(plan->after.n_regions, 0);
}

static void check_case(void **state)
{
	const struct plan_case *c = *state;
	_cleanup_topology_ struct dax_topology before = DAX_TOPOLOGY_INIT, untouched = DAX_TOPOLOGY_INIT;
	_cleanup_plan_ struct dax_plan plan = DAX_PLAN_INIT;
	_cleanup_error_ struct dax_error err = DAX_ERROR_INIT;
	char text[SCENE_TEXT];

	scene_make(&before, c->before);
	scene_make(&untouched, c->before);
	int r = make_plan(&before, c->wish, &plan, &err);

	assert_int_equal(r, -err.code);
	/* Planning is thinking: what is does not change. */
	scene_assert_same(&before, &untouched);
	if (c->error) {
		check_refusal(c, &plan, &err);
		return;
	}
	scene_print_error(&err, text);
	if (r)
		fail_msg("%s", text);
	scene_check_order(&plan);
	scene_print_steps(plan.steps, plan.n_steps, plan.targets, text);
	assert_string_equal(text, c->steps ? c->steps : "");
	scene_print(&plan.after, text);
	if (c->after)
		assert_string_equal(text, c->after);
	else
		scene_assert_same(&plan.after, &before);
	assert_int_equal(plan.n_notes, c->note != NULL);
	if (c->note && !strstr(plan.notes[0], c->note))
		fail_msg("%s", plan.notes[0]);
}

/* A plan of steps of every kind, in words for people. */
static void test_describe(void **state)
{
	static const char *const expected[] = {
		"load the driver fsdev_dax",
		"dax0.1: create it",
		"dax0.1: set the alignment from 2 MiB to 1 GiB",
		"dax0.1: add the range 0x140000000-0x17fffffff (1 GiB)",
		"dax0.1: bind it to fsdev_dax",
	};
	_cleanup_topology_ struct dax_topology before = DAX_TOPOLOGY_INIT;
	_cleanup_plan_ struct dax_plan plan = DAX_PLAN_INIT;
	_cleanup_error_ struct dax_error err = DAX_ERROR_INIT;
	struct dax_target target = { 0 };

	(void)state;
	scene_make(&before, "region 0 hmem.0 4G+8G\ndax0.0 2M device_dax 0+2M");
	assert_int_equal(make_plan(&before, "create size=1G align=1G mode=famfs", &plan, &err), 0);
	assert_int_equal(plan.n_steps, ARRAY_SIZE(expected));
	for (size_t i = 0; i < plan.n_steps; i++) {
		_cleanup_free_ char *text = dax_step_describe(&plan.steps[i], plan.targets[0].name);

		assert_string_equal(text, expected[i]);
	}
	static const char *const lines[][2] = {
		{ "unbind dax0.1 kmem", "dax0.1: unbind it from kmem" },
		{ "set-size dax0.1 1536M", "dax0.1: set the size from 0 bytes to 1536 MiB" },
		{ "delete dax0.1", "dax0.1: delete it" },
		{ "online dax0.1 40-47 M", "dax0.1: bring 8 memory blocks online, in zone Movable" },
		{ "online dax0.1 40-40 K", "dax0.1: bring 1 memory block online, in a zone that the kernel chooses" },
		{ "online dax0.1 40-40 K 41-42 M", "dax0.1: bring 3 memory blocks online, in their previous zones" },
		{ "offline dax0.1 40-41 M 43-43 K", "dax0.1: take 3 memory blocks offline" },
		{ "offline dax0.1 40-40 M", "dax0.1: take 1 memory block offline" },
		{ "set-memmap dax0.1 1", "dax0.1: set memmap_on_memory from 0 to 1" },
	};
	for (size_t i = 0; i < ARRAY_SIZE(lines); i++) {
		struct dax_step step = { 0 };

		scene_step(&step, &target, lines[i][0]);
		_cleanup_free_ char *text = dax_step_describe(&step, target.name);

		free(step.blocks);
		assert_string_equal(text, lines[i][1]);
	}
}

/* Plans WISH on BEFORE; the way back of each step in order is one of EXPECTED. */
static void check_inverses(const char *before, const char *wish, const char *const *expected, size_t n)
{
	_cleanup_topology_ struct dax_topology topology = DAX_TOPOLOGY_INIT;
	_cleanup_plan_ struct dax_plan plan = DAX_PLAN_INIT;
	_cleanup_error_ struct dax_error err = DAX_ERROR_INIT;
	char text[SCENE_TEXT];

	scene_make(&topology, before);
	assert_int_equal(make_plan(&topology, wish, &plan, &err), 0);
	assert_int_equal(plan.n_steps, n);
	for (size_t i = 0; i < n; i++) {
		_cleanup_steps_ struct dax_steps inverse = { 0 };

		assert_int_equal(dax_step_inverse(&plan.steps[i], &inverse, &err), 0);
		scene_print_steps(inverse.items, inverse.n, plan.targets, text);
		assert_string_equal(text, expected[i]);
	}
}

/* Each step names its way back. */
static void test_inverse(void **state)
{
	static const char *const expected[] = {
		/* of "unbind" */ "bind dax0.0 device_dax\n",
		/* of "set-size 3G 2G" */
		"set-size dax0.0 2G 0\nadd-mapping dax0.0 4G+1G\nadd-mapping dax0.0 6G+2G\n",
		/* of "set-align 2M 1G" */ "set-align dax0.0 1G 2M\n",
		/* of "bind" */ "unbind dax0.0 device_dax\n",
	};

	(void)state;
	check_inverses("region 0 hmem.0 4G+8G\ndax0.0 2M device_dax 0+1G 2G+2G",
		       "reconfigure dax0.0 size=2G align=1G", expected, ARRAY_SIZE(expected));
}

/* Memory that was online is again, bound while the policy is to leave it offline. */
static void test_inverse_from_memory(void **state)
{
	static const char *const expected[] = {
		/* of "offline" */ "online dax0.0 32-33 M 35-35 K\n",
		/* of "set-policy online offline" */ "set-policy offline online\n",
		/* of "unbind" */ "bind dax0.0 kmem\n",
		/* of "set-policy offline online" */ "set-policy online offline\n",
		/* of "bind" */ "unbind dax0.0 device_dax\n",
	};

	(void)state;
	check_inverses("machine policy=online\nregion 0 hmem.0 4G+8G\ndax0.0 2M kmem=2M1o1K4o 0+1G",
		       "reconfigure dax0.0 mode=devdax", expected, ARRAY_SIZE(expected));
}

/* What went online by being bound goes offline before it is unbound; and what should not have, too. */
static void test_inverse_to_memory(void **state)
{
	static const char *const by_policy[] = {
		/* of "bind" */ "offline dax0.0 32-39 M\nunbind dax0.0 kmem\n",
	};
	static const char *const offline[] = {
		/* of "set-memmap" */ "set-memmap dax0.0 1 0\n",
		/* of "bind" */ "offline dax0.0 32-39 o\nunbind dax0.0 kmem\n",
		/* of "online" */ "offline dax0.0 32-39 M\n",
	};

	(void)state;
	check_inverses("machine policy=online_movable\nregion 0 hmem.0 4G+8G\ndax0.0 2M - 0+1G",
		       "enable dax0.0 mode=system-ram", by_policy, ARRAY_SIZE(by_policy));
	check_inverses("region 0 hmem.0 4G+8G\ndax0.0 2M - memmap=0 0+1G",
		       "reconfigure dax0.0 mode=system-ram memmap=on", offline, ARRAY_SIZE(offline));
}

int main(void)
{
	struct plan_case *const groups[] = { plan_create_cases, plan_change_cases, plan_geometry_cases,
					     plan_memory_cases };
	struct CMUnitTest tests[512] = {
		cmocka_unit_test(test_describe),
		cmocka_unit_test(test_inverse),
		cmocka_unit_test(test_inverse_from_memory),
		cmocka_unit_test(test_inverse_to_memory),
	};
	size_t n = 4;

	for (size_t i = 0; i < ARRAY_SIZE(groups); i++) {
		for (struct plan_case *c = groups[i]; c->name; c++) {
			if (n == ARRAY_SIZE(tests))
				abort();
			tests[n++] = (struct CMUnitTest){ c->name, check_case, NULL, NULL, c };
		}
	}
	return _cmocka_run_group_tests("plan", tests, n, NULL, NULL);
}
