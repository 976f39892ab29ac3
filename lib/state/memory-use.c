/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "state/memory-use.h"

#include "base/fields.h"
#include "door/proc.h"

#include <errno.h>
#include <limits.h>
#include <linux/kernel-page-flags.h>
#include <linux/mempolicy.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>

#define MAX_NODES 1024
#define FLAGS_AT_ONCE 8192

static const char nodes_dir[] = "devices/system/node";

void dax_memory_use_release(struct dax_memory_use *use)
{
	free(use->zones);
	free(use->pools);
	*use = (struct dax_memory_use){ 0 };
}

static struct dax_zone_use *add_zone(struct dax_memory_use *use, int node, const char *name)
{
	struct dax_zone_use *grown = reallocarray(use->zones, use->n_zones + 1, sizeof(*grown));

	if (!grown)
		return NULL;
	use->zones = grown;
	grown[use->n_zones] = (struct dax_zone_use){ .node = node, .allowed = true };
	snprintf(grown[use->n_zones].name, sizeof(grown->name), "%s", name);
	return &grown[use->n_zones++];
}

/* The number after the spaces at TEXT; 0 if there is none, or if it does not fit. */
static uint64_t number_at(const char *text)
{
	uint64_t value = 0;

	text += strspn(text, " \t");
	return dax_field_digits(&text, 10, &value) ? 0 : value;
}

/* "        protection: (0, 2939, 15869, 15869, 15869)" */
static uint64_t largest(const char *line)
{
	uint64_t most = 0;

	for (size_t at = strcspn(line, "(,\n"); line[at] && line[at] != '\n'; at += 1 + strcspn(line + at + 1, "(,\n")) {
		uint64_t value = number_at(line + at + 1);

		most = value > most ? value : most;
	}
	return most;
}

/* One line of a zone: "  pages free     3840", "        high     99", "              count:    12". */
static void note_line(struct dax_zone_use *zone, const char *line, uint64_t page)
{
	const struct {
		const char *word;
		uint64_t *sum;
	} words[] = {
		{ "pages free", &zone->free },
		{ "count:", &zone->free },
		{ "min", &zone->min },
		{ "high", &zone->high },
		{ "managed", &zone->managed },
		{ "nr_zone_inactive_file", &zone->file },
		{ "nr_zone_active_file", &zone->file },
		{ "nr_zone_inactive_anon", &zone->anon },
		{ "nr_zone_active_anon", &zone->anon },
		{ "nr_slab_reclaimable", &zone->slab },
		{ "nr_kernel_misc_reclaimable", &zone->slab },
	};

	line += strspn(line, " ");
	if (strncmp(line, "protection:", 11) == 0)
		zone->protection = largest(line) * page;
	for (size_t i = 0; i < ARRAY_SIZE(words); i++) {
		size_t length = strlen(words[i].word);

		if (strncmp(line, words[i].word, length) == 0 && line[length] == ' ')
			*words[i].sum += number_at(line + length) * page;
	}
}

/* "Node 0, zone    DMA32" (mm/vmstat.c, zoneinfo_show_print). */
static bool parse_title(const char *line, int *node, char name[16])
{
	uint64_t number = 0;

	if (!dax_field_word(&line, "Node ") || dax_field_digits(&line, 10, &number) || number > INT_MAX ||
	    !dax_field_word(&line, ", zone "))
		return false;
	line += strspn(line, " ");
	size_t length = strcspn(line, " \t\n");

	if (!length || length >= 16)
		return false;
	*node = (int)number;
	snprintf(name, 16, "%.*s", (int)length, line);
	return true;
}

int dax_memory_use_parse(const char *zoneinfo, uint64_t page, struct dax_memory_use *use)
{
	struct dax_zone_use *zone = NULL;
	size_t n = 0;

	for (const char *line = zoneinfo, *end; *line; line = *end ? end + 1 : end) {
		char name[16];
		int node = 0;

		end = strchrnul(line, '\n');
		if (strncmp(line, "Node ", 5) != 0) {
			if (zone)
				note_line(zone, line, page);
			continue;
		}
		zone = NULL;
		if (parse_title(line, &node, name) && !(zone = add_zone(use, node, name)))
			return -ENOMEM;
	}
	/* A zone without memory is listed too. */
	for (size_t i = 0; i < use->n_zones; i++) {
		if (use->zones[i].managed)
			use->zones[n++] = use->zones[i];
	}
	use->n_zones = n;
	return 0;
}

/* Moves *TEXT past spaces to the next field of a line; false if there is none. */
static bool next_field(const char **text)
{
	*text += strspn(*text, " \t");
	return **text && **text != '\n';
}

/* "/dev/sda2 partition 1048572 0 -2", in KiB: the free part of it. */
static uint64_t free_swap(const char *line)
{
	bool compressed = dax_field_word(&line, "/dev/zram");
	uint64_t size = 0, used = 0;

	line += strcspn(line, " \t\n");
	if (!next_field(&line))
		return 0;
	line += strcspn(line, " \t\n");
	if (!next_field(&line) || dax_field_digits(&line, 10, &size) || !next_field(&line) ||
	    dax_field_digits(&line, 10, &used) || used >= size || size > UINT64_MAX / 1024)
		return 0;
	return (size - used) * 1024 / (compressed ? 2 : 1);
}

