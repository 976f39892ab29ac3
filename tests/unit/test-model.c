/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The model against the rules of drivers/dax/bus.c: where the kernel puts things, and what it refuses. */
#include "unit.h"

#include "plan/model.h"
#include "scene.h"

struct model_case {
	const char *name;
	const char *before;
	const char *steps; /* one a line: "set-size dax0.1 2G" */
	const char *error; /* "EBUSY is enabled": of the last step; NULL when all succeed */
	const char *after; /* NULL: as before */
};

#define REGION "region 0 hmem.0 4G+8G\n"
#define DAX00  REGION "dax0.0 2M - 0+1G\n"

static struct model_case cases[] = {
	/* create_store: the lowest free id, the region's alignment, no size. */
	{ "create the first", REGION, "create 0", NULL, "dax0.0 2M -\n" },
	{ "create takes the lowest free id", REGION "dax0.0 2M -\ndax0.1 2M -\ndax0.3 2M -\n", "create 0",
	  NULL, "dax0.0 2M -\ndax0.1 2M -\ndax0.2 2M -\ndax0.3 2M -\n" },
	{ "create behind all", REGION "dax0.0 2M -\ndax0.1 2M -\n", "create 0\ncreate 0", NULL,
	  "dax0.0 2M -\ndax0.1 2M -\ndax0.2 2M -\ndax0.3 2M -\n" },
	{ "create between regions", REGION "region 1 hmem.1 16G+1G\ndax0.0 2M -\ndax1.0 2M - 0+512M\n",
	  "create 0\ncreate 1", NULL, "dax0.0 2M -\ndax0.1 2M -\ndax1.0 2M - 0+512M\ndax1.1 2M -\n" },
	{ "create needs free space", REGION "dax0.0 2M - 0+8G\n", "create 0", "ENOSPC no free space", NULL },
	{ "create in a static region", "region 0 pmem.0 4G+8G static\ndax0.0 2M - 0+8G\n", "create 0",
	  "EOPNOTSUPP static", NULL },

	/* delete_store: three causes, one errno. */
	{ "delete", REGION "dax0.0 2M -\ndax0.1 2M -\n", "delete dax0.1", NULL, "dax0.0 2M -\n" },
	{ "delete the first", REGION "dax0.0 2M -\n", "delete dax0.0", "EBUSY the first of its region",
	  NULL },
	{ "delete one with a size", REGION "dax0.1 2M - 0+1G\n", "delete dax0.1", "EBUSY a size", NULL },
	{ "delete one with a driver", REGION "dax0.1 2M device_dax 0+1G\n", "delete dax0.1", "EBUSY enabled",
	  NULL },
	{ "delete what is not there", REGION "dax0.1 2M -\n", "delete dax0.2", "ENODEV no such device",
	  NULL },

	/* align_store: validity, then busy, then lengths; never where a range starts. */
	{ "align without a size", REGION "dax0.0 2M -\n", "set-align dax0.0 1G", NULL, "dax0.0 1G -\n" },
	{ "align in whole units", REGION "dax0.0 2M - 2M+1G\n", "set-align dax0.0 1G", NULL,
	  "dax0.0 1G - 2M+1G\n" },
	{ "align in pieces", REGION "dax0.0 2M - 0+512M 2G+512M\n", "set-align dax0.0 1G",
	  "EINVAL whole units", NULL },
	{ "align, one range too short", REGION "dax0.0 2M - 0+1G 2G+512M\n", "set-align dax0.0 1G",
	  "EINVAL whole units", NULL },
	{ "align to 4K", REGION "dax0.0 2M - 0+6M\n", "set-align dax0.0 4K", NULL, "dax0.0 4K - 0+6M\n" },
	{ "align to 16M", REGION "dax0.0 2M -\n", "set-align dax0.0 16M", "EINVAL no alignment", NULL },
	{ "align to 8K", REGION "dax0.0 2M -\n", "set-align dax0.0 8K", "EINVAL no alignment", NULL },
	{ "align to 0", REGION "dax0.0 2M -\n", "set-align dax0.0 0", "EINVAL no alignment", NULL },
	{ "align while bound", REGION "dax0.0 2M device_dax 0+1G\n", "set-align dax0.0 2M", "EBUSY enabled",
	  NULL },
	{ "align while bound, to nothing that exists", REGION "dax0.0 2M device_dax 0+1G\n",
	  "set-align dax0.0 8K", "EINVAL no alignment", NULL },

