/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Fuzzes what the device mapper answers: as whole tables, and as the text of one target. */
#include "fuzz.h"

#include "door/dm-table.h"

#include <errno.h>
#include <stdio.h>
#include <sys/sysmacros.h>

static void check_part(const struct dax_dm_part *part)
{
	_cleanup_dm_table_ struct dax_dm_table again = DAX_DM_TABLE_INIT;
	char printed[128];

	REQUIRE(part->offset % 512 == 0 && part->chunk % 512 == 0 && part->start % 512 == 0);
	snprintf(printed, sizeof(printed), "%u:%u %llu", major(part->on), minor(part->on),
		 (unsigned long long)part->offset / 512);
	REQUIRE(dax_dm_table_add(&again, part->start, "linear", printed) == 0 && again.n == 1);
	REQUIRE(again.parts[0].on == part->on && again.parts[0].offset == part->offset);
}

static void check(const struct dax_dm_table *table)
{
	for (size_t i = 0; i < table->n; i++)
		check_part(&table->parts[i]);
}

int fuzz_dm(const uint8_t *data, size_t size)
{
	static const char *const types[] = { "linear", "striped" };
	_cleanup_free_ char *text = as_text(data, size);
	/* Its own allocation, without a final NUL: what is read behind it is seen. */
	_cleanup_free_ char *answer = malloc(size ? size : 1);
	_cleanup_dm_table_ struct dax_dm_table table = DAX_DM_TABLE_INIT;

	REQUIRE(answer);
	if (size)
		memcpy(answer, data, size);
	for (uint32_t count = 1; count <= 4; count += 3) {
		int r = dax_dm_table_parse(&table, answer, size, count);

		REQUIRE(r == 0 || (r == -EPROTO && !table.n));
		check(&table);
		dax_dm_table_release(&table);
	}
	for (size_t i = 0; i < ARRAY_SIZE(types); i++) {
		_cleanup_dm_table_ struct dax_dm_table one = DAX_DM_TABLE_INIT;
		int r = dax_dm_table_add(&one, 0, types[i], text);

		REQUIRE(r == 0 ? one.n > 0 && !one.strange : r == -EPROTO);
		check(&one);
	}
	return 0;
}
