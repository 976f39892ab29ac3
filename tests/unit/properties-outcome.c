/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Whether who asked got it, and whether who did not get it could not have had it. */
#include "unit.h"

#include "properties.h"
#include "scene.h"

#include <errno.h>

static uint64_t unit_of(uint64_t align)
{
	return align < 2 * DAX_MIB ? 2 * DAX_MIB : align;
}

/* PART of SPACE, exactly. */
static uint64_t share(uint64_t space, uint64_t part, uint64_t unit)
{
	__extension__ typedef unsigned __int128 wide;
	uint64_t bytes = (uint64_t)((wide)space * part / (100 * DAX_PERCENT));

	return bytes - bytes % unit;
}

static bool is_free(const struct dax_topology *topology, const struct dax_region *region, uint64_t start,
		    uint64_t end)
{
	size_t index = (size_t)(region - topology->regions);

	for (size_t i = 0; i < topology->n_devices; i++) {
		const struct dax_device *device = &topology->devices[i];

		for (size_t j = 0; device->region == index && j < device->n_ranges; j++) {
			if (device->ranges[j].start <= end && start <= device->ranges[j].end)
				return false;
		}
	}
	return true;
}

uint64_t property_whole_units(const struct dax_topology *topology, const struct dax_region *region,
			      uint64_t align)
{
	uint64_t unit = unit_of(align), bytes = 0;
	uint64_t at = (region->start + unit - 1) / unit * unit;

	for (; at + unit <= region->start + region->size; at += unit)
		bytes += is_free(topology, region, at, at + unit - 1) ? unit : 0;
	return bytes;
}

static const char *driver_of(const struct dax_request *request)
{
	return request->has_mode ? request->driver : "device_dax";
}

static void check_created(const struct property_case *c, const struct dax_request *request,
			  const struct dax_device *device)
{
	const struct dax_region *region = &c->before.regions[device->region];
	unsigned count = request->count ? request->count : 1;
	uint64_t space = region->available;

	assert_string_equal(device->driver, driver_of(request));
	property_memory(request, NULL, device);
	assert_int_equal(device->align, request->has_align ? request->align : 2 * DAX_MIB);
	if (request->n_ranges) {
		assert_int_equal(device->n_ranges, request->n_ranges);
		for (size_t i = 0; i < device->n_ranges; i++) {
			assert_int_equal(device->ranges[i].start, request->ranges[i].start);
			assert_int_equal(device->ranges[i].end, request->ranges[i].end);
		}
		return;
	}
	if (request->has_size && !request->size.share) {
		assert_int_equal(device->size, request->size.bytes);
		return;
	}
	if (c->n_requests > 1)
		return; /* depends on what the others got */
	if (region->layout_known || region->layout_assumed)
		space = property_whole_units(&c->before, region, device->align);
	else
		space -= space % unit_of(device->align);
	if (strcmp(driver_of(request), "fsdev_dax") == 0 && !c->before.famfs_any_ranges && !request->has_size)
		assert_in_range(device->size, 1, space / count); /* the largest piece, maybe */
	else if (request->has_size)
		assert_int_equal(device->size, share(space, request->size.share, unit_of(device->align)));
	else
		assert_int_equal(device->size, space / count - space / count % unit_of(device->align));
}

/* The targets are those of one request after the other, region by region, each COUNT times. */
static void check_creations(const struct property_case *c)
{
	size_t target = 0;

	for (size_t i = 0; i < c->n_requests; i++) {
		const struct dax_request *request = &c->requests[i];
		size_t count = request->count ? request->count : 1;
		bool everywhere = request->region && strcmp(request->region, "all") == 0;
		size_t regions = 0;

		for (size_t j = 0; everywhere && j < c->before.n_regions; j++)
			regions += c->before.regions[j].available != 0;
		for (size_t n = 0; n < count * (regions && c->n_requests == 1 ? regions : 1); n++) {
			assert_true(target < c->plan.n_targets);
			const struct dax_target *created = &c->plan.targets[target++];

			assert_true(created->created);
			assert_null(dax_topology_device(&c->before, created->name));
			const struct dax_device *device = dax_topology_device(&c->plan.after, created->name);
			assert_non_null(device);
			assert_int_equal(device->region, created->region);
			if (c->n_requests == 1 || !everywhere)
				check_created(c, request, device);
		}
		if (everywhere && c->n_requests > 1)
			return; /* how many regions it took depends on the others */
	}
	assert_int_equal(target, c->plan.n_targets);
}

