/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Fuzzes /proc/iomem. What is accepted must be ranges in order, and what is printed of them must be read as the same. */
#include "fuzz.h"

#include "door/iomem.h"

#include <errno.h>
#include <stdio.h>

/* One line is printed and read again. */
static void check_line(const struct dax_resource *item)
{
	_cleanup_iomem_ struct dax_iomem again = DAX_IOMEM_INIT;
	char line[2048];

	snprintf(line, sizeof(line), "%*s%08llx-%08llx : %s\n", (int)(2 * item->depth), "",
		 (unsigned long long)item->range.start, (unsigned long long)item->range.end, item->name);
	int r = dax_iomem_parse(&again, line, NULL);

	REQUIRE(r == (item->range.end ? 0 : -EACCES));
	if (r)
		return;
	REQUIRE(again.n == 1 && again.items[0].range.start == item->range.start);
	REQUIRE(again.items[0].range.end == item->range.end && again.items[0].depth == item->depth);
	REQUIRE(strcmp(again.items[0].name, item->name) == 0);
}

static void check(const struct dax_iomem *iomem)
{
	for (size_t i = 0; i < iomem->n; i++) {
		struct dax_range range = iomem->items[i].range;

		REQUIRE(range.start <= range.end && dax_range_size(range));
		if (iomem->items[i].depth < 100)
			check_line(&iomem->items[i]);
	}
}

int fuzz_iomem(const uint8_t *data, size_t size)
{
	_cleanup_iomem_ struct dax_iomem iomem = DAX_IOMEM_INIT;
	_cleanup_free_ char *text = as_text(data, size);
	int r = dax_iomem_parse(&iomem, text, NULL);

	REQUIRE(r == 0 ? iomem.n > 0 : r == -EACCES && !iomem.items);
	if (!r)
		check(&iomem);
	return 0;
}
