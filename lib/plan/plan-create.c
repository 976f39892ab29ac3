/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* New devices: their region, size and ranges. */
#include "plan/plan-create.h"

#include "base/error.h"
#include "base/text.h"
#include "plan/plan-arrange.h"
#include "plan/plan-blocks.h"
#include "plan/plan-geometry.h"
#include "plan/plan-memory.h"
#include "plan/plan-namespace.h"
#include "plan/plan.h"
#include "plan/request.h"
#include "plan/space.h"
#include "state/namespace.h"
#include "state/topology.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

/* The maximum that --count max creates in one region. */
#define MOST_DEVICES (1U << 20)

/* "hmem.0, dax_region1": the regions in which a device can be created, for messages. */
static void name_regions(const struct dax_topology *topology, char *text, size_t room)
{
	size_t length = 0;

	text[0] = '\0';
	for (size_t i = 0; i < topology->n_regions && length < room; i++) {
		const struct dax_region *region = &topology->regions[i];

		if (region->available)
			length += (size_t)snprintf(text + length, room - length, "%s%d (%s)", length ? ", " : "",
						   region->id, region->name);
	}
}

static bool holds_range(const struct dax_region *region, struct dax_range range)
{
	return dax_space_has_layout(region) && dax_space_holds(region, range);
}

/* A region without labels has no free space, but may have a namespace that nobody uses. */
static int fail_full(const struct dax_topology *topology, struct dax_error *err)
{
	dax_fail(err, ENOSPC, "no region has free space");
	dax_error_hint(err,
		       "shrink or destroy a device first; run 'daxadm list -RDi' to see all regions and devices");
	for (size_t i = 0; i < topology->n_namespaces; i++) {
		const struct dax_namespace *namespace = &topology->namespaces[i];
		const struct dax_region *region = &topology->regions[namespace->region];

		if (region->labelled || namespace->shape.mode != DAX_NAMESPACE_RAW || !namespace->shape.size)
			continue;
		dax_error_hint(err,
			       "use --region %s --force=lose-data to use %s, the only namespace of this "
			       "region, which has no labels; this destroys its data",
			       region->name, namespace->name);
		break;
	}
	return -ENOSPC;
}

/* The only possible region if none is named. */
static int choose_region(const struct dax_plan *plan, const struct dax_request *request, size_t *chosen,
			 struct dax_error *err)
{
	const struct dax_topology *topology = &plan->after;
	char names[512];
	size_t n = 0;

	for (size_t i = 0; i < topology->n_regions; i++) {
		const struct dax_region *region = &topology->regions[i];
		bool fits = request->n_ranges ? holds_range(region, request->ranges[0]) : region->available != 0;

		if (!fits)
			continue;
		*chosen = i;
		n++;
	}
	if (n == 1)
		return 0;
	if (n > 1) {
		name_regions(topology, names, sizeof(names));
		dax_usage(err, "more than one region has free space: %s", names);
		dax_error_hint(err, "use --region REGION to choose one, or --region all for each of them");
		return -EINVAL;
	}
	if (request->n_ranges) {
		dax_fail(err, ENXIO, "no known region contains the range 0x%llx-0x%llx",
			 (unsigned long long)request->ranges[0].start, (unsigned long long)request->ranges[0].end);
		dax_error_hint(err, "run 'daxadm list -RDM' to see the ranges of all devices; use --region REGION where the address of "
				    "the region is not known");
		return -ENXIO;
	}
	return fail_full(topology, err);
}

/* The bytes of REGION that devices of ALIGN can use; with ONE, devices of one range. -ENOMEM. */
static int usable_space(const struct dax_region *region, uint64_t align, bool one, uint64_t *bytes)
{
	_cleanup_ranges_ struct dax_ranges ranges = { 0 };

	*bytes = dax_round_down(region->available, dax_unit(align));
	if (!dax_space_has_layout(region))
		return 0;
	if (one) {
		*bytes = dax_space_largest(region, dax_unit(align));
		return 0;
	}
	/* Larger than the region: all of the free space is found. */
	int r = dax_space_place(region, dax_round_down(UINT64_MAX, dax_unit(align)), dax_unit(align), 0, &ranges,
				bytes);

	return r == -ENOMEM ? r : 0;
}