static void check_reconfigured(const struct property_case *c, const struct dax_request *request,
			       const struct dax_device *before, const struct dax_device *after)
{
	uint64_t align = request->has_align ? request->align : before->align, size = before->size;

	if (request->has_size && !request->size.share)
		size = request->size.bytes;
	assert_int_equal(after->align, align);
	if (!request->has_size || !request->size.share)
		assert_int_equal(after->size, size);
	else if (c->plan.n_targets == 1)
		assert_int_equal(after->size,
				 share(before->size + c->before.regions[before->region].available,
				       request->size.share, unit_of(align)));
	assert_string_equal(after->driver, request->has_mode ? request->driver : before->driver);
	if (request->has_memmap)
		assert_int_equal(after->memmap_on_memory, request->memmap);
}

static void check_changed(const struct property_case *c, const struct dax_request *request,
			  const struct dax_device *before)
{
	const struct dax_device *after = dax_topology_device(&c->plan.after, before->name);

	property_memory(request, before, after);
	switch (request->verb) {
	case DAX_VERB_ONLINE:
	case DAX_VERB_OFFLINE:
		assert_string_equal(after->driver, before->driver);
		break;
	case DAX_VERB_DESTROY:
		assert_int_equal(after == NULL, before->id != 0);
		if (after)
			assert_int_equal(after->size, 0);
		assert_true(request->force || !before->driver[0]);
		return;
	case DAX_VERB_ENABLE:
		if (request->has_mode || !before->driver[0])
			assert_string_equal(after->driver, driver_of(request));
		else
			assert_string_equal(after->driver, before->driver);
		break;
	case DAX_VERB_DISABLE:
		assert_string_equal(after->driver, "");
		break;
	default:
		check_reconfigured(c, request, before, after);
		return;
	}
	assert_int_equal(after->size, before->size);
	assert_int_equal(after->align, before->align);
}

void property_outcome(const struct property_case *c)
{
	const struct dax_request *request = &c->requests[0];

	if (request->verb == DAX_VERB_CREATE) {
		check_creations(c);
		return;
	}
	for (size_t i = 0; i < request->n_devices; i++)
		assert_non_null(dax_topology_device(&c->before, request->devices[i]));
	if (request->n_devices)
		assert_int_equal(request->n_devices, c->plan.n_targets);
	for (size_t i = 0; i < c->plan.n_targets; i++)
		check_changed(c, request, dax_topology_device(&c->before, c->plan.targets[i].name));
}

/* One new device, or some of a size, in a region that shows where its space is: fits or does not. */
static void check_no_room(const struct property_case *c, const struct dax_request *request)
{
	const struct dax_region *region = NULL;
	uint64_t align = request->has_align ? request->align : 2 * DAX_MIB;
	uint64_t count = request->count ? request->count : 1;

	for (size_t i = 0; i < c->before.n_regions; i++) {
		if (!request->region ? c->before.n_regions == 1
				     : dax_region_matches(&c->before.regions[i], request->region))
			region = &c->before.regions[i];
	}
	if (!region || !region->dynamic || !region->layout_known || request->n_ranges)
		return;
	/* Memory blocks, nodes and policies are reasons of their own; several devices need blocks for each. */
	if (strcmp(driver_of(request), "kmem") == 0 && (c->err.code != ENOSPC || count > 1))
		return;
	/* One range may be a reason, too. */
	if (strcmp(driver_of(request), "fsdev_dax") == 0 && !c->before.famfs_any_ranges)
		return;
	if (align != 4 * DAX_KIB && align != 2 * DAX_MIB && (align != DAX_GIB || !c->before.has_huge_1g))
		return;
	uint64_t space = property_whole_units(&c->before, region, align);
	if (!request->has_size) {
		assert_true(space / count < unit_of(align));
	} else if (request->size.share) {
		uint64_t size = share(space, request->size.share, unit_of(align));

		assert_true(!size || size * count > space);
	} else if (request->size.bytes % unit_of(align) == 0) {
		assert_true(request->size.bytes > space / count);
	}
}

void property_refusal(const struct property_case *c)
{
	assert_int_equal(c->result, -c->err.code);
	assert_true(c->err.code > 0);
	assert_non_null(c->err.message);
	assert_true(c->err.blame == DAX_BLAME_MACHINE || c->err.blame == DAX_BLAME_USAGE);
	/* Nothing half made. */
	assert_null(c->plan.steps);
	assert_null(c->plan.targets);
	assert_null(c->plan.after.regions);
	if (c->n_requests == 1 && c->requests[0].verb == DAX_VERB_CREATE)
		check_no_room(c, &c->requests[0]);
}
