/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Fuzzes --input. What is accepted must be whole: each device has a size or ranges, and no range is empty. */
#include "fuzz.h"

#include "../../daxadm/input.h"
#include "plan/plan-make.h"
#include "plan/plan.h"

static void check(const struct dax_request *request)
{
	uint64_t total = 0;

	if (request->has_size == (request->n_ranges > 0))
		abort();
	if (request->has_size && !request->size.bytes)
		abort();
	for (size_t i = 0; i < request->n_ranges; i++) {
		if (!dax_range_size(request->ranges[i]) ||
		    __builtin_add_overflow(total, dax_range_size(request->ranges[i]), &total))
			abort();
	}
}

/* A region of 8 GiB at 4 GiB, of which the first is used. Only the planner's copy of it is changed. */
static void plan(const struct dax_request *requests, size_t n)
{
	char path[] = "devices/platform/hmem.0";
	struct dax_range used = { 4 * DAX_GIB, 5 * DAX_GIB - 1 };
	struct dax_device device = { .name = "dax0.0",
				     .size = DAX_GIB,
				     .align = 2 * DAX_MIB,
				     .driver = "device_dax",
				     .ranges_known = true,
				     .ranges = &used,
				     .n_ranges = 1 };
	struct dax_region region = { .path = path,
				     .name = path + strlen("devices/platform/"),
				     .dynamic = true,
				     .size = 8 * DAX_GIB,
				     .available = 7 * DAX_GIB,
				     .align = 2 * DAX_MIB,
				     .layout_known = true,
				     .start = 4 * DAX_GIB,
				     .used = &used,
				     .n_used = 1 };
	const struct dax_topology before = {
		.regions = &region, .n_regions = 1, .devices = &device, .n_devices = 1, .has_huge_1g = true
	};
	_cleanup_plan_ struct dax_plan plan = DAX_PLAN_INIT;
	_cleanup_error_ struct dax_error err = DAX_ERROR_INIT;
	uint64_t total = 0;
	int r = dax_plan_make(&before, requests, n, &plan, &err);

	if (r ? !err.message : plan.n_targets < n)
		abort();
	for (size_t i = 0; i < plan.after.n_devices; i++)
		total += plan.after.devices[i].size;
	if (!r && total + plan.after.regions[0].available != region.size)
		abort();
}

int fuzz_input(const uint8_t *data, size_t size)
{
	_cleanup_error_ struct dax_error err = DAX_ERROR_INIT;
	_cleanup_free_ char *text = as_text(data, size);
	const struct dax_request wish = { .verb = DAX_VERB_CREATE };
	struct dax_request *requests = NULL;
	size_t n = 0;

	int r = input_from_text("-", text, size, &wish, &requests, &n, &err);

	/* Refusing is a usage error with a sentence, and nothing else. */
	if (r && (err.blame != DAX_BLAME_USAGE || !err.message))
		abort();
	if (!r)
		plan(requests, n);
	for (size_t i = 0; i < n; i++) {
		if (!r)
			check(&requests[i]);
		dax_request_release(&requests[i]);
	}
	free(requests);
	return 0;
}
