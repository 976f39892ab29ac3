/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Whether what is in use in memory that goes offline fits elsewhere. */
#include "unit.h"

#include "plan/forecast.h"
#include "state/bound.h"

/* In MiB: node 0 has 1000 of memory, of which FREE are free; node 1 has 3072 in zone Movable, of which LEFT are free. */
struct machine {
	unsigned free, cache, left, left_cache;
	unsigned anon; /* that could be swapped */
	unsigned swap;
};

#define MIB_PAGES 256

static struct dax_memory_use machine_use(const struct machine *machine)
{
	struct dax_memory_use use = { .swap = machine->swap * DAX_MIB };
	char text[2048];

	snprintf(text, sizeof(text),
		 "Node 0, zone    DMA32\n"
		 "  per-node stats\n"
		 "      nr_inactive_file %u\n"
		 "      nr_slab_reclaimable 0\n"
		 "  pages free     %u\n"
		 "        boost    0\n"
		 "        min      2560\n"
		 "        low      3200\n"
		 "        high     3840\n"
		 "        spanned  256000\n"
		 "        managed  256000\n"
		 "        protection: (0, 0, 0, 0)\n"
		 "      nr_free_pages 1\n"
		 "      nr_zone_inactive_anon %u\n"
		 "      nr_zone_active_file %u\n"
		 "  pagesets\n"
		 "    cpu: 0\n"
		 "              count:    256\n"
		 "              high:     1000000\n"
		 "Node 0, zone  Movable\n"
		 "  pages free     0\n"
		 "        managed  0\n"
		 "Node 1, zone  Movable\n"
		 "  pages free     %u\n"
		 "        min      256\n"
		 "        high     512\n"
		 "        managed  786432\n"
		 "        protection: (0, 0, 0, 0)\n"
		 "      nr_zone_active_file %u\n",
		 machine->cache * MIB_PAGES, machine->free * MIB_PAGES, machine->anon * MIB_PAGES,
		 machine->cache * MIB_PAGES, machine->left * MIB_PAGES, machine->left_cache * MIB_PAGES);
	assert_int_equal(dax_memory_use_parse(text, 4096, &use), 0);
	return use;
}

static struct dax_forecast forecast_of(const struct machine *machine, struct dax_leaving leaving, bool begun)
{
	_cleanup_memory_use_ struct dax_memory_use use = machine_use(machine);
	struct dax_forecast forecast;

	dax_forecast(&use, &leaving, 1, begun, &forecast);
	return forecast;
}

static bool fits(struct machine machine)
{
	return forecast_of(&machine, (struct dax_leaving){ .node = 1, .bytes = { 0, 3072 * DAX_MIB } }, false).fits;
}

static void test_parse(void **state)
{
	const struct machine machine = { .free = 700, .left = 3072 };
	_cleanup_memory_use_ struct dax_memory_use use = machine_use(&machine);

	(void)state;
	assert_int_equal(use.n_zones, 2); /* one without memory is none */
	assert_string_equal(use.zones[0].name, "DMA32");
	assert_int_equal(use.zones[0].managed / DAX_MIB, 1000);
	assert_int_equal(use.zones[0].free / DAX_MIB, 701); /* with the list of a processor */
	assert_int_equal(use.zones[0].high / DAX_MIB, 15);
	assert_int_equal(use.zones[1].node, 1);
}

static void test_swap(void **state)
{
	(void)state;
	assert_int_equal(dax_swap_parse("Filename Type Size Used Priority\n"), 0);
	assert_int_equal(dax_swap_parse("Filename Type Size Used Priority\n/dev/sda2 partition 2048 1024 -2\n"),
			 DAX_MIB);
	assert_int_equal(dax_swap_parse("Filename\n/dev/zram0 partition 4096 0 -2\n/swap file 1024 0 -3\n"),
			 3 * DAX_MIB);
	/* A name that is longer than any buffer, and a number that is not one. */
	assert_int_equal(dax_swap_parse("Filename\n/a/name/of/more/than/sixty/three/characters/in/a/folder/of/a/disk/swap "
					"file 2048 1024 -2\n/b file -5 -9 -3\n"),
			 DAX_MIB);
}

