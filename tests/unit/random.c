/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "random.h"

#include "plan/space.h"
#include "state/memory.h"
#include "unit.h"

#include <inttypes.h>
#include <sys/random.h>

#define MAX_REGIONS 4
#define MAX_DEVICES 48

/* splitmix64: every seed is as good as any other. */
uint64_t dice_roll(struct dice *dice)
{
	uint64_t z = dice->state += UINT64_C(0x9e3779b97f4a7c15);

	z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
	return z ^ (z >> 31);
}

uint64_t dice_below(struct dice *dice, uint64_t n)
{
	return dice_roll(dice) % n;
}

bool dice_chance(struct dice *dice, unsigned percent)
{
	return dice_below(dice, 100) < percent;
}

static uint64_t number_from(const char *variable, uint64_t otherwise)
{
	const char *text = getenv(variable);
	uint64_t number = 0;

	return text && dax_parse_u64(text, &number) == 0 ? number : otherwise;
}

void random_cases(uint64_t usual, uint64_t *seed, uint64_t *n_cases)
{
	uint64_t any = 1;

	if (getrandom(&any, sizeof(any), 0) != (ssize_t)sizeof(any))
		any = 1;
	*n_cases = number_from("DAXADM_CASES", usual);
	*seed = number_from("DAXADM_SEED", any);
}

/* A length of the kinds that matter: a few units of 2 MiB, half of 1 GiB, some whole ones. */
static uint64_t some_length(struct dice *dice)
{
	switch (dice_below(dice, 4)) {
	case 0:
		return (1 + dice_below(dice, 8)) * 2 * DAX_MIB;
	case 1:
		return 512 * DAX_MIB;
	case 2:
		return (1 + dice_below(dice, 3)) * DAX_GIB;
	default:
		return (1 + dice_below(dice, 800)) * 2 * DAX_MIB;
	}
}

static void make_region(struct dice *dice, struct dax_topology *topology)
{
	size_t n = topology->n_regions++;
	struct dax_region *region = &topology->regions[n];
	bool is_static = dice_chance(dice, 10);

	*region = (struct dax_region){
		.id = (int)(n ? topology->regions[n - 1].id + 1 + (int)dice_below(dice, 2) : 0),
		.kind = is_static ? DAX_REGION_PMEM : DAX_REGION_HMEM,
		.dynamic = !is_static,
		.align = dice_chance(dice, 90) ? 2 * DAX_MIB : 0,
		.target_node = dice_chance(dice, 98) ? 1 : -1,
		.numa_node = -1,
		.layout_known = dice_chance(dice, 85),
		.layout_assumed = dice_chance(dice, 50),
		.start = (n + 1) * 64 * DAX_GIB +
			 (dice_chance(dice, 50) ? dice_below(dice, 512) * 2 * DAX_MIB : 0),
		.size = some_length(dice) + (dice_chance(dice, 70) ? dice_below(dice, 8) * DAX_GIB : 0),
	};
	region->layout_assumed = region->layout_assumed && !region->layout_known;
	assert_true(asprintf(&region->path, "devices/platform/hmem.%zu", n) > 0);
	region->name = strrchr(region->path, '/') + 1;
	region->available = is_static ? 0 : region->size;
}

static void give_range(struct dice *dice, struct dax_topology *topology, struct dax_region *region,
		       size_t first_device, struct dax_range range)
{
	struct dax_device *device =
		&topology->devices[first_device + dice_below(dice, topology->n_devices - first_device)];
	struct dax_ranges ranges = { device->ranges, device->n_ranges };

	assert_int_equal(dax_ranges_add(&ranges, range), 0);
	assert_int_equal(dax_space_take(region, range), 0);
	device->ranges = ranges.items;
	device->n_ranges = ranges.n;
	device->size += dax_range_size(range);
	region->available -= region->dynamic ? dax_range_size(range) : 0;
	/* The order in a device need not be that of addresses. */
	size_t other = dice_below(dice, ranges.n);
	struct dax_range swap = ranges.items[other];
	ranges.items[other] = ranges.items[ranges.n - 1];
	ranges.items[ranges.n - 1] = swap;
}

/* Cuts the region into ranges and holes from its start on. */
static void fill_region(struct dice *dice, struct dax_topology *topology, struct dax_region *region,
			size_t first_device)
{
	unsigned density = (unsigned)dice_below(dice, 101), shifted = dice_chance(dice, 10) ? 30 : 0;
	uint64_t at = region->start, end = region->start + region->size;

	while (at < end) {
		uint64_t length = some_length(dice);

		if (dice_chance(dice, shifted))
			at += dice_below(dice, 1024) * 4 * DAX_KIB;
		if (at + length > end)
			length = end > at ? dax_round_down(end - at, 2 * DAX_MIB) : 0;
		if (!length)
			return;
		if (dice_chance(dice, density))
			give_range(dice, topology, region, first_device,
				   (struct dax_range){ at, at + length - 1 });
		at += length;
	}
}

/* Mostly one that the kernel would have allowed for these ranges, whether it works or not. */
static uint64_t some_align(struct dice *dice, const struct dax_device *device)
{
	bool whole = true;

	for (size_t i = 0; i < device->n_ranges; i++)
		whole = whole && dax_is_aligned(dax_range_size(device->ranges[i]), DAX_GIB);
	/* In pieces: made by growing a device that had this alignment before. */
	if ((whole && dice_chance(dice, 50)) ||
	    (dax_is_aligned(device->size, DAX_GIB) && dice_chance(dice, 5)))
		return DAX_GIB;
	return dice_chance(dice, 15) ? 4 * DAX_KIB : 2 * DAX_MIB;
}

