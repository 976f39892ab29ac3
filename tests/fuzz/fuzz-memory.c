/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Fuzzes what is read of memory in use: zones, swap spaces and pools of huge pages. What is printed again is read as the same. */
#include "fuzz.h"

#include "state/memory-use.h"

#include <stdio.h>

static void check_zone(const struct dax_zone_use *zone)
{
	_cleanup_memory_use_ struct dax_memory_use again = { 0 };
	char text[512];

	REQUIRE(zone->managed && zone->name[0]);
	snprintf(text, sizeof(text),
		 "Node %d, zone %8s\n  pages free     %llu\n        min      %llu\n        high     %llu\n"
		 "        managed  %llu\n        protection: (0, %llu)\n      nr_zone_inactive_file %llu\n"
		 "      nr_zone_active_anon %llu\n      nr_slab_reclaimable %llu\n",
		 zone->node, zone->name, (unsigned long long)zone->free, (unsigned long long)zone->min,
		 (unsigned long long)zone->high, (unsigned long long)zone->managed,
		 (unsigned long long)zone->protection, (unsigned long long)zone->file,
		 (unsigned long long)zone->anon, (unsigned long long)zone->slab);
	REQUIRE(dax_memory_use_parse(text, 1, &again) == 0 && again.n_zones == 1);
	const struct dax_zone_use *same = again.zones;

	REQUIRE(same->node == zone->node && strcmp(same->name, zone->name) == 0 && same->free == zone->free);
	REQUIRE(same->min == zone->min && same->high == zone->high && same->managed == zone->managed);
	REQUIRE(same->protection == zone->protection && same->file == zone->file && same->anon == zone->anon &&
		same->slab == zone->slab);
}

/* Another swap space adds what is free of it. */
static void check_swaps(const char *text)
{
	static const char first[] = "Filename Type Size Used Priority\n/dev/sda2 partition 2048 1024 -2\n";
	_cleanup_free_ char *one = malloc(strlen(text) + sizeof(first)), *two = malloc(strlen(text) + 2);

	REQUIRE(one && two);
	stpcpy(stpcpy(one, first), text);
	stpcpy(stpcpy(two, "\n"), text);
	REQUIRE(dax_swap_parse(one) == dax_swap_parse(two) + DAX_MIB);
}

static void check_pool(const char *name)
{
	uint64_t page = 0, again = 0;
	char printed[64];

	if (!dax_pool_parse(name, &page))
		return;
	REQUIRE(page && page % DAX_KIB == 0);
	snprintf(printed, sizeof(printed), "hugepages-%llukB", (unsigned long long)page / 1024);
	REQUIRE(dax_pool_parse(printed, &again) && again == page);
}

int fuzz_memory(const uint8_t *data, size_t size)
{
	_cleanup_memory_use_ struct dax_memory_use use = { 0 };
	_cleanup_free_ char *text = as_text(data, size);

	REQUIRE(dax_memory_use_parse(text, 1, &use) == 0);
	for (size_t i = 0; i < use.n_zones; i++)
		check_zone(&use.zones[i]);
	check_swaps(text);
	check_pool(text);
	return 0;
}
