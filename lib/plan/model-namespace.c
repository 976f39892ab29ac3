/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The model of namespaces: the effects on a namespace, its device, and the free space of its nd region. */
#include "plan/model-namespace.h"

#include "plan/model.h"
#include "plan/space-namespace.h"
#include "plan/space.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

static void remove_device(struct dax_topology *topology, struct dax_device *device)
{
	size_t at = (size_t)(device - topology->devices);

	free(device->ranges);
	free(device->memory.blocks);
	topology->n_devices--;
	memmove(device, device + 1, (topology->n_devices - at) * sizeof(*device));
}

/* Inserts a device without a driver at its place in the list. */
static int add_device(struct dax_topology *topology, const struct dax_namespace *namespace, size_t region,
		      struct dax_range data, struct dax_error *err)
{
	struct dax_device *grown = reallocarray(topology->devices, topology->n_devices + 2, sizeof(*grown));
	struct dax_range *ranges = malloc(sizeof(*ranges));
	size_t at = 0;

	if (grown)
		topology->devices = grown;
	if (!grown || !ranges) {
		free(ranges);
		return dax_no_memory(err);
	}
	while (at < topology->n_devices && (grown[at].region_id < namespace->region_id ||
					    (grown[at].region_id == namespace->region_id && grown[at].id < namespace->id)))
		at++;
	memmove(&grown[at + 1], &grown[at], (topology->n_devices - at) * sizeof(*grown));
	topology->n_devices++;
	*ranges = data;
	grown[at] = (struct dax_device){
		.region_id = namespace->region_id,
		.id = namespace->id,
		.region = region,
		.size = dax_range_size(data),
		.align = namespace->shape.align,
		.ranges_known = namespace->start != 0,
		.ranges = ranges,
		.n_ranges = 1,
		.memmap_on_memory = -1,
	};
	dax_format_device_name(namespace->region_id, namespace->id, grown[at].name);
	return 0;
}

/* The free space, and its largest piece as far as it is known. */
static void account(struct dax_topology *topology, size_t index, uint64_t had, uint64_t has)
{
	struct dax_region *region = &topology->regions[index];
	bool one_piece = region->largest == region->available;

	region->available = region->available + had - has;
	if (region->slots >= 0)
		region->slots += !has - !had;
	if (dax_space_largest_namespace(topology, index, &region->largest))
		return;
	if (one_piece || region->largest > region->available)
		region->largest = region->available;
	if (has < had && had - has > region->largest)
		region->largest = had - has;
}

static int fail_full(const struct dax_region *region, const struct dax_namespace *namespace, uint64_t more,
		     uint64_t most, struct dax_error *err)
{
	char first[DAX_SIZE_TEXT], second[DAX_SIZE_TEXT];

	dax_fail(err, ENOSPC, "%s: %s more are needed, but only %s are free %s", namespace->name,
		 dax_format_size(more, first), dax_format_size(most, second),
		 namespace->shape.size ? "directly before it, or directly after it" : "in one piece");
	dax_error_hint(err, "run 'daxadm list -NR -r %s' to see what is free", region->name);
	return -ENOSPC;
}

/* Whether it was created with a unit other than the current one of the region. */
static bool is_off(const struct dax_region *region, const struct dax_namespace *namespace)
{
	return dax_space_of_namespace(region, namespace) != namespace->shape.size;
}

static int fail_off(const struct dax_region *region, const struct dax_namespace *namespace,
		    struct dax_error *err)
{
	char unit[DAX_SIZE_TEXT];

	dax_fail(err, ENOSPC,
		 "%s cannot grow: its start and end are not on units of region %s, which are %s now",
		 namespace->name, region->name, dax_format_size(region->align, unit));
	dax_error_hint(
		err,
		"destroy it and create it again, or set align in /sys/bus/nd/devices/%s to its old value",
		region->name);
	return -ENOSPC;
}

