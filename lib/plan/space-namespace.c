/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Where the kernel places namespaces (scan_allocate and space_valid in drivers/nvdimm/namespace_devs.c): a
 * new one in the first free piece that is large enough. One that grows stays where it is; the piece directly
 * before it is tried first, then the piece directly after it. Pieces are whole units of the region's
 * alignment, counted from its start. A namespace that was created with another alignment occupies all units
 * that it touches (nd_pmem_available_dpa), and cannot grow from within a unit.
 */
#include "plan/space-namespace.h"

#include "plan/space.h"

uint64_t dax_space_of_namespace(const struct dax_region *region, const struct dax_namespace *namespace)
{
	uint64_t size = namespace->shape.size;

	if (!region->align || !size)
		return size;
	if (!region->start || namespace->start < region->start)
		return dax_round_up(size, region->align);
	uint64_t offset = namespace->start - region->start;
	return dax_round_up(offset + size, region->align) - dax_round_down(offset, region->align);
}

/* Whether all namespaces of the region were read, with their places; only root can. */
static bool is_known(const struct dax_topology *topology, size_t index)
{
	const struct dax_region *region = &topology->regions[index];
	uint64_t sum = region->available;

	for (size_t i = 0; i < topology->n_namespaces; i++) {
		const struct dax_namespace *namespace = &topology->namespaces[i];

		if (namespace->region != index || !namespace->shape.size)
			continue;
		if (namespace->start < region->start)
			return false;
		sum += dax_space_of_namespace(region, namespace);
	}
	return region->start && region->align && sum == dax_round_down(region->size, region->align);
}

/* The first namespace of the region at or after AT; NULL for none. */
static const struct dax_namespace *next_namespace(const struct dax_topology *topology, size_t index, uint64_t at)
{
	const struct dax_namespace *next = NULL;

	for (size_t i = 0; i < topology->n_namespaces; i++) {
		const struct dax_namespace *other = &topology->namespaces[i];

		if (other->region == index && other->shape.size && other->start >= at &&
		    (!next || other->start < next->start))
			next = other;
	}
	return next;
}

/*
 * The next free piece, from *AT on; *AT moves past the namespace that ends it. Its size is 0 between two
 * adjacent namespaces. False if there is none.
 */
static bool next_piece(const struct dax_topology *topology, size_t index, uint64_t *at, uint64_t *start, uint64_t *size)
{
	const struct dax_region *region = &topology->regions[index];
	const struct dax_namespace *next = next_namespace(topology, index, *at);
	uint64_t end = region->start + region->size;

	if (*at > end)
		return false;
	uint64_t stop =
		region->start + dax_round_down((next ? next->start : end) - region->start, region->align);
	*start = region->start + dax_round_up(*at - region->start, region->align);
	*size = stop > *start ? stop - *start : 0;
	*at = next ? next->start + next->shape.size : end + 1;
	return true;
}

uint64_t dax_space_place_namespace(const struct dax_topology *topology, size_t region, uint64_t size)
{
	uint64_t at = topology->regions[region].start, start = 0, free = 0;

	if (!is_known(topology, region))
		return 0;
	while (next_piece(topology, region, &at, &start, &free)) {
		if (free >= size)
			return start;
	}
	return 0;
}

bool dax_space_around_namespace(const struct dax_topology *topology, const struct dax_namespace *namespace,
				uint64_t *front, uint64_t *behind)
{
	uint64_t at = topology->regions[namespace->region].start, start = 0, size = 0;

	*front = *behind = 0;
	if (!is_known(topology, namespace->region))
		return false;
	while (next_piece(topology, namespace->region, &at, &start, &size)) {
		if (start + size == namespace->start)
			*front = size;
		if (start == namespace->start + namespace->shape.size)
			*behind = size;
	}
	return true;
}

bool dax_space_largest_namespace(const struct dax_topology *topology, size_t region, uint64_t *largest)
{
	uint64_t at = topology->regions[region].start, start = 0, size = 0;

	if (!is_known(topology, region))
		return false;
	*largest = 0;
	while (next_piece(topology, region, &at, &start, &size)) {
		if (size > *largest)
			*largest = size;
	}
	return true;
}
