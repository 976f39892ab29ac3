/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Devices of persistent memory: they are created, changed and destroyed with their namespaces, which store
 * their lasting properties.
 */
#include "plan/plan-namespace.h"

#include "base/error.h"
#include "base/text.h"
#include "plan/plan-content.h"
#include "plan/plan-memory.h"
#include "plan/plan-namespace-size.h"
#include "plan/plan.h"
#include "plan/request.h"
#include "plan/space.h"
#include "state/namespace.h"
#include "state/topology.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

static int check_mode(const struct dax_namespace *namespace, struct dax_error *err)
{
	if (namespace->shape.mode != DAX_NAMESPACE_SECTOR)
		return 0;
	dax_fail(err, EOPNOTSUPP, "%s is in mode sector, which daxadm does not support", namespace->name);
	dax_error_hint(err, "run 'ndctl destroy-namespace' to free its space");
	return -EOPNOTSUPP;
}

static int check_align(const struct dax_plan *plan, const struct dax_region *region, uint64_t align,
		       struct dax_error *err)
{
	static const uint64_t aligns[] = { 4 * DAX_KIB, 2 * DAX_MIB, DAX_GIB };
	char text[DAX_SIZE_TEXT], offered[4 * DAX_SIZE_TEXT] = "";
	int r = dax_plan_check_align(plan, align, err);

	if (r || !region->aligns || (region->aligns & align))
		return r;
	dax_fail(err, EINVAL, "%s cannot have an alignment of %s", region->name, dax_format_size(align, text));
	for (size_t i = 0; i < ARRAY_SIZE(aligns); i++) {
		size_t length = strlen(offered);

		if (region->aligns & aligns[i])
			snprintf(offered + length, sizeof(offered) - length, "%s%s", length ? " and " : "",
				 dax_format_size(aligns[i], text));
	}
	dax_error_hint(err, "the kernel supports %s there", offered);
	return -EINVAL;
}

/*
 * The kernel detects this only when the old content is about to be overwritten, and then the undo fails too.
 */
static int check_writable(const struct dax_region *region, struct dax_error *err)
{
	if (!region->read_only)
		return 0;
	dax_fail(err, EROFS, "region %s is read-only", region->name);
	dax_error_hint(err,
		       "read_only in /sys/bus/nd/devices/%s is 1: the NVDIMM cannot keep its data (it is not "
		       "armed), or an administrator has set it",
		       region->name);
	return -EROFS;
}

/* Not all users expect that a device is smaller than its namespace. */
static void note_usable(struct dax_plan *plan, const struct dax_namespace *namespace)
{
	char size[DAX_SIZE_TEXT], usable[DAX_SIZE_TEXT];

	if (!namespace->start && namespace->shape.align > DAX_GRANULE)
		dax_plan_note(plan, "the usable size of %s depends on where the kernel puts it: at most %s",
			      namespace->name, dax_format_size(namespace->usable, usable));
	else if (namespace->usable < namespace->shape.size)
		dax_plan_note(plan, "%s: %s of %s are usable: page structures and alignment take the rest",
			      namespace->name, dax_format_size(namespace->usable, usable),
			      dax_format_size(namespace->shape.size, size));
}

/* A new namespace, and one that is configured for the first time, gets a unique uuid. */
static void next_uuid(struct dax_plan *plan, const struct dax_request *request, char uuid[DAX_UUID_TEXT])
{
	memcpy(uuid, request->uuid, DAX_UUID_TEXT);
	if (uuid[0]) /* none in a dry run */
		dax_uuid_count_on(uuid, plan->n_uuids++);
}

