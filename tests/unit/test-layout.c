/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Layouts: what is exported of a machine leaves it as it is, and brings any other state of it back. Cases as tables
 * first; then random machines. A failure prints the seed of its case; DAXADM_SEED=that makes it the first one again.
 */
#include "unit.h"

#include "plan/layout-match.h"
#include "plan/layout-pair.h"
#include "plan/plan-layout.h"
#include "plan/plan-make.h"
#include "plan/space.h"
#include "random.h"
#include "scene.h"

#include <errno.h>
#include <inttypes.h>

#define DEFAULT_CASES 20000

struct layout_case {
	const char *name;
	const char *was;     /* the machine whose layout it is */
	const char *machine; /* the machine that it is applied to */
	unsigned risks;
	const char *error;   /* as scene_error_is has it; NULL: it works */
	const char *steps;
};

#define MACHINE "machine block=128M drivers=device_dax,kmem policy=offline\n"

static struct layout_case cases[] = {
	{ "nothing to do", MACHINE "region 0 hmem.0 4G+4G\ndax0.0 2M device_dax 0+2G\ndax0.1 2M kmem=16M 2G+2G",
	  MACHINE "region 0 hmem.0 4G+4G\ndax0.0 2M device_dax 0+2G\ndax0.1 2M kmem=16M 2G+2G", 0, NULL, "" },
	{ "another number", MACHINE "region 0 hmem.0 4G+4G\ndax0.0 2M device_dax 0+2G\ndax0.1 2M device_dax 2G+2G",
	  MACHINE "region 3 hmem.1 4G+4G\ndax3.0 2M device_dax 0+2G\ndax3.4 2M device_dax 2G+2G", 0, NULL, "" },
	{ "the device that the kernel made is cut without a word",
	  MACHINE "region 0 hmem.0 4G+4G\ndax0.0 2M -\ndax0.1 2M device_dax 0+2G",
	  MACHINE "region 0 hmem.0 4G+4G\ndax0.0 2M device_dax 0+4G", 0, NULL,
	  "unbind dax0.0 device_dax\nset-size dax0.0 4G 0\ncreate dax0.1\nset-size dax0.1 0 2G\nbind dax0.1 device_dax\n" },
	{ "all losses at once", MACHINE "region 0 hmem.0 4G+4G\ndax0.0 2M -\ndax0.1 2M device_dax 0+3G",
	  MACHINE "region 0 hmem.0 4G+4G\ndax0.0 2M device_dax 0+1G\ndax0.1 2M - 1G+1G", 0,
	  "EPERM 2 devices would lose their data: dax0.0 (1 GiB), dax0.1 (1 GiB) | use --force=lose-data", NULL },
	{ "mode changes in place", MACHINE "region 0 hmem.0 4G+4G\ndax0.0 2M kmem=32M 0+4G",
	  MACHINE "region 0 hmem.0 4G+4G\ndax0.0 2M device_dax 0+4G", 0, NULL,
	  "unbind dax0.0 device_dax\nset-policy offline online_movable\nbind dax0.0 kmem\n"
	  "set-policy online_movable offline\n" },
	{ "memory into its zone", MACHINE "region 0 hmem.0 4G+4G\ndax0.0 2M kmem=32M 0+4G",
	  MACHINE "region 0 hmem.0 4G+4G\ndax0.0 2M kmem=32o 0+4G", 0, NULL, "online dax0.0 32-63 M\n" },
	{ "memory goes offline", MACHINE "region 0 hmem.0 4G+4G\ndax0.0 2M kmem=32o 0+4G",
	  MACHINE "region 0 hmem.0 4G+4G\ndax0.0 2M kmem=32M 0+4G", 0, NULL, "offline dax0.0 32-63 M\n" },
	{ "a disabled device", MACHINE "region 0 hmem.0 4G+4G\ndax0.0 2M - 0+4G",
	  MACHINE "region 0 hmem.0 4G+4G\ndax0.0 2M device_dax 0+4G", 0, NULL, "unbind dax0.0 device_dax\n" },
	{ "a region that has moved", MACHINE "region 0 hmem.0 4G+4G\ndax0.0 2M device_dax 0+4G",
	  MACHINE "region 0 hmem.0 16G+4G\ndax0.0 2M device_dax 0+4G", 0,
	  "ENODEV no region matches | region hmem.0 has the same size and starts at 0x400000000: edit start", NULL },
	{ "memory in several states takes no device of another",
	  MACHINE "region 0 hmem.0 4G+2G\ndax0.0 2M kmem=8K 1G+1G\ndax0.1 2M kmem=4M4K 0+1G",
	  MACHINE "region 0 hmem.0 4G+2G\ndax0.0 2M kmem=8K 1G+1G\ndax0.1 2M kmem=4M4K 0+1G", 0, NULL, "" },
	{ "a start that is not shown", MACHINE "region 0 hmem.0 4G+4G\ndax0.0 2M device_dax 0+4G",
	  MACHINE "region 0 hmem.0 4G+4G assumed\ndax0.0 2M kmem=8M 0+1G", 0, NULL,
	  "offline dax0.0 32-39 M\nunbind dax0.0 kmem\nset-size dax0.0 1G 0\ncreate dax0.1\nset-size dax0.1 0 4G\nbind dax0.1 device_dax\n" },
	{ "not for who may not read", MACHINE "region 0 hmem.0 4G+4G hidden\ndax0.0 2M device_dax 4G", MACHINE, 0,
	  "EACCES run as root", NULL },
};