static void test_fits(void **state)
{
	(void)state;
	assert_true(fits((struct machine){ .free = 700, .left = 3070 }));
	assert_true(fits((struct machine){ .free = 5, .left = 3070 })); /* an idle node always does */
	assert_true(fits((struct machine){ .free = 700, .left = 2500 }));
	assert_false(fits((struct machine){ .free = 700, .left = 2300 }));
	assert_false(fits((struct machine){ .free = 700, .left = 572 }));
	/* The reserves of the kernel are not for use: 700 + 1 - 15 - 2 fit. */
	assert_true(fits((struct machine){ .free = 700, .left = 3072 - 684 }));
	assert_false(fits((struct machine){ .free = 700, .left = 3072 - 685 }));
	/* Page cache is dropped, on either side. */
	assert_true(fits((struct machine){ .free = 100, .cache = 600, .left = 2500 }));
	assert_true(fits((struct machine){ .free = 100, .left = 1000, .left_cache = 2060 }));
	assert_false(fits((struct machine){ .free = 100, .left = 1000, .left_cache = 1000 }));
	/* Swap takes what can be swapped, and no more. */
	assert_true(fits((struct machine){ .free = 100, .anon = 800, .left = 2500, .swap = 800 }));
	assert_false(fits((struct machine){ .free = 100, .anon = 300, .left = 2500, .swap = 800 }));
}

/* Only some of the node's memory goes. */
static void test_part(void **state)
{
	const struct machine machine = { .free = 300, .left = 2000 };
	struct dax_leaving leaving = { .node = 1, .bytes = { 0, 512 * DAX_MIB } };

	(void)state;
	assert_false(forecast_of(&machine, leaving, false).fits); /* it may hold 512 MiB of the 1072 */
	leaving.counted = true;
	leaving.used[1] = 100 * DAX_MIB;
	assert_true(forecast_of(&machine, leaving, false).fits);
	leaving.counted = false;
	leaving.bytes[1] = 256 * DAX_MIB;
	assert_true(forecast_of(&machine, leaving, false).fits);
}

/* What is under way goes on as long as the lowest reserves are left. */
static void test_begun(void **state)
{
	const struct machine machine = { .free = 700, .left = 3072 - 686 };
	const struct dax_leaving leaving = { .node = 1, .bytes = { 0, 3072 * DAX_MIB } };

	(void)state;
	assert_false(forecast_of(&machine, leaving, false).fits);
	assert_true(forecast_of(&machine, leaving, true).fits);
	assert_true(forecast_of(&machine, leaving, true).tight);
	assert_false(forecast_of(&(struct machine){ .free = 700, .left = 3060 }, leaving, true).tight);
}

/* The pages of the only node that has memory go to what stays of it; of more nodes, to the others alone. */
static void test_own_node(void **state)
{
	struct machine machine = { .free = 5, .left = 2000 };
	const struct dax_leaving leaving = { .node = 1, .bytes = { 0, 512 * DAX_MIB } };
	_cleanup_memory_use_ struct dax_memory_use use = machine_use(&machine);
	struct dax_forecast forecast;

	(void)state;
	dax_forecast(&use, &leaving, 1, false, &forecast);
	assert_false(forecast.fits);
	use.zones[0] = use.zones[1];
	use.n_zones = 1;
	dax_forecast(&use, &leaving, 1, false, &forecast);
	assert_true(forecast.fits);
}