/* A namespace that grows stays where it is, and gets the space before it or the space after it. */
static int grow(const struct dax_topology *topology, struct dax_namespace *namespace, uint64_t more,
		struct dax_error *err)
{
	const struct dax_region *region = &topology->regions[namespace->region];
	uint64_t front = 0, behind = 0;

	if (!dax_space_around_namespace(topology, namespace, &front, &behind)) {
		namespace->start = 0;
		return more > region->largest ? fail_full(region, namespace, more, region->largest, err) : 0;
	}
	if (front >= more)
		namespace->start -= more;
	else if (behind < more && is_off(region, namespace))
		return fail_off(region, namespace, err);
	else if (behind < more)
		return fail_full(region, namespace, more, front > behind ? front : behind, err);
	return 0;
}

/* A namespace with labels that gets or loses its size. */
static int resize(struct dax_topology *topology, struct dax_namespace *namespace, uint64_t size,
		  struct dax_error *err)
{
	const struct dax_region *region = &topology->regions[namespace->region];
	char first[DAX_SIZE_TEXT], second[DAX_SIZE_TEXT];
	uint64_t had = namespace->shape.size, took = dax_space_of_namespace(region, namespace);
	int r = 0;

	if (!dax_is_aligned(size, region->align ? region->align : 1))
		return dax_fail(err, EINVAL, "%s: %s is not a multiple of %s", namespace->name,
				dax_format_size(size, first), dax_format_size(region->align, second));
	if (!had && size > region->largest)
		return fail_full(region, namespace, size - had, region->largest, err);
	if (!had)
		namespace->start = dax_space_place_namespace(topology, namespace->region, size);
	else if (size > had)
		r = grow(topology, namespace, size - had, err);
	else if (!size)
		namespace->start = 0;
	if (r)
		return r;
	namespace->shape.size = size;
	account(topology, namespace->region, took, dax_space_of_namespace(region, namespace));
	return 0;
}

/* The kernel provides the next seed as soon as this one is in use. */
static int add_seed(struct dax_topology *topology, struct dax_region *region, size_t index, struct dax_error *err)
{
	struct dax_namespace *grown =
		reallocarray(topology->namespaces, topology->n_namespaces + 1, sizeof(*grown));
	size_t at = 0;

	if (!grown)
		return dax_no_memory(err);
	topology->namespaces = grown;
	region->seed = 0;
	for (size_t i = 0; i < topology->n_namespaces; i++) {
		if (grown[i].region != index) {
			at += grown[i].region_id < region->id;
		} else if (grown[i].id == region->seed) { /* sorted: the lowest free id */
			region->seed++;
			at = i + 1;
		}
	}
	memmove(&grown[at + 1], &grown[at], (topology->n_namespaces - at) * sizeof(*grown));
	topology->n_namespaces++;
	grown[at] = (struct dax_namespace){ .region_id = region->id, .id = region->seed, .region = index };
	snprintf(grown[at].name, sizeof(grown[at].name), "namespace%d.%d", region->id, region->seed);
	return 0;
}

static int fail_too_small(const struct dax_namespace *namespace, struct dax_error *err)
{
	const struct dax_shape *shape = &namespace->shape;
	char size[DAX_SIZE_TEXT], align[DAX_SIZE_TEXT];

	dax_fail(err, ENXIO, "%s: with an alignment of %s no usable space is left of %s", namespace->name,
		 dax_format_size(shape->align, align), dax_format_size(shape->size, size));
	dax_error_hint(err, "use a larger size or a smaller alignment");
	return -ENXIO;
}

/*
 * The part of it that its device or disk can use. Its start does not need to be known: it matters only for
 * the largest alignment, and then the result is the maximum.
 */
