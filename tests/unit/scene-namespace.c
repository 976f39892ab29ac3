/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "scene-namespace.h"

#include "plan/model.h"
#include "plan/plan-make.h"
#include "plan/steps.h"
#include "run/apply.h"
#include "run/step-kinds.h"
#include "scene.h"
#include "unit.h"

#include <stdlib.h>

void scene_persistent(struct dax_topology *machine, bool labelled)
{
	const char *label_uuid = labelled ? SCENE_UUID : "";

	*machine = (struct dax_topology){ .has_huge_1g = true, .drivers = dax_driver_bit("device_dax") };
	machine->regions = calloc(3, sizeof(*machine->regions));
	machine->namespaces = calloc(3, sizeof(*machine->namespaces));
	machine->devices = calloc(2, sizeof(*machine->devices));
	machine->n_regions = machine->n_namespaces = 2;
	machine->regions[0] = (struct dax_region){
		.path = strdup("devices/ndbus0/region0"), .kind = DAX_REGION_ND, .labelled = labelled, .start = SCENE_START,
		.size = 1022 * DAX_MIB, .align = 16 * DAX_MIB,
		.seed = 1, .bus = "ndbus0", .slots = labelled ? 100 : -1,
		.aligns = 4 * DAX_KIB | 2 * DAX_MIB | DAX_GIB,
		.available = labelled ? 752 * DAX_MIB : 0, .largest = labelled ? 752 * DAX_MIB : 0,
	};
	machine->regions[0].name = strrchr(machine->regions[0].path, '/') + 1;
	machine->regions[1] = (struct dax_region){
		.path = strdup("devices/ndbus0/region0/dax0.0"), .kind = DAX_REGION_PMEM, .size = 250 * DAX_MIB,
	};
	machine->regions[1].name = strrchr(machine->regions[1].path, '/') + 1;
	machine->namespaces[0] = (struct dax_namespace){
		.name = "namespace0.0", .enabled = true, .start = SCENE_START, .usable = 250 * DAX_MIB,
		.shape = { .size = 256 * DAX_MIB, .mode = DAX_NAMESPACE_DEVDAX, .map = DAX_MAP_DEV, .align = 2 * DAX_MIB,
			   .uuid = SCENE_UUID, .sector_size = 512 },
	};
	strcpy(machine->namespaces[0].shape.label_uuid, label_uuid);
	machine->namespaces[1] = (struct dax_namespace){ .name = "namespace0.1", .id = 1 };
	machine->n_devices = 1;
	machine->devices[0] = (struct dax_device){ .name = "dax0.0", .region = 1, .size = 250 * DAX_MIB,
						   .align = 2 * DAX_MIB, .driver = "device_dax", .memmap_on_memory = -1 };
}

/* Each step taken back, the last first, leads to what was. */
static void check_way_back(const struct dax_topology *before, const struct dax_plan *plan)
{
	_cleanup_topology_ struct dax_topology now = DAX_TOPOLOGY_INIT;
	_cleanup_error_ struct dax_error err = DAX_ERROR_INIT;

	assert_int_equal(dax_topology_copy(&plan->after, &now, &err), 0);
	for (size_t i = plan->n_steps; i-- > 0;) {
		_cleanup_steps_ struct dax_steps inverse = { 0 };

		assert_int_equal(dax_step_inverse(&plan->steps[i], &inverse, &err), 0);
		for (size_t j = 0; j < inverse.n; j++)
			assert_int_equal(dax_model_step(&now, plan->targets, &inverse.items[j], &err), 0);
	}
	assert_int_equal(now.regions[0].available, before->regions[0].available);
	assert_true(dax_shape_is(&now.namespaces[0].shape, &before->namespaces[0].shape));
	assert_int_equal(now.n_devices, before->n_devices);
	assert_int_equal(now.devices[0].size, before->devices[0].size);
	assert_int_equal(now.devices[0].align, before->devices[0].align);
	assert_string_equal(now.devices[0].driver, before->devices[0].driver);
}

int scene_plan(const struct dax_topology *machine, const struct dax_request *request, struct dax_plan *plan,
	       struct dax_error *err)
{
	int r = dax_plan_make(machine, request, 1, plan, err);

	if (!r)
		check_way_back(machine, plan);
	if (!r)
		scene_check_order(plan);
	return r;
}
