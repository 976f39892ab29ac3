/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The steps of a plan: that they do what the plan says, can be taken back, and touch nothing else. */
#include "properties.h"

#include "plan/model.h"
#include "plan/plan-make.h"
#include "run/apply.h"
#include "run/step-kinds.h"
#include "scene.h"
#include "unit.h"

#include <errno.h>

/* Said again, in other words than the library's. */
static bool works(const struct dax_device *device)
{
	uint64_t unit = device->align < 2 * DAX_MIB ? 2 * DAX_MIB : device->align;

	if (!device->ranges_known)
		return device->align <= 2 * DAX_MIB;
	for (size_t i = 0; i < device->n_ranges; i++) {
		if (device->ranges[i].start % unit || (device->ranges[i].end + 1) % unit)
			return false;
	}
	return true;
}

static bool is_one_range(const struct dax_device *device)
{
	for (size_t i = 1; i < device->n_ranges; i++) {
		if (device->ranges[i].start != device->ranges[i - 1].end + 1)
			return false;
	}
	return true;
}

/* The physical address of a byte of a device. */
static uint64_t address_of(const struct dax_device *device, uint64_t offset)
{
	for (size_t i = 0; i < device->n_ranges; i++) {
		uint64_t size = device->ranges[i].end - device->ranges[i].start + 1;

		if (offset < size)
			return device->ranges[i].start + offset;
		offset -= size;
	}
	return UINT64_MAX;
}

/* Whether each byte that both have lies where it lay: it does when it does at the borders of all ranges. */
static bool data_stays(const struct dax_device *a, const struct dax_device *b)
{
	const struct dax_device *both[] = { a, b };
	uint64_t size = a->size < b->size ? a->size : b->size;

	for (size_t d = 0; d < 2; d++) {
		uint64_t at = 0;

		for (size_t i = 0; i < both[d]->n_ranges && at < size; i++) {
			uint64_t next = at + both[d]->ranges[i].end - both[d]->ranges[i].start + 1;
			uint64_t last = (next < size ? next : size) - 1;

			if (address_of(a, at) != address_of(b, at) ||
			    address_of(a, last) != address_of(b, last))
				return false;
			at = next;
		}
	}
	return true;
}

static const struct dax_target *target_of(const struct dax_plan *plan, const char *name)
{
	for (size_t i = 0; i < plan->n_targets; i++) {
		if (strcmp(plan->targets[i].name, name) == 0)
			return &plan->targets[i];
	}
	return NULL;
}

static void check_untouched(const struct dax_device *a, const struct dax_device *b)
{
	assert_non_null(b);
	assert_int_equal(a->size, b->size);
	assert_int_equal(a->align, b->align);
	assert_string_equal(a->driver, b->driver);
	assert_int_equal(a->n_ranges, b->n_ranges);
	assert_true(data_stays(a, b));
	scene_assert_same_memory(&a->memory, &b->memory);
}

/* Nobody's data moves, but that of a device that the user gave up by its word, and was told so. */
static void check_devices(const struct property_case *c)
{
	unsigned risks = c->requests[0].risks;

	for (size_t i = 0; i < c->before.n_devices; i++) {
		const struct dax_device *a = &c->before.devices[i];
		const struct dax_device *b = dax_topology_device(&c->plan.after, a->name);
		const struct dax_target *target = target_of(&c->plan, a->name);

		if (!target) {
			check_untouched(a, b);
			continue;
		}
		assert_false(target->created);
		assert_string_equal(target->driver, a->driver);
		assert_int_equal(target->deleted, b == NULL);
		if (!b || !a->ranges_known || !b->ranges_known || data_stays(a, b))
			continue;
		assert_true(risks & DAX_RISK_LOSE_DATA);
		assert_true(c->plan.n_notes > 0);
	}
}

/* A device that goes below what it had, and will have, has lost what it held: it may do so where ranges are put back. */
static void check_step(const struct property_case *c, const struct dax_topology *now,
		       const struct dax_step *step)
{
	const struct dax_target *target = &c->plan.targets[step->target];
	const struct dax_device *device = NULL;

	assert_true(step->kind >= 0 && step->kind < DAX_N_STEP_KINDS);
	if (step->kind == DAX_STEP_LOAD_DRIVER) {
		assert_false(now->drivers & dax_driver_bit(step->driver));
		return;
	}
	if (step->kind == DAX_STEP_SET_POLICY) {
		property_memory_step(now, NULL, step);
		return;
	}
	assert_true(step->target < c->plan.n_targets);
	if (step->kind == DAX_STEP_CREATE)
		return;
	device = dax_topology_device(now, target->name);
	assert_non_null(device);
	property_memory_step(now, device, step);
	switch (step->kind) {
	case DAX_STEP_SET_ALIGN:
		assert_int_equal(step->from, device->align);
		assert_int_not_equal(step->from, step->to);
		break;
	case DAX_STEP_SET_SIZE:
		assert_int_equal(step->from, device->size);
		assert_int_not_equal(step->from, step->to);
		if (!device->ranges_known && !target->created && c->requests[0].verb != DAX_VERB_DESTROY)
			assert_true(step->to != 0); /* nobody could put it together again */
		break;
	case DAX_STEP_ADD_MAPPING:
		assert_int_equal(step->from, device->size);
		assert_int_equal(step->to, device->size + dax_range_size(step->range));
		break;
	case DAX_STEP_BIND:
		assert_true(now->drivers & dax_driver_bit(step->driver));
		assert_true(strcmp(step->driver, "kmem") == 0 || works(device));
		assert_true(strcmp(step->driver, "fsdev_dax") != 0 || now->famfs_any_ranges ||
			    !now->regions[device->region].dynamic ||
			    (device->ranges_known && is_one_range(device)));
		break;
	case DAX_STEP_UNBIND:
		assert_string_equal(step->driver, device->driver);
		break;
	default:
		break;
	}
}