	/* dev_dax_resize: first fit from the start of the region; only the last range grows in place. */
	{ "grow from nothing", REGION "dax0.0 2M -\n", "set-size dax0.0 1G", NULL, "dax0.0 2M - 0+1G\n" },
	{ "grow in place", REGION "dax0.0 2M - 0+1G\n", "set-size dax0.0 3G", NULL, "dax0.0 2M - 0+3G\n" },
	{ "grow in front", REGION "dax0.0 2M - 2G+1G\n", "set-size dax0.0 2G", NULL,
	  "dax0.0 2M - 2G+1G 0+1G\n" },
	{ "grow in front, then behind", REGION "dax0.0 2M - 2G+1G\n", "set-size dax0.0 4G", NULL,
	  "dax0.0 2M - 2G+1G 0+2G 3G+1G\n" },
	{ "grow around a neighbour", REGION "dax0.0 2M - 0+1G\ndax0.1 2M device_dax 2G+1G\n",
	  "set-size dax0.0 4G", NULL, "dax0.0 2M - 0+2G 3G+2G\ndax0.1 2M device_dax 2G+1G\n" },
	{ "a range that is not the last does not grow", REGION "dax0.0 2M - 0+1G 4G+1G\n",
	  "set-size dax0.0 3G", NULL, "dax0.0 2M - 0+1G 4G+1G 1G+1G\n" },
	{ "... but the new one does", REGION "dax0.0 2M - 0+1G 4G+1G\n",
	  "set-size dax0.0 3G\nset-size dax0.0 4G", NULL, "dax0.0 2M - 0+1G 4G+1G 1G+2G\n" },
	{ "grow to all there is", REGION "dax0.0 2M - 0+1G\ndax0.1 2M - 2G+1G\n", "set-size dax0.1 7G", NULL,
	  "dax0.0 2M - 0+1G\ndax0.1 2M - 2G+1G 1G+1G 3G+5G\n" },
	{ "grow past it", REGION "dax0.0 2M - 0+1G\ndax0.1 2M - 2G+1G\n", "set-size dax0.1 7170M",
	  "ENOSPC are free", NULL },
	{ "a hole of odd size is used up", REGION "dax0.0 2M -\ndax0.1 2M - 1028K+2M\n", "set-size dax0.0 4M",
	  NULL, "dax0.0 2M - 0+1028K 3076K+3068K\ndax0.1 2M - 1028K+2M\n" },
	{ "1G units, and nobody looks where", REGION "dax0.0 2M - 0+2M\ndax0.1 1G -\n", "set-size dax0.1 1G",
	  NULL, "dax0.0 2M - 0+2M\ndax0.1 1G - 2M+1G\n" },
	{ "1G units in pieces", REGION "dax0.0 2M - 512M+512M\ndax0.1 1G -\n", "set-size dax0.1 1G", NULL,
	  "dax0.0 2M - 512M+512M\ndax0.1 1G - 0+512M 1G+512M\n" },

