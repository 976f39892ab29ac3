/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Free space: lists of ranges, what is taken and given back, holes, and where devices are put. */
#include "unit.h"

#include "random.h"
#include "scene.h"
#include "plan/space.h"

#include <errno.h>
#include <inttypes.h>

#define G DAX_GIB
#define M DAX_MIB

/* "OFFSET+LENGTH ...", counted from BASE. */
static void print_ranges(const struct dax_range *ranges, size_t n, uint64_t base, char text[SCENE_TEXT])
{
	char first[DAX_SIZE_TEXT], second[DAX_SIZE_TEXT];
	size_t length = 0;

	text[0] = '\0';
	for (size_t i = 0; i < n; i++)
		length += (size_t)snprintf(text + length, SCENE_TEXT - length, "%s%s+%s", i ? " " : "",
					   scene_size(ranges[i].start - base, first),
					   scene_size(dax_range_size(ranges[i]), second));
}

static void check_used(const struct dax_region *region, const char *expected)
{
	char text[SCENE_TEXT];

	print_ranges(region->used, region->n_used, region->start, text);
	assert_string_equal(text, expected);
}

static struct dax_range at(uint64_t start, uint64_t size)
{
	return (struct dax_range){ start, start + size - 1 };
}

static void test_lists(void **state)
{
	_cleanup_ranges_ struct dax_ranges ranges = { 0 };
	char text[SCENE_TEXT];

	(void)state;
	assert_int_equal(dax_ranges_size(NULL, 0), 0);
	dax_ranges_trim(&ranges, 5);
	assert_int_equal(ranges.n, 0);
	assert_int_equal(dax_ranges_add(&ranges, at(0, G)), 0);
	assert_int_equal(dax_ranges_add(&ranges, at(G, G)), 0);
	assert_int_equal(dax_ranges_extend(&ranges, at(2 * G, G)), 0);
	assert_int_equal(dax_ranges_extend(&ranges, at(8 * G, G)), 0);
	assert_int_equal(dax_ranges_extend(&ranges, at(7 * G, G)), 0); /* in front is not behind */
	print_ranges(ranges.items, ranges.n, 0, text);
	assert_string_equal(text, "0+1G 1G+2G 8G+1G 7G+1G");
	assert_int_equal(dax_ranges_size(ranges.items, ranges.n), 5 * G);
	dax_ranges_trim(&ranges, 6 * G);
	assert_int_equal(ranges.n, 4);
	dax_ranges_trim(&ranges, 4 * G);
	print_ranges(ranges.items, ranges.n, 0, text);
	assert_string_equal(text, "0+1G 1G+2G 8G+1G");
	dax_ranges_trim(&ranges, 2 * G - M);
	print_ranges(ranges.items, ranges.n, 0, text);
	assert_string_equal(text, "0+1G 1G+1023M");
	dax_ranges_trim(&ranges, 0);
	assert_int_equal(ranges.n, 0);
}

static void test_fit(void **state)
{
	const struct dax_range whole[] = { at(4 * G, G), at(8 * G, 2 * G) };
	const struct dax_range shifted[] = { at(4 * G, G), at(8 * G + 2 * M, 2 * G) };
	const struct dax_range pieces[] = { at(4 * G, 512 * M), at(8 * G, 512 * M) };
	const struct dax_range by_a_page[] = { at(4 * G + 4 * DAX_KIB, 2 * M) };

	(void)state;
	assert_true(dax_ranges_fit(NULL, 0, G));
	assert_true(dax_ranges_fit(whole, 2, G));
	assert_false(dax_ranges_fit(shifted, 2, G));
	assert_true(dax_ranges_fit(shifted, 2, 2 * M));
	assert_false(dax_ranges_fit(pieces, 2, G)); /* 1 GiB in all, and no whole one */
	assert_true(dax_ranges_fit(pieces, 2, 2 * M));
	assert_false(dax_ranges_fit(by_a_page, 1, 2 * M));
	/* The granule counts for smaller alignments, too. */
	assert_false(dax_ranges_fit(by_a_page, 1, 4 * DAX_KIB));
}