static const char *driver_of(const struct dax_request *request)
{
	return request->has_mode ? request->driver : "device_dax";
}

/*
 * Adds devices of SIZE to a copy of the region one by one, as dax_plan_geometry does, until one does not fit.
 */
static int count_memory(const struct dax_region *region, uint64_t align, uint64_t size, uint64_t block,
			uint64_t *fit)
{
	struct dax_region copy = *region;
	bool fits = true;
	int r = 0;

	copy.used = calloc(region->n_used + 1, sizeof(*copy.used));
	if (!copy.used)
		return -ENOMEM;
	if (region->n_used)
		memcpy(copy.used, region->used, region->n_used * sizeof(*copy.used));
	while (!r && fits && *fit < MOST_DEVICES) {
		_cleanup_ranges_ struct dax_ranges ranges = { 0 };

		r = dax_plan_place_memory(&copy, size, align, block, &ranges);
		fits = !r && dax_ranges_blocks(ranges.items, ranges.n, block);
		for (size_t i = 0; !r && fits && i < ranges.n; i++)
			r = dax_space_take(&copy, ranges.items[i]);
		*fit += !r && fits;
	}
	free(copy.used);
	return r == -ENOSPC ? 0 : r;
}

/* How many devices of SIZE can be created in REGION, which has SPACE for devices of ALIGN; -ENOMEM. */
static int count_fitting(const struct dax_plan *plan, const struct dax_region *region,
			 const struct dax_request *request, uint64_t align, uint64_t size, uint64_t space, uint64_t *fit)
{
	bool is_memory = strcmp(driver_of(request), "kmem") == 0;

	*fit = space / size;
	if (!is_memory || !*fit || plan->after.block_size <= dax_unit(align) || !dax_space_has_layout(region))
		return 0;
	*fit = 0;
	return count_memory(region, align, size, plan->after.block_size, fit);
}

/* As many as fit, or the requested number; if not even one fits, its own plan gives the reason. */
static int check_count(const struct dax_plan *plan, const struct dax_region *region, const struct dax_request *request,
		       uint64_t align, uint64_t size, uint64_t space, unsigned *count, struct dax_error *err)
{
	char text[DAX_SIZE_TEXT], free_text[DAX_SIZE_TEXT];
	uint64_t fit = 0;

	if (!request->count_max && *count == 1)
		return 0;
	if (count_fitting(plan, region, request, align, size, space, &fit))
		return dax_no_memory(err);
	if (request->count_max)
		*count = fit > MOST_DEVICES ? MOST_DEVICES : fit ? (unsigned)fit : 1;
	if (*count <= fit || !fit)
		return 0;
	dax_fail(err, ENOSPC, "%u devices of %s do not fit in region %s: %s are free, enough for %llu", *count,
		 dax_format_size(size, text), region->name, dax_format_size(region->available, free_text),
		 (unsigned long long)fit);
	dax_error_hint(err, "use --count %llu, or --count max", (unsigned long long)fit);
	return -ENOSPC;
}

static int fail_no_unit(const struct dax_region *region, const struct dax_request *request, uint64_t unit,
			uint64_t space, unsigned count, struct dax_error *err)
{
	char text[DAX_SIZE_TEXT], one[DAX_SIZE_TEXT], part[DAX_SIZE_TEXT];

	dax_format_size(unit, one);
	if (space >= unit && request->has_size) {
		dax_fail(err, ENOSPC, "region %s: %s of the free space (%s) is too small", region->name,
			 dax_format_share(request->size.share, part), dax_format_size(space, text));
		dax_error_hint(err, "the smallest size is %s", one);
		return -ENOSPC;
	}
	if (space >= unit) {
		dax_fail(err, ENOSPC, "%u devices do not fit in region %s: each needs at least %s, and %s are free", count,
			 region->name, one, dax_format_size(space, text));
		dax_error_hint(err, "use --count %llu", (unsigned long long)(space / unit));
		return -ENOSPC;
	}
	dax_fail(err, ENOSPC, "region %s has no room for a device of %s", region->name, one);
	dax_format_size(region->available, text);
	if (region->layout_known)
		dax_error_hint(err, "%s are free, %s in one piece", text,
			       dax_format_size(dax_region_largest_free(region), one));
	else
		dax_error_hint(err, "%s are free in all", text);
	return -ENOSPC;
}

