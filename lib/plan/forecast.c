/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The rules of the kernel (do_migrate_range in mm/memory_hotplug.c): pages move to any other node with
 * memory, and within their own node only if there is no other node. Mempolicies are ignored. Pages in zone
 * Movable can move to any zone; other pages cannot move to zone Movable (alloc_migration_target). Free memory
 * and memory that can be dropped are counted as for MemAvailable in /proc/meminfo (si_mem_available).
 */
#include "plan/forecast.h"

#include "base/text.h"

#include <stdio.h>
#include <string.h>

/* The page allocator does not provide larger pages (hstate_is_gigantic). */
#define GIGANTIC (UINT64_C(1) << 30)

static uint64_t less(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

static uint64_t minus(uint64_t a, uint64_t b)
{
	return a > b ? a - b : 0;
}

static bool is_movable(const struct dax_zone_use *zone)
{
	return strcmp(zone->name, "Movable") == 0;
}

/* The zone of memory that was added. */
static const struct dax_zone_use *find_zone(const struct dax_memory_use *use, int node, bool movable)
{
	for (size_t i = 0; i < use->n_zones; i++) {
		if (use->zones[i].node == node && strcmp(use->zones[i].name, movable ? "Movable" : "Normal") == 0)
			return &use->zones[i];
	}
	return NULL;
}

static const struct dax_leaving *find_leaving(const struct dax_leaving *leaving, size_t n, int node)
{
	for (size_t i = 0; i < n; i++) {
		if (leaving[i].node == node)
			return &leaving[i];
	}
	return NULL;
}

/* Free huge pages of this size on nodes that stay. */
static uint64_t free_elsewhere(const struct dax_memory_use *use, const struct dax_leaving *leaving, size_t n,
			       uint64_t page)
{
	uint64_t sum = 0;

	for (size_t i = 0; i < use->n_pools; i++) {
		if (use->pools[i].page == page && !find_leaving(leaving, n, use->pools[i].node))
			sum += use->pools[i].free;
	}
	return sum;
}

/*
 * Bytes in the huge page pools of a node that need no other memory: free pages there, or pages for which a
 * free page exists elsewhere.
 */
static uint64_t settled_in_pools(const struct dax_memory_use *use, const struct dax_leaving *leaving, size_t n,
				 int node)
{
	uint64_t sum = 0;

	for (size_t i = 0; i < use->n_pools; i++) {
		const struct dax_pool_use *pool = &use->pools[i];
		uint64_t in_use = minus(pool->total, pool->free);

		if (pool->node == node)
			sum += (pool->free + less(in_use, free_elsewhere(use, leaving, n, pool->page))) * pool->page;
	}
	return sum;
}

/* The maximum that must move out of each zone of a node. */
static void count_moves(const struct dax_memory_use *use, const struct dax_leaving *leaving, size_t n, size_t at,
			uint64_t moves[2])
{
	const struct dax_leaving *one = &leaving[at];
	uint64_t settled = settled_in_pools(use, leaving, n, one->node);

	for (int movable = 1; movable >= 0; movable--) {
		const struct dax_zone_use *zone = find_zone(use, one->node, movable);
		uint64_t held = zone ? minus(zone->managed, zone->free + zone->file) : 0;
		uint64_t taken = less(held, settled);

		settled -= taken;
		moves[movable] = less(held - taken, one->bytes[movable]);
		if (one->counted)
			moves[movable] = less(moves[movable], one->used[movable]);
	}
}

struct room {
	uint64_t free, file, slab, reserve;
};

/* The part of FIGURE of a zone that remains when this many bytes leave. */
static uint64_t staying(const struct dax_zone_use *zone, uint64_t figure, uint64_t leaves)
{
	return leaves >= zone->managed ? 0 :
					 (uint64_t)((double)figure * ((double)(zone->managed - leaves) / (double)zone->managed));
}

/* How much of a zone leaves. */
static uint64_t leaves_of(const struct dax_memory_use *use, const struct dax_leaving *leaving, size_t n,
			  const struct dax_zone_use *zone)
{
	const struct dax_leaving *part = find_leaving(leaving, n, zone->node);

	return part && zone == find_zone(use, zone->node, is_movable(zone)) ? part->bytes[is_movable(zone)] : 0;
}

static void add_room(struct room *room, const struct dax_memory_use *use, const struct dax_zone_use *zone,
		     const struct dax_leaving *leaving, size_t n, uint64_t reserve)
{
	const struct dax_leaving *part = find_leaving(leaving, n, zone->node);
	uint64_t leaves = leaves_of(use, leaving, n, zone), moves[2] = { 0 };

	if (leaves)
		count_moves(use, leaving, n, (size_t)(part - leaving), moves);
	if (leaves < zone->managed)
		room->free += minus(zone->free, minus(leaves, moves[is_movable(zone)]) + reserve + zone->protection);
	room->file += staying(zone, zone->file, leaves);
	room->slab += leaves ? 0 : zone->slab;
}

/* Not all of the page cache can be dropped: half of it remains, or the reserves. */
static uint64_t dropped(uint64_t cache, uint64_t reserves)
{
	return cache - less(cache / 2, reserves);
}

/* What fits outside of NODE (-1: also on it); MOVABLE: also in zone Movable. */
static uint64_t count_room(const struct dax_memory_use *use, const struct dax_leaving *leaving, size_t n, int node,
			   bool movable, bool begun)
{
	struct room room = { 0 };
	uint64_t reserves = 0, anon = 0;
	bool others = false;

	for (size_t i = 0; i < use->n_zones; i++)
		others = others || use->zones[i].node != node;
	for (size_t i = 0; i < use->n_zones; i++) {
		const struct dax_zone_use *zone = &use->zones[i];
		uint64_t reserve = begun ? zone->min : zone->high;

		anon += zone->anon;
		/*
		 * The memory that stays must keep the reserves of the memory that leaves
		 * (__setup_per_zone_wmarks).
		 */
		room.reserve += reserve - staying(zone, reserve, leaves_of(use, leaving, n, zone));
		if ((zone->node == node && others) || !zone->allowed || (!movable && is_movable(zone)))
			continue;
		add_room(&room, use, zone, leaving, n, reserve);
		reserves += reserve;
	}
	return minus(room.free + dropped(room.file, reserves) + dropped(room.slab, reserves) + less(use->swap, anon),
		     room.reserve);
}

/* The pool that lacks most pages; and whether a pool lacks pages that only another pool has. */
static bool note_huge(const struct dax_memory_use *use, const struct dax_leaving *leaving, size_t n, size_t at,
		      struct dax_forecast *forecast)
{
	uint64_t most = 0;
	bool gigantic = false;

	for (size_t i = 0; i < use->n_pools; i++) {
		const struct dax_pool_use *pool = &use->pools[i];
		uint64_t in_use = minus(pool->total, pool->free);
		uint64_t elsewhere = free_elsewhere(use, leaving, n, pool->page);
		uint64_t lacks = minus(in_use, elsewhere) * pool->page;

		if (pool->node != leaving[at].node || !lacks)
			continue;
		gigantic = gigantic || pool->page >= GIGANTIC;
		if (lacks <= most)
			continue;
		most = lacks;
		forecast->huge.page = pool->page;
		forecast->huge.in_use = in_use;
		forecast->huge.total = pool->total;
		forecast->huge.free_elsewhere = elsewhere;
	}
	return gigantic && !dax_leaving_is_partial(use, &leaving[at]);
}

static void judge(struct dax_forecast *forecast, uint64_t moves, uint64_t room)
{
	forecast->moves = moves;
	forecast->room = room;
	forecast->fits = moves <= room || moves <= DAX_FORECAST_ALWAYS_FITS;
	forecast->tight = moves > DAX_FORECAST_ALWAYS_FITS && moves > minus(room, moves) / 4;
}

static void forecast_node(const struct dax_memory_use *use, const struct dax_leaving *leaving, size_t n, size_t at,
			  bool begun, struct dax_forecast *forecast)
{
	uint64_t moves[2];

	*forecast = (struct dax_forecast){ .node = leaving[at].node };
	count_moves(use, leaving, n, at, moves);
	judge(forecast, moves[0], count_room(use, leaving, n, leaving[at].node, false, begun));
	if (forecast->fits)
		judge(forecast, moves[0] + moves[1], count_room(use, leaving, n, leaving[at].node, true, begun));
	if (note_huge(use, leaving, n, at, forecast))
		forecast->fits = false;
}

void dax_forecast(const struct dax_memory_use *use, const struct dax_leaving *leaving, size_t n, bool begun,
		  struct dax_forecast *forecast)
{
	struct dax_forecast all = { 0 };
	uint64_t sum = 0;
	bool tight = false;

	for (size_t i = 0; i < n; i++) {
		struct dax_forecast one;

		forecast_node(use, leaving, n, i, begun, &one);
		sum += one.moves;
		tight = tight || one.tight;
		if (!i)
			all = one;
		if (!one.fits) {
			*forecast = one;
			return;
		}
	}
	/* Pages that move from one of the nodes to another must move again. */
	if (n > 1) {
		all.more = n - 1;
		judge(&all, sum, count_room(use, leaving, n, -1, true, begun));
		all.tight = all.tight || tight;
	}
	*forecast = all;
}

bool dax_leaving_is_partial(const struct dax_memory_use *use, const struct dax_leaving *leaving)
{
	for (int movable = 0; movable < 2; movable++) {
		const struct dax_zone_use *zone = find_zone(use, leaving->node, movable);

		if (zone && leaving->bytes[movable] && leaving->bytes[movable] < zone->managed)
			return true;
	}
	return false;
}

/* In whole MiB: the forecast is not more exact. */
static const char *in_mib(uint64_t bytes, bool up, char text[DAX_SIZE_TEXT])
{
	const uint64_t mib = UINT64_C(1) << 20;

	return dax_format_size((bytes + (up ? mib - 1 : 0)) / mib * mib, text);
}

char *dax_describe_forecast(const struct dax_forecast *forecast)
{
	char moves[DAX_SIZE_TEXT], room[DAX_SIZE_TEXT], more[48] = "", page[DAX_SIZE_TEXT];
	char *text = NULL, *whole = NULL;

	if (forecast->more)
		snprintf(more, sizeof(more), " and %zu other node%s", forecast->more, forecast->more > 1 ? "s" : "");
	if (asprintf(&text, "up to %s in use on node %d%s must move, and %s fit elsewhere", in_mib(forecast->moves, true, moves),
		     forecast->node, more, in_mib(forecast->room, false, room)) < 0)
		return NULL;
	if (!forecast->huge.page)
		return text;
	if (asprintf(&whole, "%s; %llu of the %llu huge pages of %s on node %d are in use, and %llu are free elsewhere",
		     text, (unsigned long long)forecast->huge.in_use, (unsigned long long)forecast->huge.total,
		     dax_format_size(forecast->huge.page, page), forecast->node,
		     (unsigned long long)forecast->huge.free_elsewhere) < 0)
		whole = NULL;
	free(text);
	return whole;
}
