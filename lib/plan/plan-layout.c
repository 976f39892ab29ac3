/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Converts a layout to a plan that consists of the steps of the other verbs. Devices that the layout does not
 * describe are destroyed first, then devices change in place, then new ones are created. A device that
 * matches gets no step.
 */
#include "plan/plan-layout.h"

#include "plan/layout-match.h"
#include "plan/layout-pair.h"
#include "plan/plan-arrange.h"
#include "plan/plan-change.h"
#include "plan/plan-final.h"
#include "plan/plan-geometry.h"
#include "plan/plan-memory.h"
#include "plan/plan-notes.h"
#include "plan/space.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

struct work {
	struct dax_plan *plan;
	unsigned risks;
	struct dax_pairs *regions; /* one for each region that is described; owned */
	size_t n;
};

static void work_release(struct work *work)
{
	for (size_t i = 0; i < work->n; i++)
		free(work->regions[i].items);
	free(work->regions);
}

/*
 * The kernel created the device that covers a whole region, so nobody has stored anything in it on purpose.
 */
static bool is_as_made_by_kernel(const struct dax_topology *topology, const struct dax_device *device)
{
	return device->id == 0 && device->size == topology->regions[device->region].size;
}

/* The kernel moves the content of system memory before it goes offline; other devices may contain data. */
static bool may_hold_data(const struct dax_topology *topology, const struct dax_device *device)
{
	return device->size && strcmp(device->driver, "kmem") != 0 && !is_as_made_by_kernel(topology, device);
}

static bool is_surplus(const struct dax_pairs *pairs, const struct dax_device *device)
{
	return device->region == pairs->region && device->size && !pairs->entry->keep_others &&
	       !dax_layout_is_paired(pairs, device->name);
}

static const struct dax_pair *pair_of(const struct dax_pairs *pairs, const char *device)
{
	for (size_t i = 0; i < pairs->n; i++) {
		if (strcmp(pairs->items[i].device, device) == 0)
			return &pairs->items[i];
	}
	return NULL;
}

static bool loses_data(const struct dax_topology *topology, const struct dax_pairs *pairs,
		       const struct dax_device *device)
{
	const struct dax_pair *pair = pair_of(pairs, device->name);

	if (!may_hold_data(topology, device))
		return false;
	return pair ? strcmp(pair->wanted->driver, "kmem") == 0 : is_surplus(pairs, device);
}

/* All losses in one message: the user must know them before accepting them. */
static int check_losses(const struct work *work, struct dax_error *err)
{
	const struct dax_topology *topology = &work->plan->after;
	char names[512] = "", size[DAX_SIZE_TEXT];
	size_t n = 0, length = 0;

	for (size_t i = 0; i < work->n; i++) {
		for (size_t j = 0; j < topology->n_devices; j++) {
			const struct dax_device *device = &topology->devices[j];

			if (!loses_data(topology, &work->regions[i], device))
				continue;
			if (length < sizeof(names))
				length += (size_t)snprintf(names + length, sizeof(names) - length, "%s%s (%s)",
							   n ? ", " : "", device->name,
							   dax_format_size(device->size, size));
			n++;
		}
	}
	if (!n)
		return 0;
	if (work->risks & DAX_RISK_LOSE_DATA) {
		dax_plan_note(work->plan, "the data of %zu device%s are lost: %s", n, n > 1 ? "s" : "", names);
		return 0;
	}
	dax_fail(err, EPERM, "%zu device%s would lose their data: %s", n, n > 1 ? "s" : "", names);
	dax_error_hint(err, "use --force=lose-data to allow this");
	return -EPERM;
}

/* Devices that the layout does not describe are destroyed, in all regions. */
static int give_back(struct work *work, struct dax_error *err)
{
	_cleanup_request_ struct dax_request request = DAX_REQUEST_INIT;
	const struct dax_topology *topology = &work->plan->after;
	int r = 0;

	request.verb = DAX_VERB_DESTROY;
	request.force = true;
	request.risks = work->risks;
	for (size_t i = 0; i < work->n; i++) {
		for (size_t j = 0; !r && j < topology->n_devices; j++) {
			if (is_surplus(&work->regions[i], &topology->devices[j]))
				r = dax_request_add_device(&request, topology->devices[j].name, err);
		}
	}
	if (r || !request.n_devices)
		return r;
	dax_request_sort_devices(&request);
	return dax_plan_change(work->plan, &request, err);
}