/* Two nodes go, each of which would fit. */
static void test_two_nodes(void **state)
{
	const struct machine machine = { .free = 700, .left = 2600 };
	const struct dax_leaving leaving[] = { { .node = 1, .bytes = { 0, 3072 * DAX_MIB } },
					       { .node = 2, .bytes = { 0, 3072 * DAX_MIB } } };
	_cleanup_memory_use_ struct dax_memory_use use = machine_use(&machine);
	struct dax_forecast forecast;

	(void)state;
	use.zones = reallocarray(use.zones, 3, sizeof(*use.zones));
	assert_non_null(use.zones);
	use.zones[2] = use.zones[1];
	use.zones[2].node = 2;
	use.n_zones = 3;
	dax_forecast(&use, leaving, 1, false, &forecast);
	assert_true(forecast.fits);
	dax_forecast(&use, leaving, 2, false, &forecast);
	assert_false(forecast.fits);
	assert_int_equal(forecast.moves / DAX_MIB, 944);
	_cleanup_free_ char *text = dax_describe_forecast(&forecast);
	assert_non_null(text);
	assert_non_null(strstr(text, "up to 944 MiB in use on node 1 and 1 other node must move, and "));
}

/* Huge pages in use need a free one of their size, or memory to make one; those of 1 GiB are not made. */
static void test_huge(void **state)
{
	const struct machine machine = { .free = 900, .left = 1000 };
	const struct dax_leaving leaving = { .node = 1, .bytes = { 0, 3072 * DAX_MIB } };
	struct dax_pool_use pools[] = {
		{ .node = 1, .page = 2 * DAX_MIB, .total = 1000, .free = 800 },
		{ .node = 0, .page = 2 * DAX_MIB, .total = 0, .free = 0 },
	};
	struct dax_memory_use use = machine_use(&machine);
	struct dax_forecast forecast;

	(void)state;
	use.pools = pools;
	use.n_pools = 2;
	dax_forecast(&use, &leaving, 1, false, &forecast);
	assert_true(forecast.fits); /* 472 of them are no pool's free pages */
	assert_int_equal(forecast.moves / DAX_MIB, 472);
	pools[0].free = 100;
	dax_forecast(&use, &leaving, 1, false, &forecast);
	assert_false(forecast.fits);
	_cleanup_free_ char *text = dax_describe_forecast(&forecast);
	assert_non_null(text);
	assert_non_null(strstr(text, "; 900 of the 1000 huge pages of 2 MiB on node 1 are in use, and 0 are free elsewhere"));
	pools[1] = (struct dax_pool_use){ .node = 0, .page = 2 * DAX_MIB, .total = 900, .free = 900 };
	dax_forecast(&use, &leaving, 1, false, &forecast);
	assert_true(forecast.fits);
	assert_int_equal(forecast.huge.page, 0);
	pools[0] = (struct dax_pool_use){ .node = 1, .page = DAX_GIB, .total = 1, .free = 0 };
	use.zones[0].managed = use.zones[0].free = 8 * DAX_GIB;
	dax_forecast(&use, &leaving, 1, false, &forecast);
	assert_false(forecast.fits);
	free(use.zones);
}

static void test_bound(void **state)
{
	(void)state;
	assert_true(dax_is_bound("7f0000000000 bind:1 anon=1 dirty=1 N1=1 kernelpagesize_kB=4\n", 1));
	assert_true(dax_is_bound("7f0000000000 bind=static:1 anon=1\n", 1));
	assert_true(dax_is_bound("7f0000000000 bind:12", 12));
	assert_false(dax_is_bound("7f0000000000 bind:12 anon=1\n", 1));
	assert_false(dax_is_bound("7f0000000000 bind:0-1 anon=1\n", 0));
	assert_false(dax_is_bound("7f0000000000 prefer:1 anon=1\n", 1));
	assert_false(dax_is_bound("7f0000000000 default file=/bin/bind:1\n", 1));
	assert_false(dax_is_bound("", 1));
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_parse), cmocka_unit_test(test_swap), cmocka_unit_test(test_fits),
		cmocka_unit_test(test_part), cmocka_unit_test(test_begun), cmocka_unit_test(test_own_node),
		cmocka_unit_test(test_two_nodes), cmocka_unit_test(test_huge), cmocka_unit_test(test_bound),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
