/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Reading a tree in which something is wrong: a recorded one, of which in each case a few files or
 * links are not what they should be. It is refused in one sentence, or what was read holds together;
 * and plans for it can be made or refused. DAXADM_SEED and DAXADM_CASES as in test-properties.c.
 */
#include "unit.h"

#include "plan/plan-make.h"
#include "plan/space.h"
#include "random.h"
#include "scene.h"
#include "state/scan.h"
#include "state/topology.h"
#include "tree.h"

#include <errno.h>
#include <inttypes.h>

#define DEFAULT_CASES 1000

static const char *const machines[] = { "hmem", "mixed" };

static void check_ranges(const struct dax_region *region)
{
	uint64_t at = region->start;

	assert_true(region->size > 0);
	assert_true(region->start + (region->size - 1) > region->start);
	for (size_t i = 0; i < region->n_used; i++) {
		assert_true(region->used[i].start >= at);
		assert_true(region->used[i].end >= region->used[i].start);
		at = region->used[i].end + 1;
	}
	if (region->layout_known)
		assert_true(at <= region->start + region->size);
}

/* What others rely on without looking. */
static void check_topology(const struct dax_topology *topology)
{
	for (size_t i = 0; i < topology->n_regions; i++) {
		const struct dax_region *region = &topology->regions[i];

		assert_non_null(strstr(region->path, region->name));
		if (dax_space_has_layout(region))
			check_ranges(region);
		assert_false(region->layout_known && region->layout_assumed);
	}
	for (size_t i = 0; i < topology->n_devices; i++) {
		const struct dax_device *device = &topology->devices[i];

		assert_true(device->region < topology->n_regions);
		assert_ptr_equal(dax_topology_device(topology, device->name), device);
		if (device->ranges_known)
			assert_int_equal(dax_ranges_size(device->ranges, device->n_ranges), device->size);
		assert_true(device->memory.online <= device->memory.total);
		assert_true(device->memory.movable <= device->memory.online);
	}
}

static void plan(struct dice *dice, const struct dax_topology *topology)
{
	struct dax_request requests[RANDOM_REQUESTS];
	_cleanup_plan_ struct dax_plan plan = DAX_PLAN_INIT;
	_cleanup_error_ struct dax_error err = DAX_ERROR_INIT;
	size_t n = 0;

	for (size_t i = 0; i < topology->n_regions; i++) {
		if (!topology->regions[i].size || topology->regions[i].size > UINT64_MAX / 4)
			return; /* the dice need a size */
	}
	if (!topology->n_regions)
		return;
	n = random_requests(dice, topology, requests);
	if (dax_plan_make(topology, requests, n, &plan, &err))
		assert_non_null(err.message);
	for (size_t i = 0; i < n; i++)
		dax_request_release(&requests[i]);
}

/* The sentence names the file that is wrong, or what it is of. A link leads elsewhere: then that is named. */
static void check_sentence(const struct tree *tree, const struct dax_error *err)
{
	char path[256];

	if (tree->n_broken != 1 || tree->broken[0].was_link)
		return;
	snprintf(path, sizeof(path), "%s", tree->broken[0].path);
	for (int i = 0; i < 3; i++) {
		char *slash = strrchr(path, '/');

		if (!slash || strstr(err->message, slash + 1))
			return;
		*slash = '\0';
	}
	fail_msg("'%s' does not tell", err->message);
}

static void read_tree(struct dice *dice, struct tree *tree, const struct dax_scope *scope)
{
	_cleanup_sysfs_ struct dax_sysfs sysfs = DAX_SYSFS_INIT;
	_cleanup_topology_ struct dax_topology topology = DAX_TOPOLOGY_INIT;
	_cleanup_error_ struct dax_error err = DAX_ERROR_INIT;

	assert_int_equal(dax_sysfs_open(&sysfs, tree->root, &err), 0);
	assert_true(sysfs.recorded);
	int r = dax_topology_read(&sysfs, scope, &topology, &err);

	assert_int_equal(r, -err.code);
	if (r) {
		assert_non_null(err.message);
		assert_null(topology.regions);
		if (err.code != ENODEV) /* as named devices are when their link is gone */
			check_sentence(tree, &err);
		tree->refused++;
		return;
	}
	assert_null(err.message);
	check_topology(&topology);
	plan(dice, &topology);
}

static void run_case(struct tree *tree, uint64_t seed)
{
	static const char *const names[] = { "dax0.0", "dax1.0", "dax2.0" };
	struct dice dice = { seed };
	const unsigned everything = DAX_WANT_RANGES | DAX_WANT_MEMORY | DAX_WANT_DETAILS |
				    DAX_WANT_EMPTY_REGIONS | DAX_WANT_DRIVERS | DAX_WANT_ALL_NAMESPACES;
	struct dax_scope scope = { .want = everything };

	if (dice_chance(&dice, 30)) {
		scope.devices = &names[dice_below(&dice, ARRAY_SIZE(names))];
		scope.n_devices = 1;
		scope.want |= DAX_WANT_NEIGHBOURS;
	} else if (dice_chance(&dice, 20)) {
		scope.region = dice_chance(&dice, 50) ? "0" : "hmem.0";
	}
	tree_break(tree, &dice);
	read_tree(&dice, tree, &scope);
	tree_mend(tree);
}

static void test_tree(void **state)
{
	struct tree *tree = *state;
	uint64_t seed, n_cases;

	random_cases(DEFAULT_CASES, &seed, &n_cases);
	for (tree->seed = seed; tree->seed < seed + n_cases; tree->seed++)
		run_case(tree, tree->seed);
	print_message("# %" PRIu64 " cases from seed %" PRIu64 ": %zu refused\n", n_cases, seed,
		      tree->refused);
}

static int set_up(void **state)
{
	struct tree *tree = *state;

	return tree_make(tree, tree->machine);
}

/* Runs after a failure, too. */
static int tear_down(void **state)
{
	struct tree *tree = *state;

	if (tree->n_broken)
		print_message("# DAXADM_SEED=%" PRIu64 " DAXADM_CASES=1 runs this case, of %s:\n", tree->seed,
			      tree->machine);
	for (size_t i = 0; i < tree->n_broken; i++)
		print_message("# %s is %s\n", tree->broken[i].path, tree->broken[i].how);
	tree_remove(tree);
	return 0;
}

int main(void)
{
	struct tree trees[ARRAY_SIZE(machines)] = { 0 };
	struct CMUnitTest tests[ARRAY_SIZE(machines)];

	if (!getenv("srcdir")) {
		printf("1..0 # SKIP srcdir says where the recorded machines are\n");
		return 0;
	}
	alarm(3600); /* one that never comes back is a finding, too; a slow machine is not */
	for (size_t i = 0; i < ARRAY_SIZE(machines); i++) {
		trees[i].machine = machines[i];
		tests[i] = (struct CMUnitTest){ machines[i], test_tree, set_up, tear_down, &trees[i] };
	}
	return cmocka_run_group_tests(tests, NULL, NULL);
}