/* The step for the namespace, and the binding of its device if it has one. */
static int add_step(struct dax_plan *plan, size_t target, struct dax_step step, struct dax_error *err)
{
	const char *name = plan->targets[target].name;
	int r = 0;

	step.target = target;
	step.final = step.kind == DAX_STEP_DESTROY_NAMESPACE ||
		     (step.kind == DAX_STEP_SET_NAMESPACE &&
		      (step.was.mode == DAX_NAMESPACE_RAW || step.was.size != step.becomes.size ||
		       (step.was.map != DAX_MAP_DEV && step.becomes.map == DAX_MAP_DEV)));
	if (step.final)
		dax_plan_note_loss(plan, target);
	r = dax_plan_add(plan, step, err);
	if (r || !step.becomes.size)
		return r;
	const struct dax_namespace *namespace = dax_topology_namespace(&plan->after, name);
	note_usable(plan, namespace);
	if (step.becomes.mode == DAX_NAMESPACE_FSDAX)
		dax_plan_note(plan, "%s is a disk, not a dax device: %s", namespace->name, namespace->block);
	return 0;
}

/* The properties of a new namespace, except its size. */
static void new_shape(struct dax_plan *plan, const struct dax_request *request, uint64_t align,
		      struct dax_shape *shape)
{
	shape->mode = request->fsdax ? DAX_NAMESPACE_FSDAX : DAX_NAMESPACE_DEVDAX;
	shape->align = align;
	shape->map = request->map ? request->map : DAX_MAP_DEV;
	next_uuid(plan, request, shape->uuid);
}

/* Notes differences from the device in the input file: the kernel chooses the place of a namespace. */
static void note_model(struct dax_plan *plan, size_t target, const struct dax_request *request)
{
	const struct dax_device *device = dax_plan_device(plan, target);
	char size[DAX_SIZE_TEXT], model[DAX_SIZE_TEXT];

	if (request->model_size && device->size != request->model_size)
		dax_plan_note(plan, "%s has %s, not %s as in the file: for persistent memory raw_size is used",
			      device->name, dax_format_size(device->size, size),
			      dax_format_size(request->model_size, model));
	if (request->model_start && device->ranges_known && device->ranges[0].start != request->model_start)
		dax_plan_note(plan,
			      "%s starts at 0x%llx, not at 0x%llx as in the file: the kernel chooses the address "
			      "of a namespace",
			      device->name, (unsigned long long)device->ranges[0].start,
			      (unsigned long long)request->model_start);
}

static int bind_new(struct dax_plan *plan, size_t target, const struct dax_request *request, struct dax_error *err)
{
	if (request->fsdax)
		return 0;
	note_model(plan, target, request);
	return dax_plan_bind_mode(plan, target, request, err);
}

static int create_one(struct dax_plan *plan, size_t index, const struct dax_request *request, uint64_t size,
		      uint64_t align, struct dax_error *err)
{
	char device[DAX_NAME_MAX];
	size_t target = 0;
	struct dax_step step = { .kind = DAX_STEP_CREATE_NAMESPACE };

	dax_format_device_name(plan->after.regions[index].id, plan->after.regions[index].seed, device);
	const struct dax_namespace *seed = dax_topology_namespace(&plan->after, device);
	if (!seed || seed->shape.size) {
		dax_fail(err, EAGAIN, "region %s has no seed for a new namespace", plan->after.regions[index].name);
		if (seed)
			dax_error_hint(err, "enable %s first: the kernel then creates a seed", seed->name);
		return -EAGAIN;
	}
	new_shape(plan, request, align, &step.becomes);
	int r = dax_plan_add_namespace_target(plan, seed, &target, err);
	step.becomes.size = size;
	step.becomes.sector_size = 512;
	memcpy(step.becomes.label_uuid, step.becomes.uuid, sizeof(step.becomes.uuid));
	memcpy(step.becomes.label, request->name, sizeof(step.becomes.label));
	if (!r)
		r = add_step(plan, target, step, err);
	return r ? r : bind_new(plan, target, request, err);
}

/* Without labels the whole region is one namespace, which exists always. */
static int take_over(struct dax_plan *plan, size_t index, const struct dax_request *request, uint64_t align,
		     struct dax_error *err)
{
	const struct dax_region *region = &plan->after.regions[index];
	char device[DAX_NAME_MAX];
	size_t target = 0;

