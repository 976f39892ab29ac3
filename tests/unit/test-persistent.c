/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is refused of persistent memory, and why; what takes the word, and what is marked as final with it. */
#include "unit.h"

#include "plan/plan-make.h"
#include "plan/plan.h"
#include "scene-namespace.h"
#include "scene.h"
#include "state/memory.h"

#include <errno.h>
#include <stdlib.h>

#define UUID "11111111-2222-4333-8444-5555555555ff"

/* What can make bytes unreachable takes the word; what is held is refused under any. */
static void test_guard(void **state)
{
	static const struct dax_request wishes[] = {
		{ .verb = DAX_VERB_DESTROY, .force = true },
		{ .verb = DAX_VERB_RECONFIGURE, .has_align = true, .align = 4 * DAX_KIB },
		{ .verb = DAX_VERB_RECONFIGURE, .map = DAX_MAP_MEM },
		{ .verb = DAX_VERB_RECONFIGURE, .has_size = true, .size = { .bytes = 512 * DAX_MIB } },
		{ .verb = DAX_VERB_RECONFIGURE, .has_mode = true, .fsdax = true, .driver = "" },
	};
	static char names[][DAX_NAME_MAX] = { "dax0.0" };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(wishes); i++) {
		_cleanup_topology_ struct dax_topology machine = DAX_TOPOLOGY_INIT;
		_cleanup_error_ struct dax_error err = DAX_ERROR_INIT;
		_cleanup_plan_ struct dax_plan plan = DAX_PLAN_INIT;
		struct dax_request request = wishes[i];

		request.devices = names;
		request.n_devices = 1;
		scene_persistent(&machine, true);
		assert_int_equal(scene_plan(&machine, &request, &plan, &err), -EPERM);
		assert_error(&err, EPERM, "namespace0.0, 256 MiB, uuid " SCENE_UUID);
		dax_error_release(&err);
		request.risks = DAX_RISK_LOSE_DATA;
		machine.namespaces[0].use = (struct dax_use){ .kind = DAX_USE_MOUNT, .by = "/mnt" };
		strcpy(machine.namespaces[0].content, "ext4");
		assert_int_equal(scene_plan(&machine, &request, &plan, &err), -EBUSY);
		assert_error(&err, EBUSY, "holds ext4, mounted on /mnt");
		dax_error_release(&err);
		machine.namespaces[0].use = (struct dax_use){ .kind = DAX_USE_NONE };
		assert_int_equal(scene_plan(&machine, &request, &plan, &err), 0);
		/* Destroyed, or written over: an alignment, a map in main memory, a mode are none of it. */
		bool final = i == 0 || i == 3;
		assert_int_equal(plan.steps[1].final, final);
		assert_int_equal(plan.n_notes > 0 && strncmp(plan.notes[0], "data will be lost: ", 19) == 0,
				 final);
		if (final)
			assert_string_equal(plan.notes[0],
					    "data will be lost: namespace0.0, 256 MiB, uuid " SCENE_UUID
					    ", holds ext4");
	}
}

static void give_range(struct dax_device *device)
{
	device->ranges = calloc(1, sizeof(*device->ranges));
	assert_non_null(device->ranges);
	device->ranges[0] = (struct dax_range){ SCENE_START + 6 * DAX_MIB, SCENE_START + 256 * DAX_MIB - 1 };
	device->n_ranges = 1;
	device->ranges_known = true;
}

/*
 * The kernel writes to what it is given: the step is marked with which it may begin to, but for what
 * the plan makes.
 */