static void check_case(void **state)
{
	const struct layout_case *c = *state;
	_cleanup_topology_ struct dax_topology was = DAX_TOPOLOGY_INIT, machine = DAX_TOPOLOGY_INIT;
	_cleanup_layout_ struct dax_layout layout = DAX_LAYOUT_INIT;
	_cleanup_plan_ struct dax_plan plan = DAX_PLAN_INIT;
	_cleanup_error_ struct dax_error err = DAX_ERROR_INIT;
	char text[SCENE_TEXT];

	scene_make(&was, c->was);
	scene_make(&machine, c->machine);
	int r = dax_layout_of(&was, NULL, false, &layout, &err);
	if (!r)
		r = dax_plan_layout(&machine, &layout, NULL, c->risks, &plan, &err);
	scene_print_error(&err, text);
	if (c->error) {
		if (!scene_error_is(&err, c->error))
			fail_msg("%s", text);
		assert_int_equal(r, -err.code);
		return;
	}
	if (r)
		fail_msg("%s", text);
	scene_print_steps(plan.steps, plan.n_steps, plan.targets, text);
	assert_string_equal(text, c->steps);
}

/* Two equal devices: each stays with its name, in whatever order the layout has them. */
static void check_names(void **state)
{
	_cleanup_topology_ struct dax_topology machine = DAX_TOPOLOGY_INIT;
	_cleanup_layout_ struct dax_layout layout = DAX_LAYOUT_INIT;
	_cleanup_error_ struct dax_error err = DAX_ERROR_INIT;
	struct dax_pairs pairs = { 0 };

	(void)state;
	scene_make(&machine, MACHINE "region 0 hmem.0 4G+4G\ndax0.0 2M device_dax 0+2G\ndax0.1 2M device_dax 2G+2G");
	strcpy(machine.devices[0].note.name, "a");
	strcpy(machine.devices[1].note.name, "b");
	assert_int_equal(dax_layout_of(&machine, NULL, false, &layout, &err), 0);
	assert_string_equal(layout.regions[0].devices[0].node.name, "a");
	strcpy(layout.regions[0].devices[0].node.name, "b");
	strcpy(layout.regions[0].devices[1].node.name, "a");
	assert_int_equal(dax_layout_pair(&machine, 0, &layout.regions[0], &pairs, &err), 0);
	assert_string_equal(pairs.items[0].device, "dax0.1");
	assert_string_equal(pairs.items[1].device, "dax0.0");
	free(pairs.items);
}

/* What is written is read again; and names that could be something else are refused. */
static void check_notes(void **state)
{
	static const char *const bad[] = { "", "-a", "a b", "a/b", "all", "dax0.0", "dax", "region0", "hmem", "12", "0x1",
					   "2f9d4c5e-9b1e-4c0e-8f5a-0123456789ab", "\xc3\xa4" };
	struct dax_node_note note = { .name = "kv-cache", .has_owner = true, .owner = 107, .has_group = true,
				      .has_permissions = true, .permissions = 0640 }, again;
	char text[DAX_NODE_NOTE_TEXT];

	(void)state;
	dax_node_note_write(&note, text);
	assert_string_equal(text, "DAXADM_NAME=kv-cache\nDAXADM_OWNER=107\nDAXADM_GROUP=0\nDAXADM_MODE=0640\n");
	dax_node_note_read(text, &again);
	assert_memory_equal(&note, &again, sizeof(note));
	assert_true(dax_node_name_is_valid(note.name));
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++)
		assert_false(dax_node_name_is_valid(bad[i]));
}

struct random_case {
	uint64_t seed;
	struct dax_topology a, b;
	struct dax_plan plan;
	struct dax_error err;
};