static void test_take_and_give(void **state)
{
	_cleanup_topology_ struct dax_topology topology = DAX_TOPOLOGY_INIT;

	(void)state;
	scene_make(&topology, "region 0 hmem.0 4G+8G");
	struct dax_region *region = &topology.regions[0];

	assert_int_equal(dax_space_take(region, at(6 * G, G)), 0);
	assert_int_equal(dax_space_take(region, at(4 * G, G)), 0);
	assert_int_equal(dax_space_take(region, at(11 * G, G)), 0);
	check_used(region, "0+1G 2G+1G 7G+1G");
	assert_int_equal(dax_space_take(region, at(6 * G, G)), -EEXIST);
	assert_int_equal(dax_space_take(region, at(7 * G - 2 * M, 4 * M)), -EEXIST);
	assert_int_equal(dax_space_take(region, at(5 * G, 6 * G + 1)), -EEXIST);
	assert_int_equal(dax_space_take(region, at(5 * G, 7 * G)), -EEXIST); /* around another */
	assert_int_equal(dax_space_take(region, at(4 * G - 2 * M, 2 * M)), -EEXIST);
	assert_int_equal(dax_space_take(region, at(12 * G - 2 * M, 4 * M)), -EEXIST);
	assert_int_equal(dax_space_take(region, at(12 * G, 2 * M)), -EEXIST);
	assert_int_equal(dax_space_take(region, (struct dax_range){ 9 * G, 8 * G }), -EEXIST);
	assert_int_equal(dax_space_take(region, (struct dax_range){ 9 * G, UINT64_MAX }), -EEXIST);
	check_used(region, "0+1G 2G+1G 7G+1G");

	dax_space_give(region, at(6 * G + 512 * M, 512 * M)); /* the tail of one */
	check_used(region, "0+1G 2G+512M 7G+1G");
	assert_int_equal(dax_space_take(region, at(6 * G + 512 * M, 512 * M)), 0);
	dax_space_give(region, at(6 * G, G)); /* lies in two entries */
	check_used(region, "0+1G 7G+1G");
	assert_int_equal(dax_space_take(region, at(5 * G, G)), 0);
	assert_int_equal(dax_space_take(region, at(6 * G, G)), 0);
	dax_space_give(region, at(4 * G + 512 * M, 2 * G + 512 * M)); /* the tail of one, and two more */
	check_used(region, "0+512M 7G+1G");
	assert_int_equal(dax_space_take(region, at(4 * G + 512 * M, 512 * M)), 0);
	dax_space_give(region, at(4 * G, 512 * M));
	check_used(region, "512M+512M 7G+1G");
	assert_int_equal(dax_space_take(region, at(4 * G, 512 * M)), 0);
	dax_space_give(region, at(11 * G, G));
	dax_space_give(region, at(11 * G, G)); /* is free already */
	check_used(region, "0+512M 512M+512M");
	assert_true(dax_space_is_free(region, at(5 * G, 100 * G)));
	assert_true(dax_space_is_free(region, at(0, 4 * G)));
	assert_false(dax_space_is_free(region, at(0, 4 * G + 1)));
	assert_false(dax_space_is_free(region, at(5 * G - 1, 1)));
}