static void test_system_ram(void **state)
{
	static char names[][DAX_NAME_MAX] = { "dax0.0" };
	char region[] = "0";
	struct dax_request online = { .verb = DAX_VERB_RECONFIGURE,
				      .devices = names,
				      .n_devices = 1,
				      .has_mode = true,
				      .driver = "kmem" };
	struct dax_request create = { .verb = DAX_VERB_CREATE,
				      .region = region,
				      .uuid = UUID,
				      .has_size = true,
				      .size = { .bytes = 512 * DAX_MIB },
				      .has_mode = true,
				      .driver = "kmem" };
	_cleanup_topology_ struct dax_topology machine = DAX_TOPOLOGY_INIT;
	_cleanup_error_ struct dax_error err = DAX_ERROR_INIT;
	_cleanup_plan_ struct dax_plan plan = DAX_PLAN_INIT;

	(void)state;
	scene_persistent(&machine, true);
	machine.drivers |= dax_driver_bit("kmem");
	machine.block_size = 128 * DAX_MIB;
	give_range(&machine.devices[0]);
	assert_int_equal(dax_plan_make(&machine, &online, 1, &plan, &err), -EPERM);
	online.risks = DAX_RISK_LOSE_DATA;
	strcpy(machine.namespaces[0].content, "xfs");
	dax_error_release(&err);
	assert_int_equal(dax_plan_make(&machine, &online, 1, &plan, &err), 0);
	assert_int_equal(plan.n_steps, 3);
	assert_int_equal(plan.steps[1].kind, DAX_STEP_BIND);
	assert_false(plan.steps[0].final);
	assert_true(plan.steps[1].final);
	assert_false(plan.steps[2].final); /* it is gone by then */
	assert_int_equal(plan.n_notes, 2);
	assert_string_equal(plan.notes[1],
			    "data will be lost: namespace0.0, 256 MiB, uuid " SCENE_UUID ", holds xfs");
	dax_plan_release(&plan);
	/* What is set up again keeps it until then. */
	online.has_align = true;
	online.align = 4 * DAX_KIB;
	assert_int_equal(dax_plan_make(&machine, &online, 1, &plan, &err), 0);
	assert_int_equal(plan.steps[1].kind, DAX_STEP_SET_NAMESPACE);
	assert_false(plan.steps[1].final);
	assert_true(plan.steps[2].final);
	dax_plan_release(&plan);
	assert_int_equal(dax_plan_make(&machine, &create, 1, &plan, &err), 0);
	for (size_t i = 0; i < plan.n_steps; i++)
		assert_false(plan.steps[i].final);
}

/* Data that nothing recognizes may go, when that is asked for; what was not looked at may hold anything. */
static void test_unrecognized(void **state)
{
	static char names[][DAX_NAME_MAX] = { "dax0.0" };
	const struct dax_request request = { .verb = DAX_VERB_RECONFIGURE,
					     .devices = names,
					     .n_devices = 1,
					     .has_mode = true,
					     .driver = "kmem",
					     .risks = DAX_RISK_LOSE_UNRECOGNIZED };
	_cleanup_topology_ struct dax_topology machine = DAX_TOPOLOGY_INIT;
	_cleanup_error_ struct dax_error err = DAX_ERROR_INIT;
	_cleanup_plan_ struct dax_plan plan = DAX_PLAN_INIT;

	(void)state;
	scene_persistent(&machine, true);
	machine.drivers |= dax_driver_bit("kmem");
	machine.block_size = 128 * DAX_MIB;
	give_range(&machine.devices[0]);
	assert_int_equal(dax_plan_make(&machine, &request, 1, &plan, &err), -EPERM);
	assert_non_null(strstr(err.message, "what it holds cannot be read"));
	dax_error_release(&err);
	machine.namespaces[0].content_read = true;
	assert_int_equal(dax_plan_make(&machine, &request, 1, &plan, &err), 0);
	dax_plan_release(&plan);
	strcpy(machine.namespaces[0].content, "a PMDK pool");
	assert_int_equal(dax_plan_make(&machine, &request, 1, &plan, &err), -EPERM);
	assert_non_null(strstr(err.message, "holds a PMDK pool"));
}

