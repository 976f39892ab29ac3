/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Random wishes. Most make sense on the machine that they are for: the refusals are not all there is to see. */
#include "unit.h"

#include "random.h"
#include "plan/space.h"

static const struct dax_device *some_device(struct dice *dice, const struct dax_topology *topology)
{
	return topology->n_devices ? &topology->devices[dice_below(dice, topology->n_devices)] : NULL;
}

static const struct dax_region *some_region(struct dice *dice, const struct dax_topology *topology)
{
	return &topology->regions[dice_below(dice, topology->n_regions)];
}

static void wish_align(struct dice *dice, struct dax_request *request)
{
	static const uint64_t aligns[] = { 4 * DAX_KIB, 2 * DAX_MIB, 2 * DAX_MIB, DAX_GIB, DAX_GIB, DAX_GIB };

	request->has_align = true;
	request->align = dice_chance(dice, 97) ? aligns[dice_below(dice, ARRAY_SIZE(aligns))]
					       : UINT64_C(1) << dice_below(dice, 64);
}

static void wish_size(struct dice *dice, const struct dax_topology *topology, struct dax_request *request)
{
	const struct dax_device *device = some_device(dice, topology);
	uint64_t most = some_region(dice, topology)->size;

	request->has_size = true;
	request->size = (struct dax_amount){ 0 };
	switch (dice_below(dice, 7)) {
	case 0:
		request->size.share = 1 + dice_below(dice, 100 * DAX_PERCENT);
		return;
	case 1:
		request->size.bytes = (1 + dice_below(dice, 4)) * DAX_GIB;
		return;
	case 2:
		request->size.bytes = (1 + dice_below(dice, 16)) * 2 * DAX_MIB;
		return;
	case 3:
		request->size.bytes = device && device->size ? device->size : 2 * DAX_MIB;
		return;
	case 4: /* anything, up to too much */
		request->size.bytes = 1 + dice_below(dice, 2 * most);
		return;
	case 5:
		request->size.bytes =
			dice_chance(dice, 80) ? 1 + dice_below(dice, most) : dice_roll(dice) | 1;
		return;
	default:
		request->size.bytes = dax_round_up(1 + dice_below(dice, most), 2 * DAX_MIB);
		return;
	}
}

static void wish_memmap(struct dice *dice, struct dax_request *request)
{
	request->has_memmap = true;
	request->memmap = dice_chance(dice, 50);
}

static void wish_mode(struct dice *dice, struct dax_request *request)
{
	static const char *const drivers[] = { "device_dax", "device_dax", "fsdev_dax", "kmem", "kmem" };

	request->has_mode = true;
	request->driver = drivers[dice_below(dice, ARRAY_SIZE(drivers))];
	if (strcmp(request->driver, "kmem") != 0)
		return;
	request->no_online = dice_chance(dice, 25);
	request->no_movable = dice_chance(dice, 25);
	if (request->verb != DAX_VERB_ENABLE && dice_chance(dice, 15))
		wish_memmap(dice, request);
}

/* Inside free space more often than not; on 2 MiB or 1 GiB more often than not. */
static void wish_range(struct dice *dice, const struct dax_region *region, struct dax_request *request)
{
	uint64_t unit = dice_chance(dice, 5) ? 4 * DAX_KIB : dice_chance(dice, 50) ? 2 * DAX_MIB : DAX_GIB;
	uint64_t start = dax_round_down(region->start + dice_below(dice, region->size), unit);
	uint64_t size = (1 + dice_below(dice, 3)) * unit;
	struct dax_range hole;

	if (region->layout_known && dax_space_next_hole(region, start, &hole) && dice_chance(dice, 90)) {
		start = dax_round_up(hole.start, unit);
		if (hole.end > start && hole.end - start + 1 < size)
			size = dax_round_down(hole.end - start + 1, unit);
	}
	if (size)
		assert_int_equal(
			dax_request_add_range(request, (struct dax_range){ start, start + size - 1 }, NULL),
			0);
}

static void wish_region(struct dice *dice, const struct dax_topology *topology, struct dax_request *request)
{
	const struct dax_region *region = some_region(dice, topology);
	char text[32];

	snprintf(text, sizeof(text), dice_chance(dice, 50) ? "%d" : "region%d",
		 dice_chance(dice, 97) ? region->id : 99);
	request->region = strdup(dice_chance(dice, 10) ? "all" : dice_chance(dice, 20) ? region->name : text);
	assert_non_null(request->region);
}

