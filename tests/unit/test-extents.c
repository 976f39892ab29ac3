/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Where a file's bytes lie, and where those of the block device below it. */
#include "unit.h"

#include "door/dm-table.h"
#include "door/extents.h"

#include <errno.h>
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
	assert_int_equal(table.n, 4); /* the first stripe of those that are not all there */
	assert_int_equal(dax_dm_table_add(&table, 0, "error", ""), 0);
	assert_true(table.strange);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_extents),
		cmocka_unit_test(test_dm_table),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