/* The words for what there is to lose. */
static void test_words(void **state)
{
	static char names[][DAX_NAME_MAX] = { "dax0.0" };
	struct dax_request request = { .verb = DAX_VERB_RECONFIGURE,
				       .devices = names,
				       .n_devices = 1,
				       .has_mode = true,
				       .driver = "kmem" };
	_cleanup_topology_ struct dax_topology machine = DAX_TOPOLOGY_INIT;
	_cleanup_error_ struct dax_error err = DAX_ERROR_INIT;
	_cleanup_plan_ struct dax_plan plan = DAX_PLAN_INIT;

	(void)state;
	scene_persistent(&machine, true);
	machine.drivers |= dax_driver_bit("kmem");
	strcpy(machine.namespaces[0].content, "ext4");
	assert_int_equal(scene_plan(&machine, &request, &plan, &err), -EPERM);
	/* A device cannot be mounted; a disk can. */
	assert_error(&err, EPERM,
		     "dax0.0 is persistent memory: as system memory it loses its data: namespace0.0, "
		     "256 MiB, uuid " SCENE_UUID ", holds ext4");
	assert_null(strstr(err.message, "mounted"));
	dax_error_release(&err);
	request = (struct dax_request){ .verb = DAX_VERB_DESTROY, .devices = names, .n_devices = 1 };
	machine.namespaces[0].shape.mode = DAX_NAMESPACE_FSDAX;
	strcpy(machine.namespaces[0].block, "pmem0");
	machine.n_devices = 0;
	assert_int_equal(scene_plan(&machine, &request, &plan, &err), -EPERM);
	assert_error(&err, EPERM, "holds ext4, not mounted");
	dax_error_release(&err);
	machine.namespaces[0].use = (struct dax_use){ .kind = DAX_USE_LOOP, .by = "loop0" };
	assert_int_equal(scene_plan(&machine, &request, &plan, &err), -EBUSY);
	assert_error(&err, EBUSY, "holds ext4, the backing file of loop0");
	assert_non_null(strstr(err.hint, "losetup"));
}

/* An alignment that the kernel does not offer there, as where it has no huge pages: to be made, or changed. */
static void test_supported(void **state)
{
	static char names[][DAX_NAME_MAX] = { "dax0.0" };
	char region[] = "0";
	struct dax_request requests[] = {
		{ .verb = DAX_VERB_CREATE,
		  .region = region,
		  .has_align = true,
		  .align = DAX_GIB,
		  .uuid = UUID },
		{ .verb = DAX_VERB_RECONFIGURE,
		  .devices = names,
		  .n_devices = 1,
		  .has_align = true,
		  .align = DAX_GIB,
		  .risks = DAX_RISK_LOSE_DATA },
	};
	_cleanup_topology_ struct dax_topology machine = DAX_TOPOLOGY_INIT;

	(void)state;
	scene_persistent(&machine, true);
	machine.regions[0].aligns = 4 * DAX_KIB | 2 * DAX_MIB;
	for (size_t i = 0; i < ARRAY_SIZE(requests); i++) {
		_cleanup_error_ struct dax_error err = DAX_ERROR_INIT;
		_cleanup_plan_ struct dax_plan plan = DAX_PLAN_INIT;

		assert_int_equal(scene_plan(&machine, &requests[i], &plan, &err), -EINVAL);
		assert_error(&err, EINVAL, "region0 cannot have an alignment of 1 GiB");
		assert_non_null(strstr(err.hint, "the kernel supports 4 KiB and 2 MiB there"));
	}
}

/* Nothing of a region that is read-only is set up otherwise, under no word; enabled and disabled it is all the same. */
static void test_read_only(void **state)
{
	static char names[][DAX_NAME_MAX] = { "dax0.0" };
	static const struct dax_request wishes[] = {
		{ .verb = DAX_VERB_DESTROY, .force = true },
		{ .verb = DAX_VERB_RECONFIGURE, .has_align = true, .align = 4 * DAX_KIB },
		{ .verb = DAX_VERB_RECONFIGURE, .map = DAX_MAP_MEM },
		{ .verb = DAX_VERB_RECONFIGURE, .has_size = true, .size = { .bytes = 128 * DAX_MIB } },
		{ .verb = DAX_VERB_RECONFIGURE, .has_mode = true, .fsdax = true, .driver = "" },
		{ .verb = DAX_VERB_DISABLE },
		{ .verb = DAX_VERB_ENABLE },
	};

	(void)state;
	for (size_t i = 0; i < 2 * ARRAY_SIZE(wishes); i++) {
		_cleanup_topology_ struct dax_topology machine = DAX_TOPOLOGY_INIT;
		_cleanup_error_ struct dax_error err = DAX_ERROR_INIT;
		_cleanup_plan_ struct dax_plan plan = DAX_PLAN_INIT;
		struct dax_request request = wishes[i / 2];

		scene_persistent(&machine, i % 2);
		machine.regions[0].read_only = true;
		request.devices = names;
		request.n_devices = 1;
		request.risks = DAX_RISK_LOSE_DATA;
		if (request.has_size && i % 2 == 0)
			continue; /* without labels there is another reason */
		if (request.verb == DAX_VERB_DISABLE || request.verb == DAX_VERB_ENABLE) {
			assert_int_equal(scene_plan(&machine, &request, &plan, &err), 0);
			continue;
		}
		assert_int_equal(scene_plan(&machine, &request, &plan, &err), -EROFS);
		assert_error(&err, EROFS, "region region0 is read-only");
	}
}