static void wish_create(struct dice *dice, const struct dax_topology *topology, struct dax_request *request)
{
	request->verb = DAX_VERB_CREATE;
	if (dice_chance(dice, topology->n_regions > 1 ? 80 : 30))
		wish_region(dice, topology, request);
	if (dice_chance(dice, 60))
		wish_align(dice, request);
	if (dice_chance(dice, 20))
		wish_mode(dice, request);
	if (dice_chance(dice, 15)) {
		for (uint64_t n = 1 + dice_below(dice, 3); n > 0; n--)
			wish_range(dice, some_region(dice, topology), request);
		return;
	}
	if (dice_chance(dice, 70))
		wish_size(dice, topology, request);
	if (dice_chance(dice, 30))
		request->count = 1 + (unsigned)dice_below(dice, 5);
}

static void wish_devices(struct dice *dice, const struct dax_topology *topology, struct dax_request *request)
{
	if (!topology->n_devices || dice_chance(dice, 10)) {
		request->all_devices = true;
		if (dice_chance(dice, 40))
			wish_region(dice, topology, request);
		return;
	}
	for (uint64_t n = dice_chance(dice, 70) ? 1 : 1 + dice_below(dice, 4); n > 0; n--)
		assert_int_equal(
			dax_request_add_device(
				request,
				dice_chance(dice, 99) ? some_device(dice, topology)->name : "dax98.7", NULL),
			0);
}

/* Mostly of a device that is memory; the first such from somewhere on. */
static void wish_memory(struct dice *dice, const struct dax_topology *topology, struct dax_request *request)
{
	uint64_t start = topology->n_devices ? dice_below(dice, topology->n_devices) : 0;

	for (size_t i = 0; i < topology->n_devices && dice_chance(dice, 99); i++) {
		const struct dax_device *device = &topology->devices[(start + i) % topology->n_devices];

		if (strcmp(device->driver, "kmem") == 0) {
			assert_int_equal(dax_request_add_device(request, device->name, NULL), 0);
			return;
		}
	}
	wish_devices(dice, topology, request);
}

static void wish_change(struct dice *dice, const struct dax_topology *topology, struct dax_request *request)
{
	static const enum dax_verb verbs[] = { DAX_VERB_DESTROY,     DAX_VERB_ENABLE,
					       DAX_VERB_DISABLE,     DAX_VERB_ONLINE,
					       DAX_VERB_OFFLINE,     DAX_VERB_RECONFIGURE,
					       DAX_VERB_RECONFIGURE, DAX_VERB_RECONFIGURE,
					       DAX_VERB_RECONFIGURE, DAX_VERB_RECONFIGURE };

	request->verb = verbs[dice_below(dice, ARRAY_SIZE(verbs))];
	if (request->verb == DAX_VERB_ONLINE || request->verb == DAX_VERB_OFFLINE)
		wish_memory(dice, topology, request);
	else
		wish_devices(dice, topology, request);
	if (request->verb == DAX_VERB_ENABLE && dice_chance(dice, 30))
		wish_mode(dice, request);
	if (request->verb == DAX_VERB_ONLINE)
		request->no_movable = dice_chance(dice, 25);
	if (request->verb != DAX_VERB_RECONFIGURE)
		return;
	if (dice_chance(dice, 60))
		wish_size(dice, topology, request);
	if (dice_chance(dice, 60))
		wish_align(dice, request);
	if (dice_chance(dice, 5))
		wish_memmap(dice, request);
	if (dice_chance(dice, 20) || (!request->has_size && !request->has_align && !request->has_memmap))
		wish_mode(dice, request);
}

size_t random_requests(struct dice *dice, const struct dax_topology *topology,
		       struct dax_request requests[RANDOM_REQUESTS])
{
	bool create = dice_chance(dice, 40);
	/* Several at once come from a file, and all of them create. */
	size_t wanted = create && dice_chance(dice, 15) ? 1 + dice_below(dice, RANDOM_REQUESTS) : 1, n = 0;

	while (n < wanted) {
		struct dax_request *request = &requests[n];

		*request = (struct dax_request)DAX_REQUEST_INIT;
		request->force = dice_chance(dice, 60);
		request->risks = dice_chance(dice, 30) ? DAX_RISK_LOSE_DATA : 0;
		(create ? wish_create : wish_change)(dice, topology, request);
		if (dax_request_validate(request, NULL) == 0)
			n++;
		else
			dax_request_release(request);
	}
	return n;
}
