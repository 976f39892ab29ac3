/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What holds for every plan, on thousands of random machines and wishes. A failure prints the seed
 * of its case; DAXADM_SEED=that makes it the first case again. DAXADM_CASES=N tries N.
 */
#include "unit.h"

#include "plan/model.h"
#include "plan/plan-make.h"
#include "properties.h"
#include "random.h"
#include "run/apply.h"
#include "scene.h"
#include "state/memory.h"

#include <inttypes.h>

#define DEFAULT_CASES 20000

static void print_regions(const struct dax_topology *topology)
{
	char first[DAX_SIZE_TEXT], second[DAX_SIZE_TEXT];

	print_message("# machine block=%s policy=%s\n", scene_size(topology->block_size, first),
		      dax_policy_word(topology->policy));
	for (size_t i = 0; i < topology->n_regions; i++) {
		const struct dax_region *region = &topology->regions[i];

		print_message("# region %d %s %s+%s%s%s\n", region->id, region->name,
			      scene_size(region->start, first), scene_size(region->size, second),
			      region->dynamic ? "" : " static",
			      region->layout_known     ? ""
			      : region->layout_assumed ? " assumed"
						       : " hidden");
	}
}

static void print_request(const struct dax_request *request)
{
	static const char *const verbs[] = { "create",	    "destroy", "enable", "disable",
					     "reconfigure", "online",  "offline" };
	char first[DAX_SIZE_TEXT], second[DAX_SIZE_TEXT];

	print_message("# %s%s", verbs[request->verb], request->all_devices ? " all" : "");
	for (size_t i = 0; i < request->n_devices; i++)
		print_message(" %s", request->devices[i]);
	if (request->has_size && request->size.share)
		print_message(" size=%llu%%", (unsigned long long)(request->size.share / DAX_PERCENT));
	else if (request->has_size)
		print_message(" size=%s", scene_size(request->size.bytes, first));
	if (request->has_align)
		print_message(" align=%s", scene_size(request->align, first));
	for (size_t i = 0; i < request->n_ranges; i++)
		print_message(" range=%s+%s", scene_size(request->ranges[i].start, first),
			      scene_size(dax_range_size(request->ranges[i]), second));
	print_message("%s%s%s%s", request->has_mode ? " mode=" : "",
		      request->has_mode ? dax_driver_mode(request->driver) : "",
		      request->region ? " region=" : "", request->region ? request->region : "");
	print_message("%s%s%s", request->no_online ? " no-online" : "", request->no_movable ? " no-movable" : "",
		      !request->has_memmap ? "" : request->memmap ? " memmap=on" : " memmap=off");
	print_message(" count=%u%s%s\n", request->count, request->force ? " force" : "",
		      request->risks ? " lose-data" : "");
}

static void print_lines(char *text)
{
	for (char *line = strtok(text, "\n"); line; line = strtok(NULL, "\n"))
		print_message("# %s\n", line);
}

static void case_release(struct property_case *c)
{
	for (size_t i = 0; i < c->n_requests; i++)
		dax_request_release(&c->requests[i]);
	dax_plan_release(&c->plan);
	dax_topology_release(&c->before);
	dax_error_release(&c->err);
	*c = (struct property_case){ 0 };
}

/* Runs after a failure, too: then the case is still there. */
static int tear_down(void **state)
{
	struct property_case *c = *state;
	char text[SCENE_TEXT];

	if (c->before.n_regions) {
		print_message("# DAXADM_SEED=%" PRIu64 " runs this case:\n", c->seed);
		print_regions(&c->before);
		scene_print_devices(&c->before, text);
		print_lines(text);
		for (size_t i = 0; i < c->n_requests; i++)
			print_request(&c->requests[i]);
		scene_print_error(&c->err, text);
		print_lines(text);
		scene_print_steps(c->plan.steps, c->plan.n_steps, c->plan.targets, text);
		print_lines(text);
	}
	case_release(c);
	return 0;
}

static void run_case(struct property_case *c)
{
	struct dice dice = { c->seed };

	random_topology(&dice, &c->before);
	c->n_requests = random_requests(&dice, &c->before, c->requests);
	scene_check(&c->before);
	c->result = dax_plan_make(&c->before, c->requests, c->n_requests, &c->plan, &c->err);
	if (c->result)
		property_refusal(c);
	else
		property_plan(c);
}

static void test_properties(void **state)
{
	struct property_case *c = *state;
	uint64_t seed, n_cases, refused = 0, empty = 0;

	random_cases(DEFAULT_CASES, &seed, &n_cases);
	for (uint64_t i = 0; i < n_cases; i++) {
		c->seed = seed + i;
		run_case(c);
		refused += c->result != 0;
		empty += !c->result && !c->plan.n_steps;
		case_release(c);
	}
	print_message("# %" PRIu64 " cases from seed %" PRIu64 ": %" PRIu64 " refused, %" PRIu64
		      " without a step\n",
		      n_cases, seed, refused, empty);
	/* Or else the dice have become too unkind to tell anything. */
	if (n_cases >= 1000)
		assert_true(refused + empty < n_cases * 3 / 4);
}

int main(void)
{
	struct property_case c = { 0 };
	const struct CMUnitTest tests[] = {
		{ "test_properties", test_properties, NULL, tear_down, &c },
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
