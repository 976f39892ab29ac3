/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The model of namespaces: what becomes of one, of its device, and of what is free in its nd region. */
#include "model.h"
#include "space.h"

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

/* A device without a driver, at its place in the list. */
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
	snprintf(grown[at].name, sizeof(grown[at].name), "dax%d.%d", namespace->region_id, namespace->id);
	return 0;
}

/* The first namespace of the region that lies at or behind AT; NULL for none. */
static const struct dax_namespace *next_namespace(const struct dax_topology *topology,
						  const struct dax_namespace *but, uint64_t at)
{
	const struct dax_namespace *next = NULL;

	for (size_t i = 0; i < topology->n_namespaces; i++) {
		const struct dax_namespace *other = &topology->namespaces[i];

		if (other != but && other->region == but->region && other->shape.size && other->start >= at &&
		    (!next || other->start < next->start))
			next = other;
	}
	return next;
}

/*
 * Where the kernel would put a new namespace: first fit from the start of the region (scan_allocate in
 * drivers/nvdimm/namespace_devs.c). 0 where that is not known.
 */
static uint64_t place(const struct dax_topology *topology, const struct dax_namespace *namespace, uint64_t size)
{
	const struct dax_region *region = &topology->regions[namespace->region];
	uint64_t at = region->start;

	for (size_t i = 0; i < topology->n_namespaces; i++) {
		const struct dax_namespace *other = &topology->namespaces[i];

		if (other != namespace && other->region == namespace->region && other->shape.size && !other->start)
			return 0;
	}
	while (at) {
		const struct dax_namespace *next = next_namespace(topology, namespace, at);

		if (!next || next->start - at >= size)
			return at;
		at = next->start + next->shape.size;
	}
	return 0;
}

/* What is free right in front of a namespace; more than there can be where that is not known. */
static uint64_t gap_in_front(const struct dax_topology *topology, const struct dax_namespace *namespace)
{
	uint64_t end = topology->regions[namespace->region].start;

	if (!end || !namespace->start)
		return UINT64_MAX;
	for (size_t i = 0; i < topology->n_namespaces; i++) {
		const struct dax_namespace *other = &topology->namespaces[i];

		if (other == namespace || other->region != namespace->region || !other->shape.size)
			continue;
		if (!other->start)
			return UINT64_MAX;
		if (other->start < namespace->start && other->start + other->shape.size > end)
			end = other->start + other->shape.size;
	}
	return namespace->start - end;
}

/* What is free, and of that the largest piece as far as it can be told. */
static void account(struct dax_region *region, uint64_t had, uint64_t has)
{
	bool one_piece = region->largest == region->available;

	region->available = region->available + had - has;
	if (one_piece || region->largest > region->available)
		region->largest = region->available;
	if (has < had && had - has > region->largest)
		region->largest = had - has;
}

/* A namespace with labels that has got, or lost, its size. */
static int resize(struct dax_topology *topology, struct dax_namespace *namespace, uint64_t size,
		  struct dax_error *err)
{
	struct dax_region *region = &topology->regions[namespace->region];
	char first[DAX_SIZE_TEXT], second[DAX_SIZE_TEXT];
	uint64_t had = namespace->shape.size;

	if (!dax_is_aligned(size, region->align ? region->align : 1))
		return dax_fail(err, EINVAL, "%s: %s is not a multiple of %s", namespace->name,
				dax_format_size(size, first), dax_format_size(region->align, second));
	if (size > had && size - had > region->largest)
		return dax_fail(err, ENOSPC, "%s: %s more are wanted, and the largest free piece of %s is %s",
				namespace->name, dax_format_size(size - had, first), region->name,
				dax_format_size(region->largest, second));
	if (!had)
		namespace->start = place(topology, namespace, size);
	else if (size > had && gap_in_front(topology, namespace) >= size - had) /* there, or behind */
		namespace->start = 0;
	if (!size)
		namespace->start = 0;
	account(region, had, size);
	return 0;
}

/* The kernel has the next one ready as soon as this one is in use. */
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
		} else if (grown[i].id == region->seed) { /* sorted: the lowest id that is free */
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

static int fail_too_small(const struct dax_namespace *namespace, const struct dax_shape *shape,
			  struct dax_error *err)
{
	char size[DAX_SIZE_TEXT], align[DAX_SIZE_TEXT];

	dax_fail(err, ENXIO, "%s: with an alignment of %s nothing is left of %s", namespace->name,
		 dax_format_size(shape->align, align), dax_format_size(shape->size, size));
	dax_error_hint(err, "make it larger, or the alignment smaller");
	return -ENXIO;
}

/* What it is set up as, and where its device begins, shows only then. Its size is the most that the device can have. */
static int enable(struct dax_topology *topology, struct dax_namespace *namespace, size_t region,
		  struct dax_error *err)
{
	struct dax_range most = { 0, namespace->shape.size - 1 };

	namespace->enabled = true;
	namespace->start = 0;
	return add_device(topology, namespace, region, most, err);
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
		return dax_fail(err, ENODEV, "%s: there is no namespace for it", target->name);
	if (device && device->driver[0])
		return dax_fail(err, EBUSY, "%s is enabled", device->name);
	if (device)
		remove_device(topology, device);
	if (step->kind == DAX_STEP_ENABLE_NAMESPACE)
		return enable(topology, namespace, target->region, err);
	if (step->kind == DAX_STEP_DISABLE_NAMESPACE) {
		namespace->enabled = false;
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
	namespace->block[0] = '\0';
	if (to->mode == DAX_NAMESPACE_DEVDAX || to->mode == DAX_NAMESPACE_FSDAX) {
		if (dax_shape_data(to, namespace->start, &data))
			return fail_too_small(namespace, to, err);
		namespace->usable = dax_range_size(data);
	}
	if (to->mode == DAX_NAMESPACE_DEVDAX)
		r = add_device(topology, namespace, target->region, data, err);
	return !r && was_seed && to->size ? add_seed(topology, region, index, err) : r;
}