/* Of what is disabled nothing is known; what brings it back depends on whether it is known to be a device. */
static void test_disabled(void **state)
{
	static char names[][DAX_NAME_MAX] = { "dax0.0" };
	const struct dax_request request = { .verb = DAX_VERB_DESTROY, .devices = names, .n_devices = 1 };

	(void)state;
	for (int labelled = 0; labelled < 2; labelled++) {
		_cleanup_topology_ struct dax_topology machine = DAX_TOPOLOGY_INIT;
		_cleanup_error_ struct dax_error err = DAX_ERROR_INIT;
		_cleanup_plan_ struct dax_plan plan = DAX_PLAN_INIT;

		scene_persistent(&machine, labelled);
		machine.n_devices = 0;
		machine.namespaces[0].enabled = false;
		machine.namespaces[0].marked = labelled ? DAX_NAMESPACE_DEVDAX : DAX_NAMESPACE_RAW;
		assert_int_equal(scene_plan(&machine, &request, &plan, &err), -EPERM);
		assert_error(&err, EPERM, "disabled: its content is not known");
		assert_non_null(strstr(err.hint, labelled ? "daxadm enable-device namespace0.0"
							  : "ndctl enable-namespace namespace0.0"));
	}
}

/* The hint names what does enable it. */
static void test_disabled_disk(void **state)
{
	_cleanup_topology_ struct dax_topology machine = DAX_TOPOLOGY_INIT;
	_cleanup_error_ struct dax_error err = DAX_ERROR_INIT;
	_cleanup_plan_ struct dax_plan plan = DAX_PLAN_INIT;
	static char names[][DAX_NAME_MAX] = { "dax0.0" };
	const struct dax_request request = { .verb = DAX_VERB_RECONFIGURE,
					     .devices = names,
					     .n_devices = 1,
					     .has_align = true,
					     .align = 4 * DAX_KIB };

	(void)state;
	scene_persistent(&machine, true);
	machine.n_devices = 0;
	machine.namespaces[0].enabled = false;
	machine.namespaces[0].shape.mode = DAX_NAMESPACE_RAW;
	machine.namespaces[0].marked = DAX_NAMESPACE_FSDAX;
	assert_int_equal(dax_plan_make(&machine, &request, 1, &plan, &err), -ENODEV);
	assert_non_null(strstr(err.hint, "ndctl enable-namespace namespace0.0"));
	dax_error_release(&err);
	machine.namespaces[0].marked = DAX_NAMESPACE_DEVDAX;
	assert_int_equal(dax_plan_make(&machine, &request, 1, &plan, &err), -ENODEV);
	assert_non_null(strstr(err.hint, "daxadm enable-device namespace0.0"));
}