/*
 * The kernel lets states arise in which a device does not work, and to which it allows no way back;
 * and it makes no new device where there is no free space, though one of size zero takes none. A
 * device that is made again has the memmap_on_memory of a new one. Where a device grows can be unknown:
 * then the model, unlike the kernel, has forgotten its memory blocks when it is back to its old size.
 */
static bool has_way_back(const struct property_case *c)
{
	for (size_t i = 0; i < c->plan.n_steps; i++) {
		const struct dax_step *step = &c->plan.steps[i];

		if (step->kind != DAX_STEP_DELETE)
			continue;
		const struct dax_target *target = &c->plan.targets[step->target];
		if (!c->plan.after.regions[target->region].available ||
		    dax_topology_device(&c->before, target->name)->memmap_on_memory >= 0)
			return false;
	}
	for (size_t i = 0; i < c->before.n_devices; i++) {
		const struct dax_device *device = &c->before.devices[i];

		for (size_t j = 0; j < device->n_ranges; j++) {
			if (dax_range_size(device->ranges[j]) % device->align)
				return false;
		}
		const struct dax_device *after = dax_topology_device(&c->plan.after, device->name);
		if (after && device->memory.total && device->ranges_known && !after->ranges_known)
			return false;
	}
	return true;
}

/* Each step taken back, the last first, leads to where all began. */
static void check_way_back(const struct property_case *c, struct dax_topology *now,
			   struct dax_target *targets)
{
	for (size_t i = c->plan.n_steps; i-- > 0;) {
		_cleanup_steps_ struct dax_steps inverse = { 0 };
		_cleanup_error_ struct dax_error err = DAX_ERROR_INIT;

		assert_int_equal(dax_step_inverse(&c->plan.steps[i], &inverse, &err), 0);
		for (size_t j = 0; j < inverse.n; j++) {
			if (dax_model_step(now, targets, &inverse.items[j], &err))
				fail_msg("%s", err.message);
		}
	}
	scene_assert_same(&c->before, now);
}

/* The steps, done once more on what was before, give what the plan foretells. */
static void check_steps(const struct property_case *c)
{
	_cleanup_topology_ struct dax_topology now = DAX_TOPOLOGY_INIT;
	_cleanup_error_ struct dax_error err = DAX_ERROR_INIT;
	struct dax_target *targets = calloc(c->plan.n_targets + 1, sizeof(*targets));

	assert_non_null(targets);
	for (size_t i = 0; i < c->plan.n_targets; i++) {
		targets[i] = c->plan.targets[i];
		if (targets[i].created)
			targets[i].name[0] = '\0';
	}
	assert_int_equal(dax_topology_copy(&c->before, &now, &err), 0);
	for (size_t i = 0; i < c->plan.n_steps; i++) {
		check_step(c, &now, &c->plan.steps[i]);
		if (dax_model_step(&now, targets, &c->plan.steps[i], &err))
			fail_msg("%s", err.message);
		scene_check(&now);
	}
	scene_assert_same(&c->plan.after, &now);
	assert_int_equal(c->plan.after.drivers, now.drivers);
	/* The machine's policy is lent, not taken. */
	assert_int_equal(c->plan.after.policy, c->before.policy);
	for (size_t i = 0; i < c->plan.n_targets; i++)
		assert_string_equal(targets[i].name, c->plan.targets[i].name);
	if (has_way_back(c))
		check_way_back(c, &now, targets);
	free(targets);
}

/* Who asks for what is there already gets it without a step. */
static void check_again(const struct property_case *c)
{
	_cleanup_plan_ struct dax_plan again = DAX_PLAN_INIT;
	_cleanup_error_ struct dax_error err = DAX_ERROR_INIT;
	const struct dax_request *request = &c->requests[0];

	if (request->verb == DAX_VERB_CREATE || request->verb == DAX_VERB_DESTROY)
		return;
	/* What is a share for one changes with what another got. */
	if (request->has_size && request->size.share && c->plan.n_targets > 1)
		return;
	if (dax_plan_make(&c->plan.after, request, 1, &again, &err))
		fail_msg("%s", err.message);
	assert_int_equal(again.n_steps, 0);
	assert_int_equal(again.n_notes, 0);
	scene_assert_same(&c->plan.after, &again.after);
}

void property_plan(const struct property_case *c)
{
	scene_check(&c->plan.after);
	check_devices(c);
	scene_check_order(&c->plan);
	check_steps(c);
	property_outcome(c);
	check_again(c);
}