static enum dax_block_state some_state(struct dice *dice)
{
	static const enum dax_block_state states[] = { DAX_BLOCK_OFFLINE, DAX_BLOCK_MOVABLE, DAX_BLOCK_KERNEL };

	return states[dice_below(dice, ARRAY_SIZE(states))];
}

/* All blocks alike, or each on its own, or one among them that never goes offline. */
static void make_blocks(struct dice *dice, struct dax_memory *memory)
{
	bool alike = dice_chance(dice, 65);
	enum dax_block_state state = some_state(dice);

	for (size_t i = 0; i < memory->total; i++)
		memory->blocks[i].state = alike ? state : some_state(dice);
	if (memory->total && dice_chance(dice, 3))
		memory->blocks[dice_below(dice, memory->total)].state = DAX_BLOCK_MIXED;
	dax_memory_count(memory);
}

/* The kernel binds nothing to kmem of which it can use nothing. */
static void make_kmem(struct dice *dice, const struct dax_topology *topology, struct dax_device *device)
{
	if (topology->regions[device->region].target_node < 0) {
		device->driver[0] = '\0';
		return;
	}
	if (!device->ranges_known)
		return;
	assert_int_equal(dax_memory_of_ranges(device->ranges, device->n_ranges, topology->block_size,
					      &device->memory), 0);
	if (device->memory.total) {
		make_blocks(dice, &device->memory);
		return;
	}
	free(device->memory.blocks);
	device->memory = (struct dax_memory){ 0 };
	device->driver[0] = '\0';
}

static void finish_device(struct dice *dice, const struct dax_topology *topology, struct dax_device *device)
{
	static const char *const drivers[] = { "device_dax", "device_dax", "device_dax", "kmem",
					       "kmem",       "kmem",       "fsdev_dax",  "weird" };
	const struct dax_region *region = &topology->regions[device->region];

	device->align = some_align(dice, device);
	device->memmap_on_memory = (int)dice_below(dice, 3) - 1;
	device->ranges_known =
		region->layout_known || region->layout_assumed || !device->size || dice_chance(dice, 30);
	if (!device->ranges_known) {
		free(device->ranges);
		device->ranges = NULL;
		device->n_ranges = 0;
	}
	if (!device->size || dice_chance(dice, 45))
		return;
	strcpy(device->driver, drivers[dice_below(dice, ARRAY_SIZE(drivers))]);
	if (strcmp(device->driver, "kmem") == 0)
		make_kmem(dice, topology, device);
}

static void make_devices(struct dice *dice, struct dax_topology *topology, size_t index)
{
	struct dax_region *region = &topology->regions[index];
	size_t first = topology->n_devices;
	/* The kernel never lets go of the first device of a dynamic region. */
	int id = region->dynamic || dice_chance(dice, 80) ? 0 : (int)dice_below(dice, 3);
	size_t n = region->dynamic ? 1 + dice_below(dice, 6) : 1;

	for (size_t i = 0; i < n; i++) {
		struct dax_device *device = &topology->devices[topology->n_devices++];

		*device = (struct dax_device){
			.region_id = region->id, .id = id, .region = index, .memmap_on_memory = -1
		};
		dax_format_device_name(region->id, id, device->name);
		id += 1 + (dice_chance(dice, 20) ? (int)dice_below(dice, 4) : 0);
	}
	if (!region->dynamic)
		give_range(dice, topology, region, first,
			   (struct dax_range){ region->start, region->start + region->size - 1 });
	else
		fill_region(dice, topology, region, first);
	for (size_t i = first; i < topology->n_devices; i++)
		finish_device(dice, topology, &topology->devices[i]);
	if (region->layout_assumed && region->n_used)
		region->start = region->used[0].start;
	if (region->layout_known || (region->layout_assumed && region->n_used))
		return;
	region->layout_assumed = false;
	free(region->used);
	region->used = NULL;
	region->n_used = 0;
}

void random_topology(struct dice *dice, struct dax_topology *topology)
{
	static const enum dax_policy policies[] = { DAX_POLICY_UNKNOWN, DAX_POLICY_OFFLINE, DAX_POLICY_ONLINE,
						    DAX_POLICY_ONLINE_KERNEL, DAX_POLICY_ONLINE_MOVABLE };
	static const uint64_t block_sizes[] = { 16 * DAX_MIB, 128 * DAX_MIB, 128 * DAX_MIB, 2 * DAX_GIB };

	*topology = (struct dax_topology){
		.has_huge_1g = dice_chance(dice, 95),
		.famfs_any_ranges = dice_chance(dice, 50),
		.block_size = block_sizes[dice_below(dice, ARRAY_SIZE(block_sizes))],
		.policy = policies[dice_below(dice, ARRAY_SIZE(policies))],
		.drivers = (unsigned)dice_below(dice, 8),
		.regions = calloc(MAX_REGIONS, sizeof(*topology->regions)),
		.devices = calloc(MAX_DEVICES, sizeof(*topology->devices)),
	};
	assert_non_null(topology->regions);
	assert_non_null(topology->devices);
	size_t n = 1 + (dice_chance(dice, 40) ? dice_below(dice, MAX_REGIONS) : 0);

	for (size_t i = 0; i < n; i++) {
		make_region(dice, topology);
		make_devices(dice, topology, i);
	}
	for (size_t i = 0; i < topology->n_devices; i++)
		topology->drivers |= dax_driver_bit(topology->devices[i].driver);
}