static void fill_request(const struct work *work, const struct dax_layout_device *wanted,
			 struct dax_request *request)
{
	request->force = true;
	request->risks = work->risks;
	request->has_mode = wanted->driver[0];
	request->driver = wanted->driver;
	request->no_online = wanted->offline;
	request->no_movable = wanted->zone == DAX_LAYOUT_NORMAL;
}

/* Another mode, or another state of the memory. */
static int change_in_place(struct work *work, const struct dax_pair *pair, struct dax_error *err)
{
	const struct dax_device *device = dax_topology_device(&work->plan->after, pair->device);
	_cleanup_request_ struct dax_request request = DAX_REQUEST_INIT;

	if (dax_layout_state_matches(pair->wanted, device))
		return 0;
	fill_request(work, pair->wanted, &request);
	request.verb = DAX_VERB_RECONFIGURE;
	if (!pair->wanted->driver[0])
		request.verb = DAX_VERB_DISABLE;
	else if (strcmp(device->driver, pair->wanted->driver) == 0 && pair->wanted->offline && device->memory.total)
		request.verb = DAX_VERB_OFFLINE;
	int r = dax_request_add_device(&request, pair->device, err);
	return r ? r : dax_plan_change(work->plan, &request, err);
}

/* All free space, in whole units. */
static int rest_ranges(const struct work *work, const struct dax_pairs *pairs, const struct dax_pair *pair,
		       struct dax_ranges *ranges, struct dax_error *err)
{
	const struct dax_region *region = &work->plan->after.regions[pairs->region];
	uint64_t unit = dax_layout_unit(&work->plan->after, pairs->region, pair->wanted);
	char text[DAX_SIZE_TEXT];
	struct dax_range hole;

	if (!dax_space_has_layout(region)) {
		dax_fail(err, EACCES, "size: what is free in region %s is not known", region->name);
		dax_error_hint(err, "run as root");
		return -EACCES;
	}
	for (uint64_t at = region->start; dax_space_next_hole(region, at, &hole); at = hole.end + 1) {
		uint64_t first = dax_round_up(hole.start, unit), end = dax_round_down(hole.end + 1, unit);

		if (first < hole.start || first >= end)
			continue;
		if (dax_ranges_add(ranges, (struct dax_range){ first, end - 1 }))
			return dax_no_memory(err);
	}
	if (ranges->n)
		return 0;
	return dax_fail(err, ENOSPC, "size: no aligned piece of %s is free in region %s",
			dax_format_size(unit, text), region->name);
}

static int offset_range(const struct work *work, const struct dax_pairs *pairs, const struct dax_pair *pair,
			struct dax_ranges *ranges, struct dax_error *err)
{
	const struct dax_region *region = &work->plan->after.regions[pairs->region];
	uint64_t start = region->layout_known ? region->start : pairs->entry->start, first = 0, last = 0;
	uint64_t align = dax_layout_align(region, pair->wanted);
	char unit[DAX_SIZE_TEXT];

	if (!region->layout_known && !pairs->entry->has_start)
		return dax_fail(err, EOPNOTSUPP, "offset: the start of region %s is not known", region->name);
	if (__builtin_add_overflow(start, pair->wanted->offset, &first) ||
	    __builtin_add_overflow(first, pair->size - 1, &last) || last - start >= region->size)
		return dax_fail(err, ENXIO, "offset: the device would end outside region %s", region->name);
	const struct dax_range range = { first, last };
	if (!dax_ranges_fit(&range, 1, align))
		return dax_fail(err, EINVAL, "offset: 0x%llx is not a multiple of %s", (unsigned long long)first,
				dax_format_size(dax_unit(align), unit));
	if (!dax_space_is_free(region, range))
		return dax_fail(err, EEXIST, "offset: the range 0x%llx-0x%llx overlaps with another device",
				(unsigned long long)first, (unsigned long long)last);
	return dax_ranges_add(ranges, range) ? dax_no_memory(err) : 0;
}