static void test_holes(void **state)
{
	static const char *const expected[] = { "1G+1G", "3G+1G", "5G+3G" };
	_cleanup_topology_ struct dax_topology topology = DAX_TOPOLOGY_INIT;
	struct dax_range hole = { 0, 0 };
	char text[SCENE_TEXT];
	size_t n = 0;

	(void)state;
	scene_make(&topology, "region 0 hmem.0 4G+8G\n"
			      "dax0.0 2M - 0+1G 2G+512M 2560M+512M 4G+1G\n"
			      "region 1 hmem.1 16G+2G\n"
			      "dax1.0 2M - 0+2G\n"
			      "region 2 hmem.2 32G+2G");
	const struct dax_region *region = &topology.regions[0];

	for (uint64_t from = 0; dax_space_next_hole(region, from, &hole); from = hole.end + 1) {
		print_ranges(&hole, 1, region->start, text);
		assert_string_equal(text, expected[n++]);
	}
	assert_int_equal(n, ARRAY_SIZE(expected));
	assert_int_equal(dax_region_largest_free(region), 3 * G);
	/* From the middle of a hole, and of what is used. */
	assert_true(dax_space_next_hole(region, 5 * G + 512 * M, &hole));
	assert_int_equal(hole.start, 5 * G + 512 * M);
	assert_true(dax_space_next_hole(region, 6 * G + 2 * M, &hole));
	assert_int_equal(hole.start, 7 * G);
	assert_false(dax_space_next_hole(region, 12 * G, &hole));
	assert_false(dax_space_next_hole(region, UINT64_MAX, &hole));
	assert_false(dax_space_next_hole(&topology.regions[1], 0, &hole));
	assert_int_equal(dax_region_largest_free(&topology.regions[1]), 0);
	assert_true(dax_space_next_hole(&topology.regions[2], 0, &hole));
	assert_int_equal(dax_range_size(hole), 2 * G);
	topology.regions[0].layout_known = false;
	assert_int_equal(dax_region_largest_free(region), 0);
}

/* The last byte of the last hole may be the last of all. */
static void test_end_of_addresses(void **state)
{
	_cleanup_topology_ struct dax_topology topology = DAX_TOPOLOGY_INIT;
	_cleanup_ranges_ struct dax_ranges ranges = { 0 };
	struct dax_range hole;
	uint64_t possible = 0;

	(void)state;
	scene_make(&topology, "region 0 hmem.0 4G+8G");
	struct dax_region *region = &topology.regions[0];
	/* The highest that is taken for a region ends one byte below. */
	region->start = UINT64_MAX - 8 * G;
	assert_true(dax_space_next_hole(region, 0, &hole));
	assert_int_equal(hole.end, UINT64_MAX - 1);
	assert_int_equal(dax_space_place(region, 7 * G, G, 0, &ranges, &possible), 0);
	assert_int_equal(dax_ranges_size(ranges.items, ranges.n), 7 * G);
	assert_true(dax_ranges_fit(ranges.items, ranges.n, G));
}

static void test_place(void **state)
{
	static const struct {
		uint64_t size, unit, after;
		int result;
		uint64_t possible;
		const char *ranges;
	} cases[] = {
		/* The first hole that holds all of it, not the first hole. */
		{ 512 * M, 2 * M, 0, 0, 0, "1G+512M" },
		{ 2 * G, 2 * M, 0, 0, 0, "4098M+2G" },
		{ 2 * G, G, 0, 0, 0, "5G+2G" },
		{ G, G, 0, 0, 0, "5G+1G" },
		/* No hole holds all of it. */
		{ 3 * G, 2 * M, 0, 0, 0, "4098M+3G" },
		{ 4 * G, 2 * M, 0, 0, 4 * G, "1G+512M 2562M+1022M 4098M+2562M" },
		{ 3 * G, G, 0, 0, 3 * G, "5G+3G" },
		{ 4 * G, G, 0, -ENOSPC, 3 * G, "5G+3G" },
		{ 100 * G, 2 * M, 0, -ENOSPC, 5628 * M, "1G+512M 2562M+1022M 4098M+4094M" },
		/* Behind what is there, as far as it goes, then elsewhere. */
		{ 512 * M, 2 * M, 5 * G, 0, 0, "1G+512M" },
		{ G, 2 * M, 5 * G, 0, 0, "1G+512M 2562M+512M" },
		{ 512 * M, 2 * M, 8194 * M, 0, 0, "4098M+512M" },
		{ 4 * G, 2 * M, 8194 * M, 0, 0, "4098M+4094M 1G+2M" },
		{ G, G, 5 * G, 0, 0, "5G+1G" },    /* no whole unit there */
		{ G, G, 8194 * M, 0, 0, "5G+1G" }, /* not on a unit */
		{ 512 * M, 2 * M, 9 * G + 2, 0, 0, "1G+512M" },
		{ 512 * M, 2 * M, 6 * G, 0, 0, "1G+512M" }, /* is used */
		{ 100 * G, 2 * M, 5 * G, -ENOSPC, 5628 * M, "1G+512M 2562M+1022M 4098M+4094M" },
	};
	_cleanup_topology_ struct dax_topology topology = DAX_TOPOLOGY_INIT;
	char text[SCENE_TEXT];

	(void)state;
	scene_make(&topology, "region 0 hmem.0 4G+8G\n"
			      "dax0.0 2M - 0+1G 1536M+1026M 3584M+514M");
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		_cleanup_ranges_ struct dax_ranges ranges = { 0 };
		uint64_t possible = 0;
		int r = dax_space_place(&topology.regions[0], cases[i].size, cases[i].unit, cases[i].after,
					&ranges, &possible);

		print_ranges(ranges.items, ranges.n, topology.regions[0].start, text);
		if (r != cases[i].result || strcmp(text, cases[i].ranges) != 0 ||
		    (r && possible != cases[i].possible))
			fail_msg("case %zu: %d, %" PRIu64 " possible: %s", i, r, possible, text);
	}
}