uint64_t dax_swap_parse(const char *swaps)
{
	uint64_t sum = 0;

	/* The first line contains the headings. */
	for (const char *line = strchr(swaps, '\n'); line; line = strchr(line + 1, '\n'))
		sum += free_swap(line + 1);
	return sum;
}

bool dax_pool_parse(const char *name, uint64_t *page)
{
	uint64_t size = 0;

	if (!dax_field_word(&name, "hugepages-") || dax_field_digits(&name, 10, &size) || strcmp(name, "kB") != 0 ||
	    !size || size > UINT64_MAX / 1024)
		return false;
	*page = size * 1024;
	return true;
}

struct pools {
	struct dax_sysfs *sysfs;
	struct dax_memory_use *use;
	int node;
};

static int add_pool(const char *name, void *data)
{
	struct pools *pools = data;
	struct dax_memory_use *use = pools->use;
	struct dax_pool_use pool = { .node = pools->node };
	char dir[128];

	if (!dax_pool_parse(name, &pool.page))
		return 0;
	snprintf(dir, sizeof(dir), "%s/node%d/hugepages/%.40s", nodes_dir, pools->node, name);
	if (dax_sysfs_read_u64(pools->sysfs, dir, "nr_hugepages", &pool.total, NULL) || !pool.total)
		return 0;
	if (dax_sysfs_read_u64(pools->sysfs, dir, "free_hugepages", &pool.free, NULL))
		return 0;
	struct dax_pool_use *grown = reallocarray(use->pools, use->n_pools + 1, sizeof(*grown));
	if (!grown)
		return -ENOMEM;
	use->pools = grown;
	grown[use->n_pools++] = pool;
	return 0;
}

static int read_pools(struct dax_sysfs *sysfs, struct dax_memory_use *use)
{
	int last = -1, r = 0;

	for (size_t i = 0; !r && i < use->n_zones; i++) {
		struct pools pools = { sysfs, use, use->zones[i].node };
		char dir[64];

		if (pools.node == last)
			continue;
		last = pools.node;
		snprintf(dir, sizeof(dir), "%s/node%d/hugepages", nodes_dir, last);
		r = dax_sysfs_list(sysfs, dir, add_pool, &pools, NULL);
		r = r == -ENOMEM ? r : 0; /* a kernel without huge pages does not have this directory */
	}
	return r;
}

/* The kernel moves pages only to nodes that the writing process may use (ALLOC_CPUSET). */
static void note_allowed(struct dax_memory_use *use)
{
	unsigned long mask[MAX_NODES / (8 * sizeof(unsigned long))] = { 0 };
	const size_t bits = 8 * sizeof(*mask);

	if (syscall(SYS_get_mempolicy, NULL, mask, (unsigned long)MAX_NODES, NULL, MPOL_F_MEMS_ALLOWED))
		return;
	for (size_t i = 0; i < use->n_zones; i++) {
		size_t node = (size_t)use->zones[i].node;

		use->zones[i].allowed = node >= MAX_NODES || (mask[node / bits] >> node % bits & 1);
	}
}

int dax_memory_use_read(struct dax_sysfs *sysfs, bool brief, struct dax_memory_use *use)
{
	_cleanup_free_ char *zones = NULL, *swaps = NULL;

	if (!brief && !dax_sysfs_exists(sysfs, nodes_dir, "has_memory"))
		return -ENOENT;
	int r = dax_proc_read("/proc/zoneinfo", &zones, NULL);
	if (!r)
		r = dax_memory_use_parse(zones, (uint64_t)sysconf(_SC_PAGESIZE), use);
	if (!r && !brief)
		r = read_pools(sysfs, use);
	if (r)
		return r;
	note_allowed(use);
	if (!brief && dax_proc_read("/proc/swaps", &swaps, NULL) == 0)
		use->swap = dax_swap_parse(swaps);
	return 0;
}

/* Whether a page with these flags is in use and cannot be dropped. */
static bool must_move(uint64_t flags)
{
	const uint64_t kept = 1U << KPF_ANON | 1U << KPF_SWAPBACKED | 1U << KPF_UNEVICTABLE;

	if (flags & (1U << KPF_BUDDY | 1U << KPF_NOPAGE))
		return false;
	return !(flags & 1U << KPF_LRU) || (flags & kept);
}

int dax_memory_use_count(uint64_t start, uint64_t size, uint64_t *used)
{
	const uint64_t page = (uint64_t)sysconf(_SC_PAGESIZE);
	_cleanup_free_ uint64_t *flags = calloc(FLAGS_AT_ONCE, sizeof(*flags));

	if (!flags)
		return -ENOMEM;
	for (uint64_t at = start / page, end = (start + size) / page; at < end; at += FLAGS_AT_ONCE) {
		size_t n = end - at < FLAGS_AT_ONCE ? (size_t)(end - at) : FLAGS_AT_ONCE;
		int r = dax_proc_read_at("/proc/kpageflags", at * sizeof(*flags), flags, n * sizeof(*flags));

		if (r)
			return r;
		for (size_t i = 0; i < n; i++)
			*used += must_move(flags[i]) ? page : 0;
	}
	return 0;
}
