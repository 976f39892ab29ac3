/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* New devices: in which region, how large, at which ranges. */
#include "plan/planner.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

/* "hmem.0, dax_region1": the regions in which a device could be created, for messages. */
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

/* A region without labels has none either, but a namespace that may be of no use to anybody. */
static int fail_full(const struct dax_topology *topology, struct dax_error *err)
{
	dax_fail(err, ENOSPC, "no region has free space");
	dax_error_hint(err,
		       "shrink or destroy a device first; 'daxadm list -RDi' shows all regions and devices");
	for (size_t i = 0; i < topology->n_namespaces; i++) {
		const struct dax_namespace *namespace = &topology->namespaces[i];
		const struct dax_region *region = &topology->regions[namespace->region];

		if (region->labelled || namespace->shape.mode != DAX_NAMESPACE_RAW || !namespace->shape.size)
			continue;
		dax_error_hint(
			err,
			"%s has no labels: --region %s --force=lose-data takes over %s, which is all of it",
			region->name, region->name, namespace->name);
		break;
	}
	return -ENOSPC;
}

/* The only region that could be meant when none is named. */
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
		dax_error_hint(err, "name one with --region, or all of them with --region all");
		return -EINVAL;
	}
	if (request->n_ranges) {
		dax_fail(err, ENXIO, "no region is known to hold the range 0x%llx-0x%llx",
			 (unsigned long long)request->ranges[0].start, (unsigned long long)request->ranges[0].end);
		dax_error_hint(err, "--region REGION says which one does; 'daxadm list -RDM' shows what is used of each");
		return -ENXIO;
	}
	return fail_full(topology, err);
}

/* The bytes that devices of ALIGN could be made of in REGION, with ONE of one range; -ENOMEM. */
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
	/* More than there is: what is found is all there is. */
	int r = dax_space_place(region, dax_round_down(UINT64_MAX, dax_unit(align)), dax_unit(align), 0, &ranges,
				bytes);

	return r == -ENOMEM ? r : 0;
}

/* The size of each of COUNT new devices; 0 only where there is no space at all. */
static int choose_size(const struct dax_region *region, const struct dax_request *request, uint64_t align,
		       unsigned count, bool one, uint64_t *size, struct dax_error *err)
{
	char text[DAX_SIZE_TEXT], unit[DAX_SIZE_TEXT];
	uint64_t space = region->available;

	if (!space)
		return 0; /* the first step will say so */
	if (request->has_size && !request->size.percent) {
		int r = dax_plan_check_size(request->size.bytes, align, err);

		if (r)
			return r;
		*size = request->size.bytes;
		if (count > 1 && *size > space / count) {
			dax_fail(err, ENOSPC, "%u devices of %s are more than region %s has: %s are free", count,
				 dax_format_size(*size, text), region->name, dax_format_size(space, unit));
			return -ENOSPC;
		}
		return 0;
	}
	if (usable_space(region, align, one && !request->has_size, &space))
		return dax_no_memory(err);
	if (request->has_size)
		space = space / 100 * request->size.percent + space % 100 * request->size.percent / 100;
	else
		space /= count;
	*size = dax_round_down(space, dax_unit(align));
	if (*size)
		return 0;
	dax_fail(err, ENOSPC, "region %s has no room for %s of %s", region->name,
		 count > 1 ? "so many devices" : "a device",
		 dax_format_size(dax_unit(align), unit));
	dax_format_size(region->available, text);
	if (region->layout_known)
		dax_error_hint(err, "%s are free, %s in one piece", text,
			       dax_format_size(dax_region_largest_free(region), unit));
	else
		dax_error_hint(err, "%s are free in all", text);
	return -ENOSPC;
}

static bool is_lost(const struct dax_region *region, struct dax_range range)
{
	for (size_t i = 0; i < region->n_withheld; i++) {
		if (range.start <= region->withheld[i].end && region->withheld[i].start <= range.end)
			return true;
	}
	return false;
}

/* The ranges that the user gave must be able to work, and be free. */
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
			dax_error_hint(err, "the end of a range is its last byte: 0x%llx-0x%llx would do",
				       (unsigned long long)dax_round_down(start, dax_unit(align)),
				       (unsigned long long)dax_round_up(end + 1, dax_unit(align)) - 1);
			return -EINVAL;
		}
		if (is_lost(region, range)) {
			dax_fail(err, EBUSY, "the range 0x%llx-0x%llx is lost, or some of it: it was online when kmem was "
				 "unbound from it", start, end);
			dax_error_hint(err, "only a reboot brings it back");
			return -EBUSY;
		}
		/* Where the region starts only by assumption the kernel will tell. */
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
	const char *driver = request->has_mode ? request->driver : "device_dax";
	size_t target = 0;
	int r = dax_plan_add_target(plan, NULL, region, &target, err);

	if (!r)
		r = dax_plan_add(plan, (struct dax_step){ .kind = DAX_STEP_CREATE, .device = target }, err);
	if (!r)
		r = dax_plan_geometry(plan, target, size, align, driver, request->risks, err);
	if (!r && request->n_ranges)
		r = dax_plan_ranges(plan, target, request->ranges, request->n_ranges, err);
	if (!r)
		r = dax_plan_memmap(plan, target, request, err);
	return r ? r : dax_plan_bind_mode(plan, target, request, err);
}

/* What only persistent memory has. */
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
	dax_fail(err, EOPNOTSUPP, "%s: region %s is no persistent memory", what, region->name);
	dax_error_hint(err, "'daxadm list -NR' shows the regions that are");
	return -EOPNOTSUPP;
}

/* Mode famfs, where the kernel is not known to be right about more. */
static bool needs_one_range(const struct dax_plan *plan, const struct dax_request *request)
{
	return request->has_mode && strcmp(request->driver, "fsdev_dax") == 0 && !plan->after.famfs_any_ranges;
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
		dax_error_hint(err, "it is persistent memory: its device is a namespace in devdax mode");
		return -EOPNOTSUPP;
	}
	int r = check_volatile(region, request, err);
	if (r)
		return r;
	r = dax_plan_check_align(plan, align, err);
	if (!r && request->n_ranges)
		r = check_ranges(region, request, align, err);
	else if (!r)
		r = choose_size(region, request, align, count, needs_one_range(plan, request), &size, err);
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
		return dax_fail(err, ENODEV, "there is no dax memory on this machine");
	if (!request->region) {
		r = choose_region(plan, request, &chosen, err);
		return r ? r : plan_in_region(plan, chosen, request, err);
	}
	for (size_t i = 0; !r && i < plan->after.n_regions; i++) {
		const struct dax_region *region = &plan->after.regions[i];

		/* "All" means each region with room; one that is named is taken, or refused, by itself. */
		if (all ? !region->available : !dax_region_matches(region, request->region))
			continue;
		/* The devices that an nd region has already; new ones are made of the nd region itself. */
		if (region->kind == DAX_REGION_PMEM && dax_region_parent(&plan->after, region))
			continue;
		n++;
		r = plan_in_region(plan, i, request, err);
	}
	if (r || n)
		return r;
	return all ? dax_fail(err, ENOSPC, "no region has free space") :
		     dax_fail(err, ENODEV, "%s: there is no such region", request->region);
}