static int choose_ranges(const struct work *work, const struct dax_pairs *pairs, const struct dax_pair *pair,
			 struct dax_ranges *ranges, struct dax_error *err)
{
	if (pair->wanted->rest)
		return rest_ranges(work, pairs, pair, ranges, err);
	return pair->wanted->has_offset ? offset_range(work, pairs, pair, ranges, err) : 0;
}

static int make_device(struct work *work, const struct dax_pairs *pairs, const struct dax_pair *pair,
		       struct dax_error *err)
{
	const struct dax_layout_device *wanted = pair->wanted;
	_cleanup_request_ struct dax_request request = DAX_REQUEST_INIT;
	_cleanup_ranges_ struct dax_ranges ranges = { 0 };
	struct dax_plan *plan = work->plan;
	uint64_t align = dax_layout_align(&plan->after.regions[pairs->region], wanted);
	size_t target = 0;

	fill_request(work, wanted, &request);
	int r = dax_plan_check_align(plan, align, err);
	if (!r)
		r = dax_plan_check_size(pair->size, align, err);
	if (!r)
		r = choose_ranges(work, pairs, pair, &ranges, err);
	if (!r)
		r = dax_plan_add_target(plan, NULL, pairs->region, &target, err);
	if (!r)
		r = dax_plan_add(plan, (struct dax_step){ .kind = DAX_STEP_CREATE, .target = target }, err);
	if (!r)
		r = dax_plan_geometry(plan, target, ranges.n ? 0 : pair->size, align, wanted->driver, work->risks, err);
	if (!r && ranges.n)
		r = dax_plan_ranges(plan, target, ranges.items, ranges.n, err);
	if (!r && wanted->driver[0])
		r = dax_plan_bind_mode(plan, target, &request, err);
	return r;
}

/* MAKE: the missing devices; otherwise the existing ones. */
static int plan_pairs(struct work *work, bool make, struct dax_error *err)
{
	size_t first = work->plan->n_steps;
	int r = 0;

	for (size_t i = 0; !r && i < work->n; i++) {
		const struct dax_pairs *pairs = &work->regions[i];

		/* The rest is the space that all others leave. */
		for (size_t j = 0; !r && j < 2 * pairs->n; j++) {
			const struct dax_pair *pair = &pairs->items[j % pairs->n];

			if (pair->wanted->rest != (j >= pairs->n) || make == (pair->device[0] != '\0'))
				continue;
			r = make ? make_device(work, pairs, pair, err) : change_in_place(work, pair, err);
			if (r)
				dax_error_context(err, "%s.devices[%zu]", pairs->entry->place, pair->place);
		}
	}
	return r ? r : dax_plan_arrange(work->plan, first, err);
}

static int pair_all(struct work *work, const struct dax_layout *layout, const char *only, struct dax_error *err)
{
	const struct dax_topology *topology = &work->plan->after;
	_cleanup_free_ const struct dax_layout_region **matches =
		calloc(topology->n_regions + 1, sizeof(*matches));
	bool found = false;

	work->regions = calloc(topology->n_regions + 1, sizeof(*work->regions));
	if (!matches || !work->regions)
		return dax_no_memory(err);
	int r = dax_layout_match(topology, layout, matches, err);
	for (size_t i = 0; !r && i < topology->n_regions; i++) {
		if (only && !dax_region_matches(&topology->regions[i], only))
			continue;
		found = true;
		if (matches[i])
			r = dax_layout_pair(topology, i, matches[i], &work->regions[work->n++], err);
	}
	return r || found || !only ? r : dax_region_missing(only, err);
}

int dax_plan_layout(const struct dax_topology *before, const struct dax_layout *layout, const char *only,
		    unsigned risks, struct dax_plan *plan, struct dax_error *err)
{
	_cleanup_plan_ struct dax_plan made = DAX_PLAN_INIT;
	_cleanup_(work_release) struct work work = { .plan = &made, .risks = risks };
	int r = dax_topology_copy(before, &made.after, err);

	if (!r)
		r = pair_all(&work, layout, only, err);
	if (!r)
		r = check_losses(&work, err);
	if (!r)
		r = give_back(&work, err);
	if (!r)
		r = plan_pairs(&work, false, err);
	if (!r)
		r = plan_pairs(&work, true, err);
	return r ? r : dax_plan_finish(&made, plan, err);
}
