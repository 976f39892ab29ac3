/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Functions on a topology that was read: ownership, order, look-up, names of kinds and modes. */
#include "state/topology.h"

#include <errno.h>
#include <string.h>

static void release_region(struct dax_region *region)
{
	free(region->path);
	free(region->used);
	free(region->withheld);
}

static void release_device(struct dax_device *device)
{
	free(device->ranges);
	free(device->memory.blocks);
}

void dax_topology_release(struct dax_topology *topology)
{
	for (size_t i = 0; i < topology->n_regions; i++)
		release_region(&topology->regions[i]);
	for (size_t i = 0; i < topology->n_devices; i++)
		release_device(&topology->devices[i]);
	free(topology->regions);
	free(topology->devices);
	free(topology->namespaces);
	*topology = (struct dax_topology)DAX_TOPOLOGY_INIT;
}

/* A copy of N RANGES; NULL also for none. */
static int copy_ranges(const struct dax_range *ranges, size_t n, struct dax_range **copy)
{
	*copy = NULL;
	if (!n)
		return 0;
	*copy = malloc(n * sizeof(**copy));
	if (!*copy)
		return -ENOMEM;
	memcpy(*copy, ranges, n * sizeof(**copy));
	return 0;
}

static int copy_region(const struct dax_region *from, struct dax_region *to)
{
	*to = *from;
	to->used = NULL;
	to->withheld = NULL;
	to->path = strdup(from->path);
	if (!to->path)
		return -ENOMEM;
	to->name = to->path + (from->name - from->path);
	int r = copy_ranges(from->used, from->n_used, &to->used);

	return r ? r : copy_ranges(from->withheld, from->n_withheld, &to->withheld);
}

static int copy_device(const struct dax_device *from, struct dax_device *to)
{
	*to = *from;
	to->memory.blocks = NULL;
	int r = copy_ranges(from->ranges, from->n_ranges, &to->ranges);

	if (r || !from->memory.total)
		return r;
	to->memory.blocks = malloc(from->memory.total * sizeof(*to->memory.blocks));
	if (!to->memory.blocks)
		return -ENOMEM;
	memcpy(to->memory.blocks, from->memory.blocks, from->memory.total * sizeof(*to->memory.blocks));
	return 0;
}

int dax_topology_copy(const struct dax_topology *from, struct dax_topology *to, struct dax_error *err)
{
	_cleanup_topology_ struct dax_topology copy = DAX_TOPOLOGY_INIT;

	copy.block_size = from->block_size;
	copy.has_huge_1g = from->has_huge_1g;
	copy.drivers = from->drivers;
	copy.policy = from->policy;
	copy.famfs_any_ranges = from->famfs_any_ranges;
	copy.autoprobe = from->autoprobe;
	memcpy(copy.onliner, from->onliner, sizeof(copy.onliner));
	copy.onliner_takes_offline = from->onliner_takes_offline;
	copy.regions = calloc(from->n_regions + 1, sizeof(*copy.regions));
	copy.devices = calloc(from->n_devices + 1, sizeof(*copy.devices));
	copy.namespaces = calloc(from->n_namespaces + 1, sizeof(*copy.namespaces));
	if (!copy.regions || !copy.devices || !copy.namespaces)
		return dax_no_memory(err);
	if (from->n_namespaces)
		memcpy(copy.namespaces, from->namespaces, from->n_namespaces * sizeof(*copy.namespaces));
	copy.n_namespaces = from->n_namespaces;

	for (; copy.n_regions < from->n_regions; copy.n_regions++) {
		struct dax_region *region = &copy.regions[copy.n_regions];

		if (copy_region(&from->regions[copy.n_regions], region)) {
			release_region(region);
			return dax_no_memory(err);
		}
	}
	for (; copy.n_devices < from->n_devices; copy.n_devices++) {
		struct dax_device *device = &copy.devices[copy.n_devices];

		if (copy_device(&from->devices[copy.n_devices], device)) {
			release_device(device);
			return dax_no_memory(err);
		}
	}
	*to = copy;
	copy = (struct dax_topology)DAX_TOPOLOGY_INIT;
	return 0;
}

static int compare_ids(int region_a, int id_a, int region_b, int id_b)
{
	if (region_a != region_b)
		return region_a < region_b ? -1 : 1;
	return (id_a > id_b) - (id_a < id_b);
}

int dax_compare_devices(const void *a, const void *b)
{
	const struct dax_device *first = a, *second = b;

	return compare_ids(first->region_id, first->id, second->region_id, second->id);
}

static int compare_namespaces(const void *a, const void *b)
{
	const struct dax_namespace *first = a, *second = b;

	return compare_ids(first->region_id, first->id, second->region_id, second->id);
}

