/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Documentation/admin-guide/mm/numaperf.rst; Documentation/ABI/testing/sysfs-bus-cxl. */
#include "state/speed.h"

#include "base/fields.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>

static uint64_t read_or_zero(struct dax_sysfs *sysfs, const char *dir, const char *attr)
{
	uint64_t value = 0;

	return dax_sysfs_read_u64(sysfs, dir, attr, &value, NULL) ? 0 : value;
}

static bool read_class(struct dax_sysfs *sysfs, const char *dir, struct dax_speed *speed)
{
	speed->read_latency = read_or_zero(sysfs, dir, "read_latency");
	speed->write_latency = read_or_zero(sysfs, dir, "write_latency");
	speed->read_bandwidth = read_or_zero(sysfs, dir, "read_bandwidth");
	speed->write_bandwidth = read_or_zero(sysfs, dir, "write_bandwidth");
	return speed->read_latency || speed->read_bandwidth;
}

/*
 * The values of the node, which exist while its memory is online; otherwise those of the CXL region above the
 * dax region.
 */
static void read_speed(struct dax_sysfs *sysfs, const struct dax_region *region, struct dax_speed *speed)
{
	char dir[PATH_MAX];

	for (int class = 1; class >= 0; class --) {
		snprintf(dir, sizeof(dir), "devices/system/node/node%d/access%d/initiators",
			 region->target_node, class);
		if (region->target_node >= 0 && read_class(sysfs, dir, speed))
			return;
	}
	const char *last = strrchr(region->path, '/');
	for (int class = 1; class >= 0 && region->kind == DAX_REGION_CXL && last; class --) {
		snprintf(dir, sizeof(dir), "%.*s/access%d", (int)(last - region->path), region->path, class);
		if (read_class(sysfs, dir, speed))
			return;
	}
}

struct search {
	struct dax_sysfs *sysfs;
	int node, tier;
};

static int look_at_tier(const char *name, void *data)
{
	struct search *search = data;
	char dir[128], nodes[256];
	int number = 0;

	if (dax_parse_numbered(name, "memory_tier", &number))
		return 0;
	snprintf(dir, sizeof(dir), "devices/virtual/memory_tiering/%.40s", name);
	if (!dax_sysfs_read(search->sysfs, dir, "nodelist", nodes, sizeof(nodes), NULL) &&
	    dax_list_has(nodes, (uint64_t)search->node))
		search->tier = number;
	return 0;
}

void dax_speed_read(struct dax_sysfs *sysfs, const struct dax_region *region, struct dax_speed *speed)
{
	struct search search = { .sysfs = sysfs, .node = region->target_node, .tier = -1 };

	*speed = (struct dax_speed){ .persistent = region->kind == DAX_REGION_PMEM };
	if (search.node >= 0)
		(void)!dax_sysfs_list(sysfs, "devices/virtual/memory_tiering", look_at_tier, &search, NULL);
	speed->tier = search.tier;
	read_speed(sysfs, region, speed);
}