/* A region with holes of random sizes at random places, all in whole units. */
static void make_holes(struct dice *dice, struct dax_region *region, uint64_t unit)
{
	*region = (struct dax_region){ .layout_known = true, .start = 64 * G + dice_below(dice, 2048) * 2 * M,
				       .size = (1 + dice_below(dice, 16)) * G };
	for (size_t i = dice_below(dice, 6); i > 0; i--) {
		uint64_t start = dax_round_down(region->start + dice_below(dice, region->size), unit);
		int r = dax_space_take(region, at(start, (1 + dice_below(dice, 4)) * unit));

		assert_true(r == 0 || r == -EEXIST);
	}
}

/* What is free in whole units, and the whole memory blocks in that: no device can have more. */
static void count_free(const struct dax_region *region, uint64_t unit, uint64_t block, uint64_t *bytes, uint64_t *blocks)
{
	struct dax_range hole;

	*bytes = *blocks = 0;
	for (uint64_t from = region->start; dax_space_next_hole(region, from, &hole); from = hole.end + 1) {
		uint64_t start = dax_round_up(hole.start, unit), end = dax_round_down(hole.end + 1, unit);

		for (uint64_t i = start; i < end; i += unit)
			*bytes += unit;
		for (uint64_t i = dax_round_up(start, block); i + block <= end; i += block)
			*blocks += 1;
	}
}

static void check_memory(struct dice *dice, uint64_t unit, uint64_t block)
{
	struct dax_region region;
	_cleanup_ranges_ struct dax_ranges ranges = { 0 };
	uint64_t bytes = 0, blocks = 0, possible = 0;

	make_holes(dice, &region, unit);
	count_free(&region, unit, block, &bytes, &blocks);
	size_t n_used = region.n_used;
	uint64_t size = unit * (1 + dice_below(dice, region.size / unit));
	int r = dax_space_place_memory(&region, size, unit, block, 0, &ranges, &possible);
	assert_int_equal(r, size <= bytes ? 0 : -ENOSPC);
	assert_int_equal(region.n_used, n_used);
	if (!r) {
		uint64_t most = size / block < blocks ? size / block : blocks;

		assert_int_equal(dax_ranges_size(ranges.items, ranges.n), size);
		assert_true(dax_ranges_fit(ranges.items, ranges.n, unit));
		assert_int_equal(dax_ranges_blocks(ranges.items, ranges.n, block), most);
		for (size_t i = 0; i < ranges.n; i++)
			assert_int_equal(dax_space_take(&region, ranges.items[i]), 0);
	}
	free(region.used);
}

static void test_place_memory(void **state)
{
	struct dice dice = { 20 };

	(void)state;
	for (uint64_t block = 128 * M; block <= 2 * G; block *= 2) {
		for (int i = 0; i < 300; i++) {
			check_memory(&dice, 2 * M, block);
			check_memory(&dice, G, block);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_lists),
		cmocka_unit_test(test_fit),
		cmocka_unit_test(test_take_and_give),
		cmocka_unit_test(test_holes),
		cmocka_unit_test(test_end_of_addresses),
		cmocka_unit_test(test_place),
		cmocka_unit_test(test_place_memory),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
