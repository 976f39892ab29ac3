/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Namespaces: the kernel's arithmetic, what a plan makes of a wish, and that each step leads back. */
#include "unit.h"

#include "plan/compare.h"
#include "plan/model.h"
#include "plan/plan-make.h"
#include "plan/plan.h"
#include "plan/steps.h"
#include "run/journal-read.h"
#include "run/journal.h"
#include "scene-namespace.h"

#include <errno.h>
#include <stdlib.h>

#define UUID  "11111111-2222-4333-8444-5555555555ff"

/* The lab saw these on real kernels. */
static void test_data(void **state)
{
	struct dax_shape shape = { .size = 256 * DAX_MIB, .align = 2 * DAX_MIB, .map = DAX_MAP_DEV };
	struct dax_range data;

	(void)state;
	assert_int_equal(dax_shape_data(&shape, SCENE_START, &data), 0);
	assert_int_equal(data.start, SCENE_START + 6 * DAX_MIB);
	assert_int_equal(dax_range_size(data), 262144000);
	shape.map = DAX_MAP_MEM;
	shape.align = 4 * DAX_KIB;
	assert_int_equal(dax_shape_data(&shape, SCENE_START, &data), 0);
	assert_int_equal(dax_range_size(data), 266338304);
	shape.align = DAX_GIB; /* no multiple of 1 GiB has anything in front of it */
	assert_int_equal(dax_shape_data(&shape, SCENE_START, &data), -ENXIO);
	shape.size = 3 * DAX_GIB;
	assert_int_equal(dax_shape_data(&shape, SCENE_START, &data), 0);
	assert_int_equal(dax_range_size(data), 2 * DAX_GIB);
	assert_int_equal(data.start, SCENE_START + DAX_GIB);
	shape.size = 8 * DAX_MIB;
	assert_int_equal(dax_shape_data(&shape, SCENE_START, &data), -ENXIO);
}

static void test_create(void **state)
{
	_cleanup_topology_ struct dax_topology machine = DAX_TOPOLOGY_INIT;
	_cleanup_plan_ struct dax_plan plan = DAX_PLAN_INIT;
	_cleanup_error_ struct dax_error err = DAX_ERROR_INIT;
	char region[] = "region0";
	struct dax_request request = { .verb = DAX_VERB_CREATE, .region = region, .count = 2, .has_size = true,
				       .size = { .bytes = 100 * DAX_MIB }, .uuid = UUID };

	(void)state;
	scene_persistent(&machine, true);
	assert_int_equal(scene_plan(&machine, &request, &plan, &err), 0);
	assert_int_equal(plan.n_steps, 4);
	assert_int_equal(plan.steps[0].kind, DAX_STEP_CREATE_NAMESPACE);
	assert_false(plan.steps[0].final);
	assert_string_equal(plan.targets[0].name, "dax0.1");
	assert_string_equal(plan.targets[1].name, "dax0.2");
	/* Each has a uuid of its own, and the size that the kernel takes, which is said. */
	assert_string_equal(plan.steps[0].becomes.uuid, UUID);
	assert_string_equal(plan.steps[2].becomes.uuid, "11111111-2222-4333-8444-555555555600");
	assert_int_equal(plan.steps[0].becomes.size, 112 * DAX_MIB);
	assert_non_null(strstr(plan.notes[0], "100 MiB becomes 112 MiB"));
	assert_int_equal(plan.after.regions[0].available, 528 * DAX_MIB);
	assert_int_equal(plan.after.namespaces[1].start, SCENE_START + 256 * DAX_MIB);
	assert_true(dax_plan_is_lasting(&plan));
}

/* As a file describes them: each with the uuid that it had, and with the size of its namespace. */
static void test_create_again(void **state)
{
	_cleanup_topology_ struct dax_topology machine = DAX_TOPOLOGY_INIT;
	_cleanup_plan_ struct dax_plan plan = DAX_PLAN_INIT;
	_cleanup_error_ struct dax_error err = DAX_ERROR_INIT;
	char region[] = "region0";
	const struct dax_request first = { .verb = DAX_VERB_CREATE,
					   .region = region,
					   .has_size = true,
					   .has_uuid = true,
					   .size = { .bytes = 64 * DAX_MIB },
					   .uuid = UUID,
					   .has_model = true,
					   .model_size = 62 * DAX_MIB,
					   .model_start = SCENE_START + 258 * DAX_MIB };
	struct dax_request requests[2] = { first, first };

	(void)state;
	strcpy(requests[1].uuid, "22222222-3333-4444-8555-666666666666");
	scene_persistent(&machine, true);
	assert_int_equal(dax_plan_make(&machine, requests, 2, &plan, &err), 0);
	assert_string_equal(plan.steps[0].becomes.uuid, UUID);
	assert_string_equal(plan.steps[2].becomes.uuid, requests[1].uuid);
	assert_int_equal(plan.after.devices[1].size, first.model_size);
	/* The second one cannot be where the first one is; and of both a part is usable only. */
	assert_int_equal(plan.n_notes, 3);
	assert_non_null(
		strstr(plan.notes[2], "dax0.2 starts at 0x294200000, not at 0x290200000 as in the file"));
	dax_plan_release(&plan);
	requests[0].model_size -= DAX_MIB;
	assert_int_equal(dax_plan_make(&machine, requests, 1, &plan, &err), 0);
	assert_non_null(strstr(plan.notes[1], "dax0.1 has 62 MiB, not 61 MiB as in the file"));
}