	/* dev_dax_shrink: from the tail of the device, whatever its address. */
	{ "shrink", REGION "dax0.0 2M - 1G+2G\n", "set-size dax0.0 1G", NULL, "dax0.0 2M - 1G+1G\n" },
	{ "shrink drops the last range", REGION "dax0.0 2M - 4G+1G 0+1G\n", "set-size dax0.0 1G", NULL,
	  "dax0.0 2M - 4G+1G\n" },
	{ "shrink cuts the first of three", REGION "dax0.0 2M - 4G+1G 0+1G 6G+1G\n", "set-size dax0.0 512M",
	  NULL, "dax0.0 2M - 4G+512M\n" },
	{ "shrink to nothing keeps the alignment", REGION "dax0.0 1G - 0+1G 2G+1G\n", "set-size dax0.0 0",
	  NULL, "dax0.0 1G -\n" },
	{ "shrunk space is free", REGION "dax0.0 2M - 0+8G\ndax0.1 2M -\n",
	  "set-size dax0.0 6G\nset-size dax0.1 2G", NULL, "dax0.0 2M - 0+6G\ndax0.1 2M - 6G+2G\n" },
	{ "the same size", REGION "dax0.0 2M - 0+8G\n", "set-size dax0.0 8G", NULL, NULL },
	{ "no whole units", REGION "dax0.0 2M - 0+1G\n", "set-size dax0.0 1025M", "EINVAL multiple of 2 MiB",
	  NULL },
	{ "4K too has units of 2M", REGION "dax0.0 4K - 0+1G\n", "set-size dax0.0 4K",
	  "EINVAL multiple of 2 MiB", NULL },
	{ "no whole units of 1G", REGION "dax0.0 1G - 0+1G\n", "set-size dax0.0 1536M",
	  "EINVAL multiple of 1 GiB", NULL },
	{ "size while bound", REGION "dax0.0 2M device_dax 0+1G\n", "set-size dax0.0 1G", "EBUSY enabled",
	  NULL },
	{ "an odd size while bound", REGION "dax0.0 2M device_dax 0+1G\n", "set-size dax0.0 1",
	  "EINVAL multiple", NULL },
	{ "too large a size while bound", REGION "dax0.0 2M device_dax 0+1G\n", "set-size dax0.0 64G",
	  "EBUSY enabled", NULL },
	{ "size in a static region", "region 0 pmem.0 4G+8G static\ndax0.0 2M - 0+8G\n", "set-size dax0.0 1G",
	  "EOPNOTSUPP static", NULL },

	/* mapping_store: one range more, never joined with another. */
	{ "add a range", REGION "dax0.0 2M -\n", "add-mapping dax0.0 6G+1G", NULL, "dax0.0 2M - 2G+1G\n" },
	{ "a neighbouring range stays one of its own", REGION "dax0.0 2M - 0+1G\n",
	  "add-mapping dax0.0 5G+1G", NULL, "dax0.0 2M - 0+1G 1G+1G\n" },
	{ "its start may be anywhere", REGION "dax0.0 2M -\n", "add-mapping dax0.0 4194308K+2M", NULL,
	  "dax0.0 2M - 4K+2M\n" },
	{ "its length may not", REGION "dax0.0 2M -\n", "add-mapping dax0.0 4G+3M", "EINVAL whole units",
	  NULL },
	{ "nor in units of 1G", REGION "dax0.0 1G -\n", "add-mapping dax0.0 4G+512M", "EINVAL whole units",
	  NULL },
	{ "a used range", REGION "dax0.0 2M - 0+1G\ndax0.1 2M -\n", "add-mapping dax0.1 4G+2M",
	  "ENOMEM not free", NULL },
	{ "a range across the end", REGION "dax0.0 2M -\n", "add-mapping dax0.0 11G+2G", "ENOMEM not free",
	  NULL },
	{ "a range before the start", REGION "dax0.0 2M -\n", "add-mapping dax0.0 3G+1G", "ENOMEM not free",
	  NULL },
	{ "a range while bound", REGION "dax0.0 2M device_dax 0+1G\n", "add-mapping dax0.0 6G+1G",
	  "EBUSY enabled", NULL },