/* Another device, of another region, whose memory is online. */
static void add_memory(struct dax_topology *machine)
{
	struct dax_range *range = calloc(1, sizeof(*range));
	struct dax_block *block = calloc(1, sizeof(*block));

	assert_true(range && block);
	*range = (struct dax_range){ 64 * DAX_GIB, 64 * DAX_GIB + 128 * DAX_MIB - 1 };
	*block = (struct dax_block){ .number = 512, .state = DAX_BLOCK_MOVABLE };
	machine->regions[machine->n_regions] = (struct dax_region){
		.path = strdup("devices/platform/hmem.0"), .id = 1, .kind = DAX_REGION_HMEM, .dynamic = true,
		.size = 128 * DAX_MIB, .start = 64 * DAX_GIB, .align = 2 * DAX_MIB, .target_node = 1,
	};
	machine->regions[machine->n_regions].name = strrchr(machine->regions[machine->n_regions].path, '/') + 1;
	machine->devices[machine->n_devices++] = (struct dax_device){
		.name = "dax1.1", .region_id = 1, .id = 1, .region = machine->n_regions++, .size = 128 * DAX_MIB,
		.align = 2 * DAX_MIB, .driver = "kmem", .ranges = range, .n_ranges = 1, .ranges_known = true,
		.memmap_on_memory = -1, .memory = { .known = true, .blocks = block, .total = 1 },
	};
	dax_memory_count(&machine->devices[machine->n_devices - 1].memory);
	machine->block_size = 128 * DAX_MIB;
}

/* Whatever can fail, of one device or another, goes before what cannot be brought back. */
static void test_order(void **state)
{
	static char names[][DAX_NAME_MAX] = { "dax0.0", "dax1.1" };
	static char region[] = "region0";
	static const char *const drivers[] = { "device_dax", "kmem", "fsdev_dax" };
	const struct dax_request wishes[] = {
		{ .verb = DAX_VERB_DESTROY, .devices = names, .n_devices = 2 },
		{ .verb = DAX_VERB_RECONFIGURE, .devices = names, .n_devices = 2, .has_mode = true },
		{ .verb = DAX_VERB_CREATE, .region = region, .has_mode = true, .uuid = UUID },
		{ .verb = DAX_VERB_RECONFIGURE, .devices = names, .n_devices = 1, .has_mode = true, .map = DAX_MAP_MEM },
	};
	size_t n_final = 0;

	(void)state;
	for (size_t i = 0; i < 2 * ARRAY_SIZE(wishes) * ARRAY_SIZE(drivers); i++) {
		_cleanup_topology_ struct dax_topology machine = DAX_TOPOLOGY_INIT;
		_cleanup_error_ struct dax_error err = DAX_ERROR_INIT;
		_cleanup_plan_ struct dax_plan plan = DAX_PLAN_INIT;
		struct dax_request request = wishes[i / 2 % ARRAY_SIZE(wishes)];

		scene_persistent(&machine, i % 2);
		if (request.verb == DAX_VERB_CREATE && !machine.regions[0].labelled) {
			machine.namespaces[0].shape.mode = DAX_NAMESPACE_RAW;
			machine.n_devices = 0;
		}
		if (request.n_devices == 2)
			add_memory(&machine);
		machine.block_size = 128 * DAX_MIB;
		machine.drivers = request.n_devices == 2 ? dax_driver_bit("kmem") : 0;
		machine.autoprobe = true;
		machine.policy = DAX_POLICY_ONLINE;
		if (request.verb != DAX_VERB_CREATE || i % 2)
			give_range(&machine.devices[0]);
		machine.devices[0].driver[0] = '\0';
		request.driver = drivers[i / 2 / ARRAY_SIZE(wishes)];
		request.force = true;
		request.risks = DAX_RISK_LOSE_DATA;
		if (dax_plan_make(&machine, &request, 1, &plan, &err))
			fail_msg("%zu: %s", i, err.message);
		scene_check_order(&plan);
		for (size_t s = 0; s < plan.n_steps; s++)
			n_final += plan.steps[s].final;
	}
	assert_true(n_final > 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_guard),     cmocka_unit_test(test_system_ram),
		cmocka_unit_test(test_unrecognized),
		cmocka_unit_test(test_words),     cmocka_unit_test(test_supported),
		cmocka_unit_test(test_read_only), cmocka_unit_test(test_disabled),
		cmocka_unit_test(test_disabled_disk), cmocka_unit_test(test_order),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