/* The kernel forgets what it was set up as, but for its label; whoever takes it back remembers. */
static void test_disable(void **state)
{
	static char names[][DAX_NAME_MAX] = { "dax0.0" };
	const struct dax_request disable = { .verb = DAX_VERB_DISABLE, .devices = names, .n_devices = 1 };
	const struct dax_request enable = { .verb = DAX_VERB_ENABLE, .all_devices = true };

	(void)state;
	for (int labelled = 0; labelled < 2; labelled++) {
		_cleanup_topology_ struct dax_topology machine = DAX_TOPOLOGY_INIT;
		_cleanup_plan_ struct dax_plan plan = DAX_PLAN_INIT, back = DAX_PLAN_INIT;
		_cleanup_error_ struct dax_error err = DAX_ERROR_INIT;

		scene_persistent(&machine, labelled);
		assert_int_equal(scene_plan(&machine, &disable, &plan, &err), 0);
		assert_int_equal(plan.n_steps, 2);
		assert_int_equal(plan.steps[1].kind, DAX_STEP_DISABLE_NAMESPACE);
		assert_int_equal(plan.after.n_devices, 0);
		assert_false(plan.after.namespaces[0].enabled);
		assert_int_equal(plan.after.namespaces[0].shape.align, 0);
		assert_int_equal(dax_namespace_is_disabled_device(&plan.after.namespaces[0]), labelled);
		assert_int_equal(plan.n_notes, !labelled);
		assert_true(dax_plan_is_predictable(&plan, 0));
		/* "all" can only mean one that has a label to say so. */
		assert_int_equal(dax_plan_make(&plan.after, &enable, 1, &back, &err), 0);
		assert_int_equal(back.n_steps, labelled ? 2 : 0);
		if (!labelled)
			continue;
		assert_int_equal(back.steps[0].kind, DAX_STEP_ENABLE_NAMESPACE);
		assert_false(dax_plan_is_predictable(&back, 0));
		assert_string_equal(back.after.devices[0].driver, "device_dax");
	}
}

static void test_without_labels(void **state)
{
	_cleanup_topology_ struct dax_topology machine = DAX_TOPOLOGY_INIT;
	_cleanup_error_ struct dax_error err = DAX_ERROR_INIT;
	_cleanup_plan_ struct dax_plan plan = DAX_PLAN_INIT;
	char region[] = "0";
	struct dax_request request = { .verb = DAX_VERB_CREATE, .region = region, .uuid = UUID };

	(void)state;
	scene_persistent(&machine, false);
	assert_int_equal(dax_plan_make(&machine, &request, 1, &plan, &err), -EEXIST);
	/* A raw one is taken over, which writes over what it holds. */
	machine.namespaces[0].shape = (struct dax_shape){ .size = 256 * DAX_MIB };
	machine.n_devices = 0;
	dax_error_release(&err);
	request.region = NULL;
	assert_int_equal(dax_plan_make(&machine, &request, 1, &plan, &err), -ENOSPC);
	assert_non_null(strstr(err.hint, "use --region region0 --force=lose-data to use namespace0.0"));
	dax_error_release(&err);
	request.region = region;
	assert_int_equal(dax_plan_make(&machine, &request, 1, &plan, &err), -EPERM);
	dax_error_release(&err);
	request.risks = DAX_RISK_LOSE_DATA;
	assert_int_equal(dax_plan_make(&machine, &request, 1, &plan, &err), 0);
	assert_int_equal(plan.steps[0].kind, DAX_STEP_SET_NAMESPACE);
	assert_true(plan.steps[0].final);
	assert_int_equal(plan.after.devices[0].size, 250 * DAX_MIB);
	dax_plan_release(&plan);
	request.has_size = true;
	request.size.bytes = 64 * DAX_MIB;
	assert_int_equal(dax_plan_make(&machine, &request, 1, &plan, &err), -EOPNOTSUPP);
	assert_error(&err, EOPNOTSUPP, "has no labels");
	/* All that there is can be asked for. */
	request.size.bytes = 256 * DAX_MIB;
	dax_error_release(&err);
	assert_int_equal(dax_plan_make(&machine, &request, 1, &plan, &err), 0);
}

