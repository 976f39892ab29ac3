/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How much room a namespace has, and where the kernel puts it. */
#include "unit.h"

#include "plan/plan-make.h"
#include "plan/plan.h"
#include "scene-namespace.h"

#include <errno.h>
#include <string.h>

#define UUID "11111111-2222-4333-8444-5555555555ff"

/*
 * It grows where it is: into what is free in front of it, if that is enough, and else behind; and not where there
 * is enough only elsewhere. Without all namespaces nobody can tell where it will begin.
 */
static void test_growth(void **state)
{
	static char names[][DAX_NAME_MAX] = { "dax0.0" };
	const struct dax_request request = { .verb = DAX_VERB_RECONFIGURE, .devices = names, .n_devices = 1,
					     .has_size = true, .size = { .bytes = 512 * DAX_MIB },
					     .risks = DAX_RISK_LOSE_DATA };
	static const struct {
		uint64_t offset; /* of the namespace, in MiB */
		uint64_t unread; /* how much of the region another has, which was not read */
		uint64_t start;  /* what becomes of it; 0 for not known */
	} cases[] = {
		{ 0, 0, 0 },
		{ 240, 0, 240 },
		{ 256, 0, 0 },
		{ 272, 0, 16 },
		{ 752, 0, 496 },
		{ 240, 16, SIZE_MAX },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		_cleanup_topology_ struct dax_topology machine = DAX_TOPOLOGY_INIT;
		_cleanup_plan_ struct dax_plan plan = DAX_PLAN_INIT;
		_cleanup_error_ struct dax_error err = DAX_ERROR_INIT;
		bool known = cases[i].start != SIZE_MAX;

		scene_persistent(&machine, true);
		machine.namespaces[0].start += cases[i].offset * DAX_MIB;
		machine.regions[0].available -= cases[i].unread * DAX_MIB;
		assert_int_equal(dax_plan_make(&machine, &request, 1, &plan, &err), 0);
		assert_int_equal(plan.after.namespaces[0].start, known ? SCENE_START + cases[i].start * DAX_MIB : 0);
		assert_int_equal(plan.after.devices[0].ranges_known, known);
	}
}

/* 384 and 368 MiB are free, in front of it and behind: 400 MiB are not to be had. */
static void test_growth_in_place(void **state)
{
	static char names[][DAX_NAME_MAX] = { "dax0.0" };
	struct dax_request request = { .verb = DAX_VERB_RECONFIGURE, .devices = names, .n_devices = 1,
				       .has_size = true, .risks = DAX_RISK_LOSE_DATA };
	_cleanup_topology_ struct dax_topology machine = DAX_TOPOLOGY_INIT;
	_cleanup_plan_ struct dax_plan plan = DAX_PLAN_INIT;
	_cleanup_error_ struct dax_error err = DAX_ERROR_INIT;

	(void)state;
	scene_persistent(&machine, true);
	machine.namespaces[0].start += 384 * DAX_MIB;
	request.size.bytes = 656 * DAX_MIB;
	assert_int_equal(dax_plan_make(&machine, &request, 1, &plan, &err), -ENOSPC);
	assert_error(&err, ENOSPC, "400 MiB more are needed, but only 384 MiB are free directly before it, or directly after it");
	dax_error_release(&err);
	request.size = (struct dax_amount){ .share = 100 * DAX_PERCENT };
	assert_int_equal(dax_plan_make(&machine, &request, 1, &plan, &err), 0);
	assert_int_equal(plan.after.namespaces[0].shape.size, 640 * DAX_MIB);
	assert_int_equal(plan.after.namespaces[0].start, SCENE_START);
	assert_int_equal(plan.after.regions[0].largest, 368 * DAX_MIB);
}

/*
 * The region's alignment can be another one than that of its namespaces: they take all units that they touch, what
 * is free begins and ends with units, and one that ends within a unit does not grow from there.
 */