	snprintf(device, sizeof(device), "dax%d.0", region->id);
	const struct dax_namespace *namespace = dax_topology_namespace(&plan->after, device);
	if (!namespace)
		return dax_fail(err, ENODEV, "region %s has no namespace", region->name);
	bool all = !request->size.share && request->size.bytes == namespace->shape.size;
	if ((request->has_size && !all) || request->count > 1 || request->count_max || request->name[0]) {
		dax_fail(err, EOPNOTSUPP,
			 "region %s has no labels: all of it is one namespace without a name", region->name);
		dax_error_hint(err, "leave out --size, --count and --name; or create labels, which destroys "
				    "the data: ndctl init-labels");
		return -EOPNOTSUPP;
	}
	if (namespace->shape.mode == DAX_NAMESPACE_DEVDAX) {
		dax_fail(err, EEXIST, "%s exists already and takes all of region %s", device, region->name);
		dax_error_hint(err, "use 'daxadm reconfigure' to change it");
		return -EEXIST;
	}
	struct dax_step step = { .kind = DAX_STEP_SET_NAMESPACE, .was = namespace->shape, .becomes = namespace->shape };
	new_shape(plan, request, align, &step.becomes);
	int r = check_mode(namespace, err);
	if (!r)
		r = dax_plan_check_content(namespace, request, err);
	if (!r)
		r = dax_plan_add_namespace_target(plan, namespace, &target, err);
	if (!r)
		r = add_step(plan, target, step, err);
	return r ? r : bind_new(plan, target, request, err);
}

static bool has_room(const struct dax_region *region, uint64_t size)
{
	return region->largest >= size && region->slots != 0;
}

static int create_several(struct dax_plan *plan, size_t index, const struct dax_request *request, uint64_t size,
			  uint64_t align, struct dax_error *err)
{
	unsigned count = request->count ? request->count : 1, made = 1;
	char text[DAX_SIZE_TEXT];
	int r = create_one(plan, index, request, size, align, err);

	for (; !r && (request->count_max || made < count) && has_room(&plan->after.regions[index], size); made++)
		r = create_one(plan, index, request, size, align, err);
	if (r || request->count_max || made == count)
		return r;
	dax_fail(err, ENOSPC, "%u namespaces of %s do not fit in region %s: there is room for %u", count,
		 dax_format_size(size, text), plan->after.regions[index].name, made);
	dax_error_hint(err, "use --count %u, or --count max together with --size", made);
	return -ENOSPC;
}

int dax_plan_create_namespaces(struct dax_plan *plan, size_t index, const struct dax_request *request,
			       struct dax_error *err)
{
	const struct dax_region *region = &plan->after.regions[index];
	unsigned count = request->count ? request->count : 1;
	uint64_t align = request->has_align ? request->align : DAX_GRANULE, size = 0;

	if (request->n_ranges) {
		dax_fail(err, EOPNOTSUPP, "region %s is persistent memory: the kernel chooses where a namespace is",
			 region->name);
		dax_error_hint(err, "use --size instead");
		return -EOPNOTSUPP;
	}
	int r = check_writable(region, err);
	if (!r)
		r = check_align(plan, region, align, err);
	if (r || !region->labelled)
		return r ? r : take_over(plan, index, request, align, err);
	if (region->slots >= 0 && count > (unsigned)region->slots) {
		dax_fail(err, ENOSPC, "the label area of %s has room for %d more namespaces, not for %u", region->name,
			 region->slots, count);
		dax_error_hint(err, "each namespace takes one label: destroy namespaces that are not needed");
		return -ENOSPC;
	}
	r = dax_plan_new_size(plan, region, request, count, &size, err);
	return r ? r : create_several(plan, index, request, size, align, err);
}

/* Without labels the namespace stays, in mode raw. */
int dax_plan_destroy_namespace(struct dax_plan *plan, size_t target, const struct dax_request *request,
			       struct dax_error *err)
{
	const struct dax_namespace *namespace = dax_topology_namespace(&plan->after, plan->targets[target].name);
	const struct dax_device *device = dax_plan_device(plan, target);
	const struct dax_region *region = &plan->after.regions[namespace->region];
	bool labelled = region->labelled;
	struct dax_step step = { .kind = labelled ? DAX_STEP_DESTROY_NAMESPACE : DAX_STEP_SET_NAMESPACE,
				 .was = namespace->shape };
	int r = check_mode(namespace, err);