/* What is written is what is read, also of a name that holds anything. */
static void test_journal(void **state)
{
	_cleanup_topology_ struct dax_topology machine = DAX_TOPOLOGY_INIT;
	_cleanup_error_ struct dax_error err = DAX_ERROR_INIT;
	_cleanup_plan_ struct dax_plan plan = DAX_PLAN_INIT;
	char region[] = "0", folder[] = "/tmp/daxadm-namespace.XXXXXX";
	struct dax_request request = { .verb = DAX_VERB_CREATE, .region = region, .uuid = UUID,
				       .name = "two words\n\xc3\xa4" };

	(void)state;
	assert_non_null(mkdtemp(folder));
	scene_persistent(&machine, true);
	assert_int_equal(scene_plan(&machine, &request, &plan, &err), 0);
	{
		_cleanup_journal_ struct dax_journal journal = DAX_JOURNAL_INIT;
		_cleanup_record_ struct dax_record record = DAX_RECORD_INIT;

		assert_int_equal(dax_journal_begin(folder, "create-device", &machine, &plan, &journal, &err), 0);
		assert_true(journal.lasting);
		assert_int_equal(dax_journal_read(journal.path, &record, &err), 0);
		assert_true(record.journal.lasting);
		assert_int_equal(record.before.regions[0].kind, DAX_REGION_ND);
		assert_true(dax_shape_is(&record.plan.steps[0].becomes, &plan.steps[0].becomes));
		assert_true(dax_shape_is(&record.plan.steps[0].was, &plan.steps[0].was));
		assert_string_equal(record.journal.names[0], "dax0.1");
		assert_int_equal(dax_journal_remove(&journal, &err), 0);
	}
	assert_int_equal(rmdir(folder), 0);
}

/* What the kernel made of it is held against what was foretold. */
static void test_compare(void **state)
{
	_cleanup_topology_ struct dax_topology machine = DAX_TOPOLOGY_INIT, is = DAX_TOPOLOGY_INIT;
	_cleanup_error_ struct dax_error err = DAX_ERROR_INIT;
	_cleanup_plan_ struct dax_plan plan = DAX_PLAN_INIT;
	const char names[1][DAX_NAME_MAX] = { "dax0.0" };
	char device[1][DAX_NAME_MAX] = { "dax0.0" };
	struct dax_request request = { .verb = DAX_VERB_RECONFIGURE, .devices = device, .n_devices = 1,
				       .has_align = true, .align = 4 * DAX_KIB, .risks = DAX_RISK_LOSE_DATA };

	(void)state;
	scene_persistent(&machine, true);
	assert_int_equal(scene_plan(&machine, &request, &plan, &err), 0);
	assert_int_equal(dax_topology_copy(&plan.after, &is, &err), 0);
	struct dax_namespace *namespace = dax_topology_namespace(&is, names[0]);
	assert_int_equal(dax_compare(&plan, &is, names, &err), 0);
	namespace->usable -= 2 * DAX_MIB;
	assert_int_equal(dax_compare(&plan, &is, names, &err), -EAGAIN);
	assert_error(&err, EAGAIN, "its usable size is");
	namespace->usable += 2 * DAX_MIB;
	namespace->shape.map = DAX_MAP_MEM;
	assert_int_equal(dax_compare(&plan, &is, names, &err), -EAGAIN);
	assert_error(&err, EAGAIN, "it is enabled, in mode devdax");
	namespace->shape.map = DAX_MAP_DEV;
	namespace->enabled = false;
	assert_int_equal(dax_compare(&plan, &is, names, &err), -EAGAIN);
	assert_error(&err, EAGAIN, "it is disabled");
}

static void test_names(void **state)
{
	char uuid[DAX_UUID_TEXT];
	int region_id = 0, id = 0;

	(void)state;
	assert_int_equal(dax_parse_namespace_name("namespace12.3", &region_id, &id), 0);
	assert_int_equal(region_id, 12);
	assert_int_equal(id, 3);
	assert_int_equal(dax_parse_namespace_name("namespace1.x", &region_id, &id), -EINVAL);
	assert_int_equal(dax_parse_namespace_name("dax1.0", &region_id, &id), -EINVAL);
	assert_int_equal(dax_parse_uuid("AAAAAAAA-bbbb-4ccc-8ddd-EEEEEEEEEEEE", uuid), 0);
	assert_string_equal(uuid, "aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee");
	assert_int_equal(dax_parse_uuid("aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeee", uuid), -EINVAL);
	assert_int_equal(dax_parse_uuid("aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeeg", uuid), -EINVAL);
	assert_int_equal(dax_parse_uuid("aaaaaaaa0bbbb-4ccc-8ddd-eeeeeeeeeeee", uuid), -EINVAL);
	dax_uuid_count_on(uuid, 0);
	strcpy(uuid, "aaaaaaaa-bbbb-4ccc-8ddd-ffffffffffff");
	dax_uuid_count_on(uuid, 2);
	assert_string_equal(uuid, "aaaaaaaa-bbbb-4ccc-8ddd-000000000001");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_data),           cmocka_unit_test(test_create),
		cmocka_unit_test(test_create_again),   cmocka_unit_test(test_disable),
		cmocka_unit_test(test_without_labels), cmocka_unit_test(test_journal),
		cmocka_unit_test(test_compare),        cmocka_unit_test(test_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
