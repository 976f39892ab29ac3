/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Where a file's bytes lie, and where those of the block device below it. */
#include "unit.h"

#include "door/dm-table.h"
#include "door/extents.h"

#include <errno.h>
#include <linux/dm-ioctl.h>
#include <linux/fiemap.h>
#include <string.h>
#include <sys/sysmacros.h>

#define UNIT (2 * DAX_MIB)

/* As "FIRST+N", in units; a question mark for what was never written. */
static void expect_units(const struct dax_extents *extents, uint64_t unit, uint64_t base, const char *wanted)
{
	struct dax_units units = { 0 };
	char got[128] = "";

	while (dax_extents_next_units(extents, unit, base, &units)) {
		assert_true(dax_is_aligned(units.start, unit));
		snprintf(got + strlen(got), sizeof(got) - strlen(got), "%d+%d%s ", (int)(units.start / unit),
			 (int)units.n, units.kinds & DAX_EXTENT_UNWRITTEN ? "?" : "");
	}
	assert_string_equal(got, wanted);
}

static void test_extents(void **state)
{
	struct dax_extent items[] = {
		{ .range = { 0, 3 * UNIT - 1 }, .physical = UNIT, .kinds = DAX_EXTENT_PLAIN },
		{ .range = { 3 * UNIT, 5 * UNIT - 1 }, .kinds = DAX_EXTENT_HOLE },
		{ .range = { 5 * UNIT, 8 * UNIT + 4095 },
		  .physical = 20 * UNIT + 4096,
		  .kinds = DAX_EXTENT_UNWRITTEN },
	};
	const struct dax_extents extents = { items, ARRAY_SIZE(items) };

	(void)state;
	expect_units(&extents, UNIT, 0, "0+3 ");
	expect_units(&extents, UNIT, 4096, "");
	expect_units(&extents, UNIT, UNIT - 4096, "5+3? ");
	expect_units(&extents, 4096, 0, "0+1536 2560+1537? ");
	assert_ptr_equal(dax_extents_misaligned(&extents, UNIT, 0), &items[2]);
	assert_ptr_equal(dax_extents_misaligned(&extents, UNIT, UNIT - 4096), &items[0]);
	assert_true(dax_extents_have(&extents, DAX_EXTENT_HOLE));
	assert_false(dax_extents_have(&extents, DAX_EXTENT_SHARED));
	assert_null(dax_extents_misaligned(&extents, 4096, 0));
}

/* What is found while the file changes: back again, over the end, without an end. */
static void test_found(void **state)
{
	const struct fiemap_extent found[] = {
		{ .fe_logical = 4096, .fe_length = 8192, .fe_physical = 65536 },
		{ .fe_logical = 0, .fe_length = 16384, .fe_physical = 131072 },
		{ .fe_logical = 4096, .fe_length = 4096, .fe_physical = 0 },
		{ .fe_logical = 20480, .fe_length = UINT64_MAX, .fe_physical = 4096 },
	};
	_cleanup_(dax_extents_release) struct dax_extents extents = DAX_EXTENTS_INIT;

	(void)state;
	assert_int_equal(dax_extents_add(&extents, found, ARRAY_SIZE(found), 40960), 0);
	assert_int_equal(dax_extents_end(&extents, 40960), 0);
	assert_int_equal(extents.n, 5);
	assert_true(extents.items[0].kinds == DAX_EXTENT_HOLE && extents.items[0].range.end == 4095);
	assert_true(extents.items[1].range.end == 12287 && extents.items[1].physical == 65536);
	assert_true(extents.items[2].range.start == 12288 && extents.items[2].range.end == 16383);
	assert_int_equal(extents.items[2].physical, 131072 + 12288);
	assert_true(extents.items[3].kinds == DAX_EXTENT_HOLE && extents.items[3].range.end == 20479);
	assert_true(extents.items[4].range.end == 40959 && extents.items[4].physical == 4096);
}

static void test_dm_table(void **state)
{
	_cleanup_dm_table_ struct dax_dm_table table = DAX_DM_TABLE_INIT;

	(void)state;
	assert_int_equal(dax_dm_table_add(&table, 0, "linear", "259:3 4096"), 0);
	assert_int_equal(dax_dm_table_add(&table, DAX_GIB, "striped", "2 8192 259:0 0 259:1 2048"), 0);
	assert_int_equal(table.n, 3);
	assert_true(table.parts[0].on == makedev(259, 3) && table.parts[0].offset == UNIT &&
		    !table.parts[0].chunk);
	assert_true(table.parts[1].start == DAX_GIB && table.parts[1].chunk == 2 * UNIT &&
		    !table.parts[1].offset);
	assert_true(table.parts[2].on == makedev(259, 1) && table.parts[2].offset == DAX_MIB);
	assert_false(table.strange);
	assert_int_equal(dax_dm_table_add(&table, 0, "linear", "pmem0 4096"), -EPROTO);
	assert_int_equal(dax_dm_table_add(&table, 0, "striped", "2 8192 259:0 0"), -EPROTO);
	assert_int_equal(dax_dm_table_add(&table, 0, "striped", ""), -EPROTO);
	assert_int_equal(dax_dm_table_add(&table, 0, "striped", "0 8192"), -EPROTO);
	assert_int_equal(dax_dm_table_add(&table, 0, "linear", "259:3 -1"), -EPROTO);
	assert_int_equal(dax_dm_table_add(&table, 0, "linear", "259:3 36028797018963968"), -EPROTO);
	assert_int_equal(table.n, 4); /* the first stripe of those that are not all there */
	assert_int_equal(dax_dm_table_add(&table, 0, "error", ""), 0);
	assert_true(table.strange);
}

/* As the kernel packs targets: the last text ends with the answer, and has no end of its own. */
static void test_dm_answer(void **state)
{
	_cleanup_dm_table_ struct dax_dm_table table = DAX_DM_TABLE_INIT;
	struct {
		struct dm_target_spec target;
		char text[16];
	} answer[2] = { { { .next = sizeof(answer[0]), .target_type = "linear" }, "259:3 4096" },
			{ { .sector_start = 8, .target_type = "error" }, "" } };

	(void)state;
	assert_int_equal(dax_dm_table_parse(&table, (const char *)answer, sizeof(answer), 2), 0);
	assert_true(table.n == 1 && table.strange);
	dax_dm_table_release(&table);
	memset(answer[1].text, 'x', sizeof(answer[1].text));
	assert_int_equal(dax_dm_table_parse(&table, (const char *)answer, sizeof(answer), 2), -EPROTO);
	memset(answer[1].target.target_type, 'x', sizeof(answer[1].target.target_type));
	assert_int_equal(dax_dm_table_parse(&table, (const char *)answer, sizeof(answer), 2), -EPROTO);
	/* The next one is not behind this one. */
	answer[0].target.next = 0;
	assert_int_equal(dax_dm_table_parse(&table, (const char *)answer, sizeof(answer), UINT32_MAX), -EPROTO);
	assert_int_equal(dax_dm_table_parse(&table, (const char *)answer, sizeof(answer[0].target), 1), -EPROTO);
	assert_int_equal(table.n, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_extents),
		cmocka_unit_test(test_found),
		cmocka_unit_test(test_dm_table),
		cmocka_unit_test(test_dm_answer),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