	if (!r)
		r = check_writable(region, err);
	if (!r)
		r = dax_plan_check_content(namespace, request, err);
	if (!r && device && device->driver[0] && !request->force) {
		dax_fail(err, EBUSY, "%s is enabled", device->name);
		dax_error_hint(err, "disable it first, or use -f");
		return -EBUSY;
	}
	if (!r && device)
		r = dax_plan_unbind(plan, target, err);
	if (r)
		return r;
	if (!labelled) {
		step.becomes.size = step.was.size;
		step.becomes.sector_size = step.was.sector_size;
		dax_plan_note(plan, "%s stays, in mode raw: its region has no labels", namespace->name);
	}
	return add_step(plan, target, step, err);
}

static int wanted_shape(struct dax_plan *plan, const struct dax_namespace *namespace,
			const struct dax_request *request, struct dax_shape *shape, struct dax_error *err)
{
	const struct dax_region *region = &plan->after.regions[namespace->region];
	bool first = namespace->shape.mode == DAX_NAMESPACE_RAW;
	int r = 0;

	*shape = namespace->shape;
	if (request->has_mode || first)
		shape->mode = request->fsdax ? DAX_NAMESPACE_FSDAX : DAX_NAMESPACE_DEVDAX;
	if (request->has_align || first)
		shape->align = request->has_align ? request->align : DAX_GRANULE;
	if (request->map || first)
		shape->map = request->map ? request->map : DAX_MAP_DEV;
	if (request->has_align)
		r = check_align(plan, region, request->align, err);
	if (!r && request->has_size && !region->labelled) {
		dax_fail(err, EOPNOTSUPP, "region %s has no labels: %s takes all of it", region->name,
			 namespace->name);
		dax_error_hint(err, "run 'ndctl init-labels' to create labels; this destroys the data");
		return -EOPNOTSUPP;
	}
	if (!r && request->has_size)
		shape->size = dax_plan_other_size(plan, namespace, request);
	if (first)
		next_uuid(plan, request, shape->uuid);
	if (!r && shape->size < DAX_NAMESPACE_MIN) {
		dax_fail(err, ENOSPC, "%s would be too small", namespace->name);
		dax_error_hint(err, "the smallest namespace is 16 MiB");
		return -ENOSPC;
	}
	return r;
}

/*
 * The previous driver of the device, unless another one is requested; system memory returns in the requested
 * state.
 */
static int bind_again(struct dax_plan *plan, size_t target, const struct dax_request *request, struct dax_error *err)
{
	struct dax_request again = *request;

	if (!request->has_mode) {
		again.driver = dax_mode_driver(dax_driver_mode(plan->targets[target].driver));
		again.has_mode = true;
	}
	if (request->fsdax || (!request->has_mode && !plan->targets[target].driver[0]))
		return 0;
	return dax_plan_bind_mode(plan, target, &again, err);
}

int dax_plan_set_namespace(struct dax_plan *plan, size_t target, const struct dax_request *request,
			   struct dax_error *err)
{
	const struct dax_namespace *namespace = dax_topology_namespace(&plan->after, plan->targets[target].name);
	struct dax_step step = { .kind = DAX_STEP_SET_NAMESPACE, .was = namespace->shape };
	int r = check_mode(namespace, err);

	if (!r)
		r = wanted_shape(plan, namespace, request, &step.becomes, err);
	if (r || dax_shape_is(&step.was, &step.becomes))
		return r;
	r = check_writable(&plan->after.regions[namespace->region], err);
	if (!r)
		r = dax_plan_check_content(namespace, request, err);
	if (!r && dax_plan_device(plan, target))
		r = dax_plan_unbind(plan, target, err);
	if (!r)
		r = add_step(plan, target, step, err);
	return r ? r : bind_again(plan, target, request, err);
}