/* Mode famfs, on a kernel that is not known to be correct for more than one range. */
static bool needs_one_range(const struct dax_plan *plan, const struct dax_request *request)
{
	return request->has_mode && strcmp(request->driver, "fsdev_dax") == 0 && !plan->after.famfs_any_ranges;
}

/* The size and number of the new devices; size 0 only if there is no space at all. */
static int choose_size(const struct dax_plan *plan, const struct dax_region *region, const struct dax_request *request,
		       uint64_t align, unsigned *count, uint64_t *size, struct dax_error *err)
{
	uint64_t space = region->available;

	if (!space)
		return 0; /* the first step will report this */

	bool one = needs_one_range(plan, request) && !request->has_size;
	if (usable_space(region, align, one, &space))
		return dax_no_memory(err);
	if (request->has_size && !request->size.share) {
		*size = request->size.bytes;
		/*
		 * A request for more than the free space is refused with the size of the free space, whatever
		 * its unit.
		 */
		int r = *size > region->available ? 0 : dax_plan_check_size(*size, align, err);

		return r ? r : check_count(plan, region, request, align, *size, space, count, err);
	}
	*size = dax_round_down(request->has_size ? dax_share_of(space, request->size.share) : space / *count,
			       dax_unit(align));
	if (!*size)
		return fail_no_unit(region, request, dax_unit(align), space, *count, err);
	return request->has_size ? check_count(plan, region, request, align, *size, space, count, err) : 0;
}

static bool is_lost(const struct dax_region *region, struct dax_range range)
{
	for (size_t i = 0; i < region->n_withheld; i++) {
		if (range.start <= region->withheld[i].end && region->withheld[i].start <= range.end)
			return true;
	}
	return false;
}

/* The ranges of the user must be usable and free. */
static int check_ranges(const struct dax_region *region, const struct dax_request *request, uint64_t align,
			struct dax_error *err)
{
	char unit[DAX_SIZE_TEXT];

	for (size_t i = 0; i < request->n_ranges; i++) {
		const struct dax_range range = request->ranges[i];
		unsigned long long start = range.start, end = range.end;

		if (!dax_ranges_fit(&range, 1, align)) {
			dax_fail(err, EINVAL, "the range 0x%llx-0x%llx does not start and end on multiples of %s", start,
				 end, dax_format_size(dax_unit(align), unit));
			dax_error_hint(err, "the end of a range is its last byte: use 0x%llx-0x%llx",
				       (unsigned long long)dax_round_down(start, dax_unit(align)),
				       (unsigned long long)dax_round_up(end + 1, dax_unit(align)) - 1);
			return -EINVAL;
		}
		if (is_lost(region, range)) {
			dax_fail(err, EBUSY,
				 "memory in the range 0x%llx-0x%llx is lost until the next reboot: it was "
				 "online when kmem was unbound from it",
				 start, end);
			dax_error_hint(err, "reboot to get it back");
			return -EBUSY;
		}
		/* If the start of the region is only assumed, the kernel checks this. */
		if (region->layout_known && !dax_space_holds(region, range))
			return dax_fail(err, ENXIO, "the range 0x%llx-0x%llx is not in region %s (0x%llx-0x%llx)", start,
					end, region->name, (unsigned long long)region->start,
					(unsigned long long)(region->start + region->size - 1));
		if (!dax_space_is_free(region, range))
			return dax_fail(err, EEXIST, "the range 0x%llx-0x%llx overlaps with a device in region %s",
					start, end, region->name);
	}
	return 0;
}