static void case_release(struct random_case *c)
{
	dax_plan_release(&c->plan);
	dax_topology_release(&c->a);
	dax_topology_release(&c->b);
	dax_error_release(&c->err);
	*c = (struct random_case){ 0 };
}

static void print_devices(const char *title, const struct dax_topology *topology)
{
	char text[SCENE_TEXT];

	scene_print_devices(topology, text);
	print_message("# %s:\n", title);
	for (char *line = strtok(text, "\n"); line; line = strtok(NULL, "\n"))
		print_message("# %s\n", line);
}

static int tear_down(void **state)
{
	struct random_case *c = *state;
	char text[SCENE_TEXT];

	if (c->a.n_regions) {
		print_message("# DAXADM_SEED=%" PRIu64 " runs this case\n", c->seed);
		print_devices("the layout is of", &c->a);
		print_devices("applied to", &c->b);
		scene_print_steps(c->plan.steps, c->plan.n_steps, c->plan.targets, text);
		print_message("# %s\n", text);
		scene_print_error(&c->err, text);
		print_message("# %s\n", text);
	}
	case_release(c);
	return 0;
}

/* What some verbs make of the machine: another state of the same one. */
static void change_machine(struct dice *dice, const struct dax_topology *from, struct dax_topology *to)
{
	assert_int_equal(dax_topology_copy(from, to, NULL), 0);
	for (uint64_t n = 1 + dice_below(dice, 6); n > 0; n--) {
		struct dax_request requests[RANDOM_REQUESTS];
		_cleanup_plan_ struct dax_plan plan = DAX_PLAN_INIT;
		size_t n_requests = random_requests(dice, to, requests);

		if (dax_plan_make(to, requests, n_requests, &plan, NULL) == 0) {
			dax_topology_release(to);
			*to = plan.after;
			plan.after = (struct dax_topology)DAX_TOPOLOGY_INIT;
		}
		for (size_t i = 0; i < n_requests; i++)
			dax_request_release(&requests[i]);
	}
}

static bool is_same_kind(const struct dax_device *a, const struct dax_device *b)
{
	return a->region == b->region && a->size == b->size && a->align == b->align &&
	       strcmp(a->driver, b->driver) == 0;
}

static bool is_uniform(const struct dax_memory *memory)
{
	for (size_t i = 1; i < memory->total; i++) {
		if (memory->blocks[i].state != memory->blocks[0].state)
			return false;
	}
	return true;
}

/* How memory is that lies wherever it lies: two devices of the same size can have a different number of blocks. */
static bool has_same_memory(const struct dax_device *wanted, const struct dax_device *device)
{
	if (strcmp(wanted->driver, "kmem") != 0 || !is_uniform(&wanted->memory) ||
	    wanted->memory.blocks[0].state == DAX_BLOCK_MIXED)
		return true;
	return device->memory.total && is_uniform(&device->memory) &&
	       device->memory.blocks[0].state == wanted->memory.blocks[0].state;
}

static bool is_target(const struct dax_plan *plan, const char *name)
{
	for (size_t i = 0; i < plan->n_targets; i++) {
		if (strcmp(plan->targets[i].name, name) == 0 && !plan->targets[i].created)
			return true;
	}
	return false;
}

static size_t count_like(const struct dax_topology *topology, const struct dax_device *like,
			 const struct dax_plan *untouched_by)
{
	size_t n = 0;

	for (size_t i = 0; i < topology->n_devices; i++) {
		const struct dax_device *device = &topology->devices[i];

		n += is_same_kind(like, device) && has_same_memory(like, device) &&
		     !(untouched_by && is_target(untouched_by, device->name));
	}
	return n;
}

static size_t count_devices(const struct dax_topology *topology, bool in_use)
{
	size_t n = 0;

	for (size_t i = 0; i < topology->n_devices; i++)
		n += topology->devices[i].size && topology->regions[topology->devices[i].region].dynamic == in_use;
	return n;
}

/* The machine has what A had, and devices that were so already are no targets. */
static void check_outcome(const struct random_case *c)
{
	const struct dax_topology *after = &c->plan.after;

	assert_int_equal(count_devices(&c->a, true), count_devices(after, true));
	for (size_t i = 0; i < c->a.n_devices; i++) {
		const struct dax_device *device = &c->a.devices[i];

		if (!device->size || !c->a.regions[device->region].dynamic)
			continue;
		size_t had = count_like(&c->a, device, NULL), were = count_like(&c->b, device, NULL);

		assert_true(count_like(after, device, NULL) >= had);
		/* Memory in several states is left as it is: devices that look like it may have to change all the same. */
		if (!is_uniform(&device->memory))
			continue;
		assert_true(count_like(&c->b, device, &c->plan) >= (had < were ? had : were));
	}
	scene_check_order(&c->plan);
	scene_check(after);
	assert_int_equal(after->policy, c->b.policy);
}