	/* Drivers. */
	{ "bind", REGION "dax0.0 2M - 0+1G\n", "bind dax0.0 device_dax", NULL,
	  "dax0.0 2M device_dax 0+1G\n" },
	{ "bind without a size", REGION "dax0.0 2M -\n", "bind dax0.0 device_dax", "ENXIO no size", NULL },
	{ "bind twice", REGION "dax0.0 2M kmem 0+1G\n", "bind dax0.0 device_dax", "EBUSY with driver kmem",
	  NULL },
	{ "unbind", REGION "dax0.0 2M device_dax 0+1G\n", "unbind dax0.0 device_dax", NULL,
	  "dax0.0 2M - 0+1G\n" },
	{ "unbind what is not bound", REGION "dax0.0 2M - 0+1G\n", "unbind dax0.0 device_dax", "ENODEV",
	  NULL },
	{ "unbind from another driver", REGION "dax0.0 2M kmem=8o 0+1G\n", "unbind dax0.0 device_dax",
	  "ENODEV", NULL },
	{ "unbind offline memory", REGION "dax0.0 2M kmem=8o 0+1G\n", "unbind dax0.0 kmem", NULL,
	  "dax0.0 2M - 0+1G\n" },
	{ "unbind online memory", REGION "dax0.0 2M kmem=1M7o 0+1G\n", "unbind dax0.0 kmem", "EBUSY is online",
	  NULL },
	{ "whole memory blocks of each range", REGION "dax0.0 2M - 2M+384M 1G+128M 2G+126M\n",
	  "bind dax0.0 kmem", NULL, "dax0.0 2M kmem=3o 2M+384M 1G+128M 2G+126M\n" },
	{ "no whole memory block", REGION "dax0.0 2M - 2M+252M\n", "bind dax0.0 kmem",
	  "EINVAL no whole memory block of 128 MiB", NULL },
	{ "no node for its memory", "region 0 hmem.0 4G+8G no-node\ndax0.0 2M - 0+1G\n", "bind dax0.0 kmem",
	  "EINVAL no NUMA node", NULL },
	{ "new memory, by the policy offline", "machine policy=offline\n" DAX00, "bind dax0.0 kmem", NULL,
	  "dax0.0 2M kmem=8o 0+1G\n" },
	{ "new memory, by the policy online", "machine policy=online\n" DAX00, "bind dax0.0 kmem", NULL,
	  "dax0.0 2M kmem=8K 0+1G\n" },
	{ "new memory, by the policy online_kernel", "machine policy=online_kernel\n" DAX00, "bind dax0.0 kmem",
	  NULL, "dax0.0 2M kmem=8K 0+1G\n" },
	{ "new memory, by the policy online_movable", "machine policy=online_movable\n" DAX00,
	  "bind dax0.0 kmem", NULL, "dax0.0 2M kmem=8M 0+1G\n" },
	{ "blocks of ranges in any order", REGION "dax0.0 2M - 4G+256M 0+256M\n",
	  "bind dax0.0 kmem\nonline dax0.0 64-64 M\nonline dax0.0 33-33 K", NULL,
	  "dax0.0 2M kmem=1o1K1M1o 4G+256M 0+256M\n" },
	{ "online and offline", REGION "dax0.0 2M kmem=4M4o 0+1G\n",
	  "online dax0.0 36-37 K 39-39 M\noffline dax0.0 32-32 M 37-37 K", NULL,
	  "dax0.0 2M kmem=1o3M1K2o1M 0+1G\n" },
	{ "online what is online", REGION "dax0.0 2M kmem=4M4o 0+1G\n", "online dax0.0 32-32 M", "EINVAL not offline",
	  NULL },
	{ "offline what is offline", REGION "dax0.0 2M kmem=4M4o 0+1G\n", "offline dax0.0 36-36 M",
	  "EINVAL not Movable", NULL },
	{ "offline from another zone", REGION "dax0.0 2M kmem=4M4o 0+1G\n", "offline dax0.0 32-32 K",
	  "EINVAL not Normal", NULL },
	{ "a block of somebody else's", REGION "dax0.0 2M kmem=8o 0+1G\ndax0.1 2M kmem=8o 1G+1G\n",
	  "online dax0.0 40-40 M", "EINVAL block 40", NULL },
	{ "unbind when all is offline again", REGION "dax0.0 2M kmem=8M 0+1G\n",
	  "offline dax0.0 32-39 M\nunbind dax0.0 kmem", NULL, "dax0.0 2M - 0+1G\n" },
	{ "its memory map", REGION "dax0.0 2M - memmap=0 0+1G\n", "set-memmap dax0.0 1", NULL,
	  "dax0.0 2M - memmap=1 0+1G\n" },
	{ "its memory map while bound", REGION "dax0.0 2M kmem=8o memmap=0 0+1G\n", "set-memmap dax0.0 1",
	  "EBUSY enabled", NULL },
	{ "load a driver", REGION "dax0.0 2M - 0+1G\n", "load-driver fsdev_dax", NULL, NULL },

