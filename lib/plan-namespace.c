/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Devices of persistent memory: they are made, changed and destroyed with their namespaces, which hold what is to last. */
#include "planner.h"
#include "space.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

static int check_mode(const struct dax_namespace *namespace, struct dax_error *err)
{
	if (namespace->shape.mode != DAX_NAMESPACE_SECTOR)
		return 0;
	dax_fail(err, EOPNOTSUPP, "%s is in mode sector, which is not made or changed here", namespace->name);
	dax_error_hint(err, "ndctl destroy-namespace makes room");
	return -EOPNOTSUPP;
}

static int check_align(const struct dax_plan *plan, const struct dax_region *region, uint64_t align,
		       struct dax_error *err)
{
	char text[DAX_SIZE_TEXT];
	int r = dax_plan_check_align(plan, align, err);

	if (r || !region->aligns || (region->aligns & align))
		return r;
	dax_fail(err, EINVAL, "%s cannot have an alignment of %s", region->name, dax_format_size(align, text));
	dax_error_hint(err, "supported_alignments of the seed in /sys/bus/nd/devices/%s says which it can", region->name);
	return -EINVAL;
}

/* The kernel takes multiples of the region's alignment only. */
static uint64_t unit_of(const struct dax_region *region)
{
	return region->align ? region->align : DAX_NAMESPACE_MIN;
}

static uint64_t note_rounded(struct dax_plan *plan, const struct dax_region *region, uint64_t size,
			     uint64_t rounded)
{
	char wanted[DAX_SIZE_TEXT], unit[DAX_SIZE_TEXT], gets[DAX_SIZE_TEXT];

	if (rounded && rounded != size)
		dax_plan_note(plan, "a namespace in %s is made of whole %s: %s becomes %s", region->name,
			      dax_format_size(unit_of(region), unit), dax_format_size(size, wanted),
			      dax_format_size(rounded, gets));
	return rounded;
}

/* What is asked for is rounded up. */
static uint64_t round_size(struct dax_plan *plan, const struct dax_region *region, uint64_t size)
{
	uint64_t rounded = note_rounded(plan, region, size, dax_round_up(size, unit_of(region)));

	return rounded ? rounded : size;
}

/* What is made of a part of what there is can only be rounded down. */
static uint64_t round_share(struct dax_plan *plan, const struct dax_region *region, uint64_t share)
{
	return note_rounded(plan, region, share, dax_round_down(share, unit_of(region)));
}

static uint64_t share_of(uint64_t space, unsigned percent)
{
	return space / 100 * percent + space % 100 * percent / 100;
}

/* What a device is smaller by than its namespace is not expected by everybody. */
static void note_usable(struct dax_plan *plan, const struct dax_namespace *namespace)
{
	char size[DAX_SIZE_TEXT], usable[DAX_SIZE_TEXT];

	if (!namespace->start && namespace->shape.align > DAX_GRANULE)
		dax_plan_note(plan, "how much of %s is usable depends on where the kernel puts it: %s at the most",
			      namespace->name, dax_format_size(namespace->usable, usable));
	else if (namespace->usable < namespace->shape.size)
		dax_plan_note(plan, "of the %s of %s, %s are usable; in the rest is what the kernel keeps there, and what "
				    "the alignment leaves out", dax_format_size(namespace->shape.size, size),
			      namespace->name, dax_format_size(namespace->usable, usable));
}

/* Each namespace that is made, and each that is set up for the first time, is told from all others. */
static void next_uuid(struct dax_plan *plan, const struct dax_request *request, char uuid[DAX_UUID_TEXT])
{
	memcpy(uuid, request->uuid, DAX_UUID_TEXT);
	if (uuid[0]) /* a dry run has none */
		dax_uuid_count_on(uuid, plan->n_uuids++);
}

/* The step, and the device with its driver, where there is to be one. */
static int add_step(struct dax_plan *plan, size_t target, struct dax_step step, struct dax_error *err)
{
	const char *name = plan->targets[target].name;
	int r = 0;

	step.device = target;
	step.final = step.kind == DAX_STEP_DESTROY_NAMESPACE ||
		     (step.kind == DAX_STEP_SET_NAMESPACE &&
		      (step.was.mode == DAX_NAMESPACE_RAW || step.was.size != step.becomes.size ||
		       (step.was.map != DAX_MAP_DEV && step.becomes.map == DAX_MAP_DEV)));
	r = dax_plan_add(plan, step, err);
	if (r || !step.becomes.size)
		return r;
	const struct dax_namespace *namespace = dax_topology_namespace(&plan->after, name);
	note_usable(plan, namespace);
	if (step.becomes.mode == DAX_NAMESPACE_FSDAX)
		dax_plan_note(plan, "%s holds no device, but a disk: %s", namespace->name, namespace->block);
	return 0;
}