static void check_again(const struct random_case *c, const struct dax_layout *layout)
{
	_cleanup_plan_ struct dax_plan again = DAX_PLAN_INIT;

	/* The model does not know what the kernel chooses in a region whose start is not shown; it then shows it. */
	for (size_t i = 0; i < c->plan.after.n_regions; i++) {
		if (c->plan.after.regions[i].dynamic && !dax_space_has_layout(&c->plan.after.regions[i]))
			return;
	}
	assert_int_equal(dax_plan_layout(&c->plan.after, layout, NULL, 0, &again, NULL), 0);
	assert_int_equal(again.n_steps, 0);
}

/* Reasons that the kernel's rules are, and never one of ours: the word was given, names were looked up. */
static void check_refusal(const struct random_case *c, int r)
{
	static const int codes[] = { ENOSPC, EINVAL, EBUSY, EOPNOTSUPP, EACCES, ENXIO };
	bool known = false;

	for (size_t i = 0; i < ARRAY_SIZE(codes); i++)
		known = known || r == -codes[i];
	assert_true(known);
	assert_int_equal(r, -c->err.code);
	assert_int_equal(c->plan.n_steps, 0);
}

enum { EXPORTED, REACHED, EMPTY, N_COUNTS };

static void run_case(struct random_case *c, uint64_t counts[N_COUNTS])
{
	_cleanup_layout_ struct dax_layout layout = DAX_LAYOUT_INIT;
	struct dice dice = { c->seed };

	random_topology(&dice, &c->a);
	if (dax_layout_of(&c->a, NULL, false, &layout, &c->err)) {
		assert_true(c->err.code == EACCES || c->err.code == EOPNOTSUPP);
		return;
	}
	counts[EXPORTED]++;
	if (dax_plan_layout(&c->a, &layout, NULL, 0, &c->plan, &c->err))
		fail_msg("%s", c->err.message);
	assert_int_equal(c->plan.n_steps, 0);
	assert_int_equal(c->plan.n_targets, 0);
	dax_plan_release(&c->plan);
	c->plan = (struct dax_plan)DAX_PLAN_INIT;
	change_machine(&dice, &c->a, &c->b);

	_cleanup_plan_ struct dax_plan without = DAX_PLAN_INIT;
	int asked = dax_plan_layout(&c->b, &layout, NULL, 0, &without, NULL);
	int r = dax_plan_layout(&c->b, &layout, NULL, DAX_RISK_LOSE_DATA, &c->plan, &c->err);

	assert_true(asked == r || asked == -EPERM);
	if (r) {
		check_refusal(c, r);
		return;
	}
	counts[REACHED]++;
	counts[EMPTY] += !c->plan.n_steps;
	check_outcome(c);
	check_again(c, &layout);
}

static void test_random(void **state)
{
	struct random_case *c = *state;
	uint64_t seed, n_cases, counts[N_COUNTS] = { 0 };

	random_cases(DEFAULT_CASES, &seed, &n_cases);
	for (uint64_t i = 0; i < n_cases; i++) {
		c->seed = seed + i;
		run_case(c, counts);
		case_release(c);
	}
	print_message("# %" PRIu64 " cases from seed %" PRIu64 ": %" PRIu64 " exported, %" PRIu64 " reached, %" PRIu64
		      " of them without a step\n",
		      n_cases, seed, counts[EXPORTED], counts[REACHED], counts[EMPTY]);
	/* Or else the dice have become too unkind to tell anything. */
	if (n_cases >= 1000)
		assert_true(counts[REACHED] - counts[EMPTY] > n_cases / 10);
}

int main(void)
{
	struct random_case c = { 0 };
	struct CMUnitTest tests[ARRAY_SIZE(cases) + 3];

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++)
		tests[i] = (struct CMUnitTest){ cases[i].name, check_case, NULL, NULL, &cases[i] };
	tests[ARRAY_SIZE(cases)] = (struct CMUnitTest){ "test_random", test_random, NULL, tear_down, &c };
	tests[ARRAY_SIZE(cases) + 1] = (struct CMUnitTest)cmocka_unit_test(check_names);
	tests[ARRAY_SIZE(cases) + 2] = (struct CMUnitTest)cmocka_unit_test(check_notes);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