static int plan_one(struct dax_plan *plan, size_t region, const struct dax_request *request, uint64_t size,
		    uint64_t align, struct dax_error *err)
{
	const char *driver = driver_of(request);
	size_t target = 0;
	int r = dax_plan_add_target(plan, NULL, region, &target, err);

	if (!r)
		r = dax_plan_add(plan, (struct dax_step){ .kind = DAX_STEP_CREATE, .target = target }, err);
	if (!r)
		r = dax_plan_geometry(plan, target, size, align, driver, request->risks, err);
	if (!r && request->n_ranges)
		r = dax_plan_ranges(plan, target, request->ranges, request->n_ranges, err);
	if (!r)
		r = dax_plan_memmap(plan, target, request, err);
	return r ? r : dax_plan_bind_mode(plan, target, request, err);
}

/* Options for persistent memory only. */
static int check_volatile(const struct dax_region *region, const struct dax_request *request, struct dax_error *err)
{
	const char *what = request->fsdax       ? "mode fsdax"
			   : request->map       ? "map"
			   : request->name[0]   ? "name"
			   : request->has_uuid  ? "uuid"
			   : request->has_model ? "raw_size"
						: NULL;

	if (!what)
		return 0;
	dax_fail(err, EOPNOTSUPP, "%s: region %s is not persistent memory", what, region->name);
	dax_error_hint(err, "run 'daxadm list -NR' to see the regions of persistent memory");
	return -EOPNOTSUPP;
}

static int plan_in_region(struct dax_plan *plan, size_t index, const struct dax_request *request,
			  struct dax_error *err)
{
	const struct dax_region *region = &plan->after.regions[index];
	unsigned count = request->count ? request->count : 1;
	size_t first = plan->n_steps;
	uint64_t align = request->has_align ? request->align : region->align ? region->align : DAX_GRANULE;
	uint64_t size = 0;

	if (region->kind == DAX_REGION_ND)
		return dax_plan_create_namespaces(plan, index, request, err);
	if (!region->dynamic) {
		dax_fail(err, EOPNOTSUPP, "no device can be created in region %s: it is static", region->name);
		dax_error_hint(err, "it is persistent memory: create a namespace in its nd region instead (daxadm list -NR)");
		return -EOPNOTSUPP;
	}
	int r = check_volatile(region, request, err);
	if (r)
		return r;
	r = dax_plan_check_align(plan, align, err);
	if (!r && request->n_ranges)
		r = check_ranges(region, request, align, err);
	else if (!r)
		r = choose_size(plan, region, request, align, &count, &size, err);
	for (unsigned i = 0; !r && i < count; i++)
		r = plan_one(plan, index, request, size, align, err);
	if (!r)
		r = dax_plan_arrange(plan, first, err);
	if (r == -ENOSPC)
		dax_plan_hint_lost(region, err);
	return r;
}

int dax_plan_create(struct dax_plan *plan, const struct dax_request *request, struct dax_error *err)
{
	bool all = request->region && strcmp(request->region, "all") == 0;
	size_t chosen = 0, n = 0;
	int r = 0;

	if (!plan->after.n_regions)
		return dax_fail(err, ENODEV, "this machine has no dax memory");
	if (!request->region) {
		r = choose_region(plan, request, &chosen, err);
		return r ? r : plan_in_region(plan, chosen, request, err);
	}
	for (size_t i = 0; !r && i < plan->after.n_regions; i++) {
		const struct dax_region *region = &plan->after.regions[i];

		/*
		 * "all" means each region with free space; a region that is named is used, or refused, alone.
		 */
		if (all ? !region->available : !dax_region_matches(region, request->region))
			continue;
		/* The existing devices of an nd region; new ones are created in the nd region itself. */
		if (request->dax_only ? region->kind == DAX_REGION_ND
				      : region->kind == DAX_REGION_PMEM && dax_region_parent(&plan->after, region))
			continue;
		n++;
		r = plan_in_region(plan, i, request, err);
	}
	if (r || n)
		return r;
	return all ? dax_fail(err, ENOSPC, "no region has free space") :
		     dax_region_missing(request->region, err);
}