static void test_units(void **state)
{
	static char names[][DAX_NAME_MAX] = { "dax0.0" };
	struct dax_request grow = { .verb = DAX_VERB_RECONFIGURE,
				    .devices = names,
				    .n_devices = 1,
				    .has_size = true,
				    .size = { .bytes = 384 * DAX_MIB },
				    .risks = DAX_RISK_LOSE_DATA };
	char region[] = "region0";
	const struct dax_request create = { .verb = DAX_VERB_CREATE, .region = region, .uuid = UUID };
	_cleanup_topology_ struct dax_topology machine = DAX_TOPOLOGY_INIT;
	_cleanup_error_ struct dax_error err = DAX_ERROR_INIT;
	_cleanup_plan_ struct dax_plan plan = DAX_PLAN_INIT;

	(void)state;
	scene_persistent(&machine, true);
	machine.regions[0].align = 64 * DAX_MIB;
	machine.namespaces[0].shape.size = 208 * DAX_MIB; /* 3.25 units, of 15.96 */
	machine.regions[0].available = machine.regions[0].largest = 704 * DAX_MIB;
	assert_int_equal(dax_plan_make(&machine, &grow, 1, &plan, &err), -ENOSPC);
	assert_error(&err, ENOSPC,
		     "namespace0.0 cannot grow: its start and end are not on units of region region0, "
		     "which are 64 MiB now");
	dax_error_release(&err);
	grow.size.bytes = 128 * DAX_MIB;
	assert_int_equal(dax_plan_make(&machine, &grow, 1, &plan, &err), 0);
	assert_int_equal(plan.after.regions[0].available, 832 * DAX_MIB);
	assert_int_equal(plan.after.regions[0].largest, 832 * DAX_MIB);
	dax_plan_release(&plan);
	assert_int_equal(scene_plan(&machine, &create, &plan, &err), 0);
	assert_int_equal(plan.after.namespaces[1].start, SCENE_START + 256 * DAX_MIB);
	assert_int_equal(plan.after.namespaces[1].shape.size, 704 * DAX_MIB);
	assert_int_equal(plan.after.regions[0].available, 0);
}

/* Where it will begin may be unknown; how much of it a coarse alignment leaves is then not foretold, but for the most. */
static void test_growth_1g(void **state)
{
	static char names[][DAX_NAME_MAX] = { "dax0.0" };
	const struct dax_request request = { .verb = DAX_VERB_RECONFIGURE, .devices = names, .n_devices = 1,
					     .has_size = true, .size = { .bytes = 3 * DAX_GIB },
					     .has_align = true, .align = DAX_GIB, .risks = DAX_RISK_LOSE_DATA };

	(void)state;
	for (int known = 0; known < 2; known++) {
		_cleanup_topology_ struct dax_topology machine = DAX_TOPOLOGY_INIT;
		_cleanup_plan_ struct dax_plan plan = DAX_PLAN_INIT;
		_cleanup_error_ struct dax_error err = DAX_ERROR_INIT;

		scene_persistent(&machine, true);
		machine.regions[0].size = 8 * DAX_GIB;
		machine.regions[0].available = (known ? 8 * DAX_GIB : 7 * DAX_GIB) - 256 * DAX_MIB;
		machine.regions[0].largest = machine.regions[0].available;
		assert_int_equal(dax_plan_make(&machine, &request, 1, &plan, &err), 0);
		assert_int_equal(dax_plan_is_predictable(&plan, 0), known);
		assert_int_equal(plan.after.devices[0].size, 2 * DAX_GIB);
		assert_int_equal(strstr(plan.notes[1], "at most") != NULL, !known);
	}
}

/* A label area holds so many labels. */
static void test_labels(void **state)
{
	_cleanup_topology_ struct dax_topology machine = DAX_TOPOLOGY_INIT;
	_cleanup_plan_ struct dax_plan plan = DAX_PLAN_INIT;
	_cleanup_error_ struct dax_error err = DAX_ERROR_INIT;
	char region[] = "region0";
	struct dax_request request = { .verb = DAX_VERB_CREATE, .region = region, .count = 3, .has_size = true,
				       .size = { .bytes = 16 * DAX_MIB }, .uuid = UUID };

	(void)state;
	scene_persistent(&machine, true);
	machine.regions[0].slots = 2;
	assert_int_equal(scene_plan(&machine, &request, &plan, &err), -ENOSPC);
	assert_error(&err, ENOSPC, "has room for 2 more namespaces, not for 3");
	dax_error_release(&err);
	request.count = 2;
	assert_int_equal(scene_plan(&machine, &request, &plan, &err), 0);
	assert_int_equal(plan.after.regions[0].slots, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_growth), cmocka_unit_test(test_growth_in_place),
		cmocka_unit_test(test_units),  cmocka_unit_test(test_growth_1g),
		cmocka_unit_test(test_labels),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