/* What a new one is to be, but for its size. */
static void new_shape(struct dax_plan *plan, const struct dax_request *request, uint64_t align,
		      struct dax_shape *shape)
{
	shape->mode = request->fsdax ? DAX_NAMESPACE_FSDAX : DAX_NAMESPACE_DEVDAX;
	shape->align = align;
	shape->map = request->map ? request->map : DAX_MAP_DEV;
	next_uuid(plan, request, shape->uuid);
}

/* What differs from the device that it is made after: the kernel chooses where a namespace lies. */
static void note_model(struct dax_plan *plan, size_t target, const struct dax_request *request)
{
	const struct dax_device *device = dax_plan_device(plan, target);
	char size[DAX_SIZE_TEXT], model[DAX_SIZE_TEXT];

	if (request->model_size && device->size != request->model_size)
		dax_plan_note(plan, "%s has %s, where the file says %s: of persistent memory raw_size counts",
			      device->name, dax_format_size(device->size, size),
			      dax_format_size(request->model_size, model));
	if (request->model_start && device->ranges_known && device->ranges[0].start != request->model_start)
		dax_plan_note(plan,
			      "%s begins at 0x%llx, where the file says 0x%llx: the kernel chooses where a "
			      "namespace is",
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

	snprintf(device, sizeof(device), "dax%d.%d", plan->after.regions[index].id, plan->after.regions[index].seed);
	const struct dax_namespace *seed = dax_topology_namespace(&plan->after, device);
	if (!seed || seed->shape.size)
		return dax_fail(err, EAGAIN, "region %s has no seed for a new namespace", plan->after.regions[index].name);
	new_shape(plan, request, align, &step.becomes);
	int r = dax_plan_add_namespace_target(plan, seed, &target, err);
	step.becomes.size = size;
	step.becomes.sector_size = 512;
	memcpy(step.becomes.label_uuid, step.becomes.uuid, sizeof(step.becomes.uuid));
	memcpy(step.becomes.label, request->name, sizeof(step.becomes.label));
	if (!r && !request->fsdax)
		r = dax_plan_load(plan, request->has_mode ? request->driver : "device_dax", err);
	if (!r)
		r = add_step(plan, target, step, err);
	return r ? r : bind_new(plan, target, request, err);
}

/* Each of COUNT, at the most all that is free in one piece. */
static int choose_size(struct dax_plan *plan, const struct dax_region *region, const struct dax_request *request,
		       unsigned count, uint64_t *size, struct dax_error *err)
{
	unsigned percent = request->size.percent;
	char wanted[DAX_SIZE_TEXT], largest[DAX_SIZE_TEXT];

	if (request->has_size && !percent)
		*size = round_size(plan, region, request->size.bytes);
	else if (request->has_size)
		*size = round_share(plan, region, share_of(region->available, percent));
	else
		*size = round_share(plan, region, region->largest / count);
	if (*size >= DAX_NAMESPACE_MIN && *size <= region->largest)
		return 0;
	dax_format_size(region->largest, largest);
	if (*size < DAX_NAMESPACE_MIN)
		dax_fail(err, ENOSPC, "a namespace of %s in region %s would be too small", dax_format_size(*size, wanted),
			 region->name);
	else
		dax_fail(err, ENOSPC, "region %s has no room for a namespace of %s", region->name,
			 dax_format_size(*size, wanted));
	dax_error_hint(err, "the largest that could be made has %s; the smallest has 16 MiB", largest);
	return -ENOSPC;
}

/* Without labels there is one namespace, of the whole region, and it is there. */
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
	bool all = !request->size.percent && request->size.bytes == namespace->shape.size;
	if ((request->has_size && !all) || request->count > 1 || request->name[0]) {
		dax_fail(err, EOPNOTSUPP, "region %s has no labels: it is one namespace without a name, of all of it",
			 region->name);
		dax_error_hint(err, "leave out --size, --count and --name; or give it labels, which loses what it holds: ndctl "
				    "init-labels");
		return -EOPNOTSUPP;
	}
	if (namespace->shape.mode == DAX_NAMESPACE_DEVDAX) {
		dax_fail(err, EEXIST, "%s is there already, of all of region %s", device, region->name);
		dax_error_hint(err, "daxadm reconfigure changes it");
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

int dax_plan_create_namespaces(struct dax_plan *plan, size_t index, const struct dax_request *request,
			       struct dax_error *err)
{
	const struct dax_region *region = &plan->after.regions[index];
	unsigned count = request->count ? request->count : 1;
	uint64_t align = request->has_align ? request->align : DAX_GRANULE, size = 0;

	if (request->n_ranges) {
		dax_fail(err, EOPNOTSUPP, "region %s is persistent memory: the kernel chooses where a namespace is",
			 region->name);
		dax_error_hint(err, "--size says how large it is");
		return -EOPNOTSUPP;
	}
	if (region->read_only)
		return dax_fail(err, EROFS, "region %s is read-only", region->name);
	int r = check_align(plan, region, align, err);
	if (r || !region->labelled)
		return r ? r : take_over(plan, index, request, align, err);
	if (region->slots >= 0 && count > (unsigned)region->slots) {
		dax_fail(err, ENOSPC, "the label area of %s has room for %d more namespaces, not for %u", region->name,
			 region->slots, count);
		dax_error_hint(err, "each namespace takes one: destroy those that are not needed");
		return -ENOSPC;
	}
	r = choose_size(plan, region, request, count, &size, err);
	for (unsigned i = 0; !r && i < count; i++)
		r = create_one(plan, index, request, size, align, err);
	return r;
}

/* Without labels the namespace stays, as a raw one. */
int dax_plan_destroy_namespace(struct dax_plan *plan, size_t target, const struct dax_request *request,
			       struct dax_error *err)
{
	const struct dax_namespace *namespace = dax_topology_namespace(&plan->after, plan->targets[target].name);
	const struct dax_device *device = dax_plan_device(plan, target);
	bool labelled = plan->after.regions[namespace->region].labelled;
	struct dax_step step = { .kind = labelled ? DAX_STEP_DESTROY_NAMESPACE : DAX_STEP_SET_NAMESPACE,
				 .was = namespace->shape };
	int r = check_mode(namespace, err);

	if (!r)
		r = dax_plan_check_content(namespace, request, err);
	if (!r && device && device->driver[0] && !request->force) {
		dax_fail(err, EBUSY, "%s is enabled", device->name);
		dax_error_hint(err, "disable it first, or let -f do so");
		return -EBUSY;
	}
	if (!r && device)
		r = dax_plan_unbind(plan, target, err);
	if (r)
		return r;
	if (!labelled) {
		step.becomes.size = step.was.size;
		step.becomes.sector_size = step.was.sector_size;
		dax_plan_note(plan, "%s stays, as a raw one: its region has no labels", namespace->name);
	}
	return add_step(plan, target, step, err);
}

static uint64_t room_to_grow(const struct dax_plan *plan, const struct dax_namespace *namespace)
{
	uint64_t front = 0, behind = 0;

	if (!dax_space_around_namespace(&plan->after, namespace, &front, &behind))
		return plan->after.regions[namespace->region].largest;
	return front > behind ? front : behind;
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
		dax_fail(err, EOPNOTSUPP, "region %s has no labels: %s is all of it", region->name, namespace->name);
		dax_error_hint(err, "labels, which ndctl init-labels makes, lose what it holds");
		return -EOPNOTSUPP;
	}
	if (!r && request->has_size && request->size.percent)
		shape->size = round_share(
			plan, region,
			share_of(shape->size + room_to_grow(plan, namespace), request->size.percent));
	else if (!r && request->has_size)
		shape->size = round_size(plan, region, request->size.bytes);
	if (first)
		next_uuid(plan, request, shape->uuid);
	if (!r && shape->size < DAX_NAMESPACE_MIN) {
		dax_fail(err, ENOSPC, "%s would be too small", namespace->name);
		dax_error_hint(err, "the smallest namespace has 16 MiB");
		return -ENOSPC;
	}
	return r;
}

/* The driver that the device had, unless another is asked for; system memory comes back as it was asked for. */
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
	r = dax_plan_check_content(namespace, request, err);
	if (!r && !request->fsdax && request->has_mode)
		r = dax_plan_load(plan, request->driver, err);
	if (!r && dax_plan_device(plan, target))
		r = dax_plan_unbind(plan, target, err);
	if (!r)
		r = add_step(plan, target, step, err);
	return r ? r : bind_again(plan, target, request, err);
}