	/* Where an ordinary user cannot look, sums are all there is. */
	{ "hidden: grow", "region 0 hmem.0 4G+8G hidden\ndax0.0 2M - 1G\n", "set-size dax0.0 3G", NULL,
	  "dax0.0 2M - 3G\n" },
	{ "hidden: shrink", "region 0 hmem.0 4G+8G hidden\ndax0.0 2M - 2G\n", "set-size dax0.0 1G", NULL,
	  "dax0.0 2M - 1G\n" },
	{ "hidden: to nothing, which is known", "region 0 hmem.0 4G+8G hidden\ndax0.0 2M - 2G\n",
	  "set-size dax0.0 0", NULL, "dax0.0 2M -\n" },
	{ "hidden: too much", "region 0 hmem.0 4G+8G hidden\ndax0.0 2M - 2G\n", "set-size dax0.0 9G",
	  "ENOSPC are free", NULL },
	{ "hidden: add a range", "region 0 hmem.0 4G+8G hidden\ndax0.0 2M -\n", "add-mapping dax0.0 6G+1G",
	  NULL, "dax0.0 2M - 2G+1G\n" },
	{ "hidden: add too large a range", "region 0 hmem.0 4G+8G hidden\ndax0.0 2M - 7G\n",
	  "add-mapping dax0.0 6G+2G", "ENOMEM not free", NULL },
};

/* Runs the steps; the first that fails ends it, with its words in ERR. */
static int run_steps(struct dax_topology *topology, const char *text, struct dax_error *err)
{
	_cleanup_free_ char *copy = strdup(text);
	char *lines = copy;
	int r = 0;

	for (const char *line = strsep(&lines, "\n"); line && !r; line = strsep(&lines, "\n")) {
		struct dax_target target = { .region = 0 };
		struct dax_step step = { 0 };

		scene_step(&step, &target, line);
		r = dax_model_step(topology, &target, &step, err);
		free(step.blocks);
	}
	return r;
}

static void check_case(void **state)
{
	const struct model_case *c = *state;
	_cleanup_topology_ struct dax_topology topology = DAX_TOPOLOGY_INIT, before = DAX_TOPOLOGY_INIT;
	_cleanup_error_ struct dax_error err = DAX_ERROR_INIT;
	char text[SCENE_TEXT];

	scene_make(&topology, c->before);
	scene_make(&before, c->before);
	int r = run_steps(&topology, c->steps, &err);

	assert_int_equal(r, -err.code);
	scene_print_error(&err, text);
	if (c->error ? !scene_error_is(&err, c->error) : r)
		fail_msg("%s", text);
	scene_print(&topology, text);
	if (c->after)
		assert_string_equal(text, c->after);
	else
		scene_assert_same(&topology, &before);
}

/* What a step does not concern stays; a driver that is loaded is on the bus. */
static void test_drivers(void **state)
{
	_cleanup_topology_ struct dax_topology topology = DAX_TOPOLOGY_INIT;
	_cleanup_error_ struct dax_error err = DAX_ERROR_INIT;

	(void)state;
	scene_make(&topology, "machine drivers=\n" REGION);
	assert_int_equal(topology.drivers, 0);
	assert_int_equal(run_steps(&topology, "load-driver fsdev_dax\nload-driver kmem", &err), 0);
	assert_int_equal(topology.drivers, dax_driver_bit("fsdev_dax") | dax_driver_bit("kmem"));
}

/* The policy is the machine's, and holds for what comes. */
static void test_policy(void **state)
{
	_cleanup_topology_ struct dax_topology topology = DAX_TOPOLOGY_INIT;
	_cleanup_error_ struct dax_error err = DAX_ERROR_INIT;
	char text[SCENE_TEXT];

	(void)state;
	scene_make(&topology, "machine policy=online\n" DAX00 "dax0.1 2M - 1G+256M\n");
	assert_int_equal(run_steps(&topology, "bind dax0.1 kmem\nset-policy online_movable\nbind dax0.0 kmem", &err), 0);
	assert_int_equal(topology.policy, DAX_POLICY_ONLINE_MOVABLE);
	scene_print(&topology, text);
	assert_string_equal(text, "dax0.0 2M kmem=8M 0+1G\ndax0.1 2M kmem=2K 1G+256M\n");
}

int main(void)
{
	struct CMUnitTest tests[ARRAY_SIZE(cases) + 2] = { cmocka_unit_test(test_drivers), cmocka_unit_test(test_policy) };

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++)
		tests[i + 2] = (struct CMUnitTest){ cases[i].name, check_case, NULL, NULL, &cases[i] };
	return cmocka_run_group_tests(tests, NULL, NULL);
}
