/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What was foretold against what is: each difference is found, named, and an error. */
#include "unit.h"

#include "plan/compare.h"
#include "scene.h"

#include <errno.h>

#define REGION "region 0 hmem.0 4G+8G\n"

struct compare_case {
	const char *name;
	const char *is;    /* the devices, as they are; the plan foretells PREDICTED */
	const char *error; /* NULL: as planned */
	const char *predicted; /* NULL: PREDICTED */
};

#define PREDICTED REGION "dax0.1 2M device_dax 0+1G 2G+1G\n"
#define MEMORY(blocks) REGION "dax0.1 2M kmem=" blocks " 0+1G\n"

static struct compare_case cases[] = {
	{ "the same", PREDICTED, NULL },
	{ "others do not count", PREDICTED "dax0.2 4K kmem=8M 4G+1G\n", NULL },
	{ "it is not there", REGION "dax0.2 2M device_dax 0+1G 2G+1G\n", "EAGAIN it does not exist" },
	{ "its size", REGION "dax0.1 2M device_dax 0+1G 2G+2G\n",
	  "EAGAIN size is 3221225472, not 2147483648" },
	{ "its alignment", REGION "dax0.1 4K device_dax 0+1G 2G+1G\n",
	  "EAGAIN alignment is 4096, not 2097152" },
	{ "its driver", REGION "dax0.1 2M kmem 0+1G 2G+1G\n", "EAGAIN driver is kmem, not device_dax" },
	{ "no driver", REGION "dax0.1 2M - 0+1G 2G+1G\n", "EAGAIN driver is none, not device_dax" },
	{ "the order of its ranges", REGION "dax0.1 2M device_dax 2G+1G 0+1G\n",
	  "EAGAIN range 0 is 0x180000000-0x1bfffffff, not 0x100000000-0x13fffffff" },
	{ "the number of its ranges", REGION "dax0.1 2M device_dax 0+2G\n",
	  "EAGAIN number of ranges is 1, not 2" },
	{ "the end of a range", REGION "dax0.1 2M device_dax 0+1G 2G+512M 3G+512M\n",
	  "EAGAIN number of ranges" },
	{ "ranges that cannot be read", "region 0 hmem.0 4G+8G hidden\ndax0.1 2M device_dax 2G\n", NULL },
	{ "memory", MEMORY("8M"), NULL, MEMORY("8M") },
	{ "a memory block in another zone", MEMORY("6M1K1M"), "EAGAIN memory block 38 is Normal, not Movable",
	  MEMORY("8M") },
	{ "a memory block that went offline", MEMORY("7M1o"), "EAGAIN memory block 39 is offline, not Movable",
	  MEMORY("8M") },
	{ "a memory block that went online", MEMORY("1K7o"), "EAGAIN memory block 32 is Normal, not offline",
	  MEMORY("8o") },
	{ "a memory block that is not there", MEMORY("7o"), "EAGAIN memory block 39 was not added", MEMORY("8o") },
	{ "memory that cannot be read", REGION "dax0.1 2M kmem 0+1G\n", NULL, MEMORY("8M") },
};

static int compare(const char *is, const char *name, struct dax_plan *plan, struct dax_error *err)
{
	_cleanup_topology_ struct dax_topology observed = DAX_TOPOLOGY_INIT;
	char names[1][DAX_NAME_MAX] = { "" };

	strcpy(names[0], name);
	scene_make(&observed, is);
	return dax_compare(plan, &observed, (const char(*)[DAX_NAME_MAX])names, err);
}

static void check_case(void **state)
{
	const struct compare_case *c = *state;
	struct dax_target target = { .name = "dax0.1" };
	struct dax_plan plan = { .targets = &target, .n_targets = 1 };
	_cleanup_error_ struct dax_error err = DAX_ERROR_INIT;

	scene_make(&plan.after, c->predicted ? c->predicted : PREDICTED);
	int r = compare(c->is, "dax0.1", &plan, &err);

	assert_int_equal(r, -err.code);
	if (c->error ? !scene_error_is(&err, c->error) || !err.hint : r)
		fail_msg("%d: %s", r, err.message);
	dax_topology_release(&plan.after);
}

/* A new device has the name that the kernel gave it. */
static void test_names(void **state)
{
	struct dax_target target = { .name = "dax0.1", .created = true };
	struct dax_plan plan = { .targets = &target, .n_targets = 1 };
	_cleanup_error_ struct dax_error err = DAX_ERROR_INIT;

	(void)state;
	scene_make(&plan.after, PREDICTED);
	assert_int_equal(compare(REGION "dax0.7 2M device_dax 0+1G 2G+1G\n", "dax0.7", &plan, &err), 0);
	dax_topology_release(&plan.after);
}

static void test_deleted(void **state)
{
	struct dax_target target = { .name = "dax0.1", .deleted = true };
	struct dax_plan plan = { .targets = &target, .n_targets = 1 };
	_cleanup_error_ struct dax_error err = DAX_ERROR_INIT;

	(void)state;
	scene_make(&plan.after, REGION);
	assert_int_equal(compare(REGION, "dax0.1", &plan, &err), 0);
	assert_int_equal(compare(PREDICTED, "dax0.1", &plan, &err), -EAGAIN);
	assert_true(scene_error_is(&err, "EAGAIN dax0.1 is not as planned: it still exists"));
	dax_topology_release(&plan.after);
}

/* A kernel without memory hot-remove says of a block only whether it is online. */
static void test_fixed(void **state)
{
	const char names[1][DAX_NAME_MAX] = { "dax0.1" };
	struct dax_target target = { .name = "dax0.1" };
	struct dax_plan plan = { .targets = &target, .n_targets = 1 };
	_cleanup_error_ struct dax_error err = DAX_ERROR_INIT;
	_cleanup_topology_ struct dax_topology is = DAX_TOPOLOGY_INIT;

	(void)state;
	scene_make(&plan.after, REGION "dax0.1 2M kmem=2M 1G+256M\n");
	scene_make(&is, REGION "dax0.1 2M kmem=2K 1G+256M\n");
	assert_int_equal(dax_compare(&plan, &is, names, &err), -EAGAIN);
	is.devices[0].memory.blocks[0].fixed = is.devices[0].memory.blocks[1].fixed = true;
	assert_int_equal(dax_compare(&plan, &is, names, &err), 0);
	is.devices[0].memory.blocks[1].state = DAX_BLOCK_OFFLINE;
	assert_int_equal(dax_compare(&plan, &is, names, &err), -EAGAIN);
	dax_topology_release(&plan.after);
}

int main(void)
{
	struct CMUnitTest tests[ARRAY_SIZE(cases) + 3] = { cmocka_unit_test(test_names),
							   cmocka_unit_test(test_deleted),
							   cmocka_unit_test(test_fixed) };

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++)
		tests[i + 3] = (struct CMUnitTest){ cases[i].name, check_case, NULL, NULL, &cases[i] };
	return cmocka_run_group_tests(tests, NULL, NULL);
}