static int find_data(const struct dax_namespace *namespace, struct dax_range *data, struct dax_error *err)
{
	struct dax_shape shape = namespace->shape;
	bool most = !namespace->start && shape.align > DAX_GRANULE;
	uint64_t size = 0;

	if (most)
		shape.align = DAX_GRANULE;
	int r = dax_shape_data(&shape, namespace->start, data);
	if (r || !most)
		return r ? fail_too_small(namespace, err) : 0;
	size = dax_round_down(dax_range_size(*data), namespace->shape.align);
	*data = (struct dax_range){ 0, size - 1 };
	return size ? 0 : fail_too_small(namespace, err);
}

/*
 * The configuration is shown only while it is enabled, unless the caller disabled it. Otherwise its size is
 * the maximum for the device.
 */
static int enable(struct dax_topology *topology, struct dax_namespace *namespace, size_t region,
		  const struct dax_shape *known, struct dax_error *err)
{
	struct dax_range data = { 0, namespace->shape.size - 1 };

	namespace->enabled = true;
	if (!known->size)
		namespace->start = 0;
	else
		namespace->shape = *known;
	int r = known->size ? find_data(namespace, &data, err) : 0;
	if (r)
		return r;
	namespace->usable = dax_range_size(data);
	return add_device(topology, namespace, region, data, err);
}

/* The kernel forgets the configuration; the label records that it contains a device. */
static void disable(struct dax_namespace *namespace)
{
	struct dax_shape *shape = &namespace->shape;

	namespace->enabled = false;
	namespace->marked = shape->label_uuid[0] ? shape->mode : DAX_NAMESPACE_RAW;
	namespace->usable = 0;
	shape->mode = DAX_NAMESPACE_RAW;
	shape->map = DAX_MAP_NONE;
	shape->align = 0;
	shape->uuid[0] = '\0';
}

/* The name is that of nvdimm_namespace_disk_name in drivers/nvdimm/namespace_devs.c. */
static void name_disk(struct dax_namespace *namespace)
{
	namespace->block[0] = '\0';
	if (namespace->shape.mode == DAX_NAMESPACE_FSDAX && namespace->id)
		snprintf(namespace->block, sizeof(namespace->block), "pmem%d.%d", namespace->region_id,
			 namespace->id);
	else if (namespace->shape.mode == DAX_NAMESPACE_FSDAX)
		snprintf(namespace->block, sizeof(namespace->block), "pmem%d", namespace->region_id);
}

int dax_model_namespace(struct dax_topology *topology, const struct dax_target *target, const struct dax_step *step,
			struct dax_error *err)
{
	struct dax_namespace *namespace = dax_topology_namespace(topology, target->name);
	struct dax_device *device = dax_topology_device(topology, target->name);
	const struct dax_shape *to = &step->becomes;
	struct dax_range data = { 0, 0 };
	int r = 0;

	if (!namespace)
		return dax_fail(err, ENODEV, "%s has no namespace", target->name);
	if (device && device->driver[0])
		return dax_fail(err, EBUSY, "%s is enabled", device->name);
	if (device)
		remove_device(topology, device);
	if (step->kind == DAX_STEP_ENABLE_NAMESPACE)
		return enable(topology, namespace, target->region, to, err);
	if (step->kind == DAX_STEP_DISABLE_NAMESPACE) {
		disable(namespace);
		return 0;
	}
	struct dax_region *region = &topology->regions[namespace->region];
	size_t index = namespace->region;
	bool was_seed = !namespace->shape.size && namespace->id == region->seed;
	if (region->labelled && to->size != namespace->shape.size)
		r = resize(topology, namespace, to->size, err);
	if (r)
		return r;
	namespace->shape = *to;
	namespace->enabled = to->size != 0;
	namespace->usable = to->size;
	name_disk(namespace);
	if (to->mode == DAX_NAMESPACE_DEVDAX || to->mode == DAX_NAMESPACE_FSDAX) {
		r = find_data(namespace, &data, err);
		if (r)
			return r;
		namespace->usable = dax_range_size(data);
	}
	if (to->mode == DAX_NAMESPACE_DEVDAX)
		r = add_device(topology, namespace, target->region, data, err);
	return !r && was_seed && to->size ? add_seed(topology, region, index, err) : r;
}