void dax_topology_sort_namespaces(struct dax_topology *topology)
{
	struct dax_namespace *all = topology->namespaces;
	size_t n = topology->n_namespaces, kept = 0;

	if (n)
		qsort(all, n, sizeof(*all), compare_namespaces);
	for (size_t i = 0; i < n; i++) {
		if (!kept || compare_namespaces(&all[kept - 1], &all[i]) != 0)
			all[kept++] = all[i];
	}
	topology->n_namespaces = kept;
}

struct dax_device *dax_topology_device(const struct dax_topology *topology, const char *name)
{
	struct dax_device key;

	if (!topology->n_devices || dax_parse_device_name(name, &key.region_id, &key.id))
		return NULL;
	return bsearch(&key, topology->devices, topology->n_devices, sizeof(key), dax_compare_devices);
}

struct dax_namespace *dax_topology_namespace(const struct dax_topology *topology, const char *device)
{
	struct dax_namespace key;

	if (!topology->n_namespaces || dax_parse_device_name(device, &key.region_id, &key.id))
		return NULL;
	return bsearch(&key, topology->namespaces, topology->n_namespaces, sizeof(key), compare_namespaces);
}

const struct dax_region *dax_region_parent(const struct dax_topology *topology, const struct dax_region *region)
{
	size_t length = region->path ? (size_t)(region->name - region->path) : 0;

	for (size_t i = 0; region->kind == DAX_REGION_PMEM && i < topology->n_regions; i++) {
		const struct dax_region *parent = &topology->regions[i];

		if (parent->kind == DAX_REGION_ND && strlen(parent->path) + 1 == length &&
		    strncmp(parent->path, region->path, length - 1) == 0)
			return parent;
	}
	return NULL;
}

const struct dax_region *dax_region_nd(const struct dax_topology *topology, const struct dax_region *region)
{
	return region->kind == DAX_REGION_ND ? region : dax_region_parent(topology, region);
}

/* A journal of an earlier version contains only its number. */
bool dax_region_is_same(const struct dax_region *was, const struct dax_region *now)
{
	if (!was->size)
		return was->id == now->id;
	return was->size == now->size &&
	       (was->cookie ? was->cookie == now->cookie : was->start == now->start);
}

bool dax_region_matches(const struct dax_region *region, const char *text)
{
	int id = 0;

	if (strcmp(region->name, text) == 0)
		return true;
	return dax_parse_region_id(text, &id) == 0 && region->id == id;
}

int dax_region_missing(const char *text, struct dax_error *err)
{
	int region_id = 0, id = 0;

	dax_fail(err, ENODEV, "region '%s' does not exist", text);
	if (dax_parse_device_name(text, &region_id, &id) == 0)
		dax_error_hint(err, "it has the form of a device name: name a device without --region, or use --region %d",
			       region_id);
	else
		dax_error_hint(err, "run 'daxadm list --regions' to see all regions");
	return -ENODEV;
}

uint64_t dax_region_largest_free(const struct dax_region *region)
{
	uint64_t largest = 0, at = region->start;

	if (!region->layout_known)
		return 0;
	for (size_t i = 0; i < region->n_used; i++) {
		uint64_t hole = region->used[i].start - at;

		if (hole > largest)
			largest = hole;
		at = region->used[i].end + 1;
	}
	uint64_t rest = region->start + region->size - at;
	return rest > largest ? rest : largest;
}

const char *dax_region_kind_name(enum dax_region_kind kind)
{
	static const char *const names[] = {
		[DAX_REGION_OTHER] = "other",
		[DAX_REGION_HMEM] = "hmem",
		[DAX_REGION_CXL] = "cxl",
		[DAX_REGION_PMEM] = "pmem",
		[DAX_REGION_ND] = "nd",
	};

	return names[kind];
}

static const struct {
	const char *mode;
	const char *driver;
} modes[] = {
	{ "devdax", "device_dax" },
	{ "system-ram", "kmem" },
	{ "famfs", "fsdev_dax" },
};

const char *dax_driver_mode(const char *driver)
{
	if (!driver[0])
		return "devdax";
	for (size_t i = 0; i < ARRAY_SIZE(modes); i++) {
		if (strcmp(modes[i].driver, driver) == 0)
			return modes[i].mode;
	}
	return "unknown";
}

const char *dax_mode_driver(const char *mode)
{
	for (size_t i = 0; i < ARRAY_SIZE(modes); i++) {
		if (strcmp(modes[i].mode, mode) == 0)
			return modes[i].driver;
	}
	return NULL;
}

const char *dax_driver_name(size_t number)
{
	return number < ARRAY_SIZE(modes) ? modes[number].driver : NULL;
}

unsigned dax_driver_bit(const char *driver)
{
	for (size_t i = 0; i < ARRAY_SIZE(modes); i++) {
		if (strcmp(modes[i].driver, driver) == 0)
			return 1U << i;
	}
	return 0;
}
