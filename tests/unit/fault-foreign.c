/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What somebody else does to a machine between a kill and the recovery. */
#include "unit.h"

#include "faults.h"
#include "plan/space.h"
#include "state/memory.h"

#include <inttypes.h>
#include <limits.h>

/* Writes as somebody else would, without faults; some of it may be refused. */
static void put(const char *dir, const char *attr, const char *value)
{
	char path[2 * PATH_MAX];

	snprintf(path, sizeof(path), "%s/%s", dir, attr);
	(void)!kernel_write(path, value);
}

static void put_driver(const char *driver, const char *attr, const char *device)
{
	char dir[64 + DAX_NAME_MAX];

	snprintf(dir, sizeof(dir), "bus/dax/drivers/%s", driver);
	put(dir, attr, device);
}

static void disable(struct dax_device *device)
{
	for (size_t i = 0; i < device->memory.total; i++)
		device->memory.blocks[i].state = DAX_BLOCK_OFFLINE;
	dax_memory_count(&device->memory);
	if (device->driver[0])
		put_driver(device->driver, "unbind", device->name);
}

static void remove_device(struct dax_device *device)
{
	char name[DAX_NAME_MAX], dir[PATH_MAX], path[128];

	strcpy(name, device->name);
	snprintf(dir, sizeof(dir), "%s/dax_region", kernel->machine.regions[device->region].path);
	snprintf(path, sizeof(path), "bus/dax/devices/%s", name);
	disable(device);
	put(path, "size", "0");
	put(dir, "delete", name);
}

/*
 * A device of somebody else: with a size and, where the kernel gives it one, a driver; or empty still, and with
 * another alignment than the run has given a device before its size.
 */
static bool make_device(struct faults *f, const struct dax_region *region, char name[DAX_NAME_MAX])
{
	char dir[PATH_MAX], size[32];
	uint64_t units = region->available / (2 * DAX_MIB);

	if (!units)
		return false;
	snprintf(dir, sizeof(dir), "%s/dax_region", region->path);
	put(dir, "create", "1");
	strcpy(name, kernel->youngest);
	snprintf(dir, sizeof(dir), "bus/dax/devices/%s", name);
	if (region->align != 4 * DAX_KIB && dice_chance(&f->dice, 20)) {
		put(dir, "align", "4096");
		const struct dax_device *empty = dax_topology_device(&kernel->machine, name);
		return empty && empty->align == 4 * DAX_KIB;
	}
	snprintf(size, sizeof(size), "%" PRIu64, (1 + dice_below(&f->dice, units)) * 2 * DAX_MIB);
	put(dir, "size", size);
	if (dice_chance(&f->dice, 60))
		put_driver(f->old ? "device_dax" : "kmem", "bind", name);
	const struct dax_device *device = dax_topology_device(&kernel->machine, name);
	return device && device->size;
}

/* One that the run is about goes, and another one comes in its place. */
static bool replace_device(struct faults *f, char name[DAX_NAME_MAX])
{
	struct dax_topology *machine = &kernel->machine;
	const struct dax_target *target = &f->plan.targets[dice_below(&f->dice, f->plan.n_targets)];
	struct dax_device *device = dax_topology_device(machine, target->name);
	const struct dax_region *region = &machine->regions[target->region];

	/* A driver that is not the kernel's stays bound. */
	if (!region->dynamic || (device && (!device->id || (device->driver[0] && !dax_driver_bit(device->driver)))))
		return false;
	if (device)
		remove_device(device);
	return make_device(f, region, name);
}

/* Whether the run itself can have given the target this size. */
static bool is_planned(const struct faults *f, size_t target, uint64_t size)
{
	for (size_t i = 0; i < f->plan.n_steps; i++) {
		const struct dax_step *step = &f->plan.steps[i];

		if ((step->kind == DAX_STEP_SET_SIZE || step->kind == DAX_STEP_ADD_MAPPING) &&
		    step->target == target && (size == step->from || size == step->to))
			return true;
	}
	return false;
}

/* One that the run is about, made smaller, perhaps to a part of its ranges. */
static bool resize_device(struct faults *f, char name[DAX_NAME_MAX])
{
	size_t target = dice_below(&f->dice, f->plan.n_targets);
	struct dax_device *device = dax_topology_device(&kernel->machine, f->plan.targets[target].name);
	char dir[64 + DAX_NAME_MAX], text[32];

	if (!device || !kernel->machine.regions[device->region].dynamic || device->size < 4 * DAX_MIB ||
	    (device->driver[0] && !dax_driver_bit(device->driver)))
		return false;
	uint64_t size = (1 + dice_below(&f->dice, device->size / (2 * DAX_MIB) - 1)) * 2 * DAX_MIB;
	if (device->n_ranges > 1 && dice_chance(&f->dice, 50))
		size = dax_range_size(device->ranges[0]);
	if (is_planned(f, target, size) || size == device->size)
		return false;
	strcpy(name, device->name);
	disable(device);
	snprintf(dir, sizeof(dir), "bus/dax/devices/%s", name);
	snprintf(text, sizeof(text), "%" PRIu64, size);
	put(dir, "size", text);
	device = dax_topology_device(&kernel->machine, name);
	return device && device->size == size && !device->driver[0];
}

/* All that was in the region is gone with it, and there is another one of that name, with a device. */
static bool replace_region(struct faults *f, char name[DAX_NAME_MAX])
{
	struct dax_topology *machine = &kernel->machine;
	size_t index = f->plan.targets[dice_below(&f->dice, f->plan.n_targets)].region;
	struct dax_region *region = &machine->regions[index];

	if (!region->dynamic)
		return false;
	for (size_t i = machine->n_devices; i-- > 0;) {
		struct dax_device *device = &machine->devices[i];

		if (device->region != index)
			continue;
		free(device->ranges);
		free(device->memory.blocks);
		machine->n_devices--;
		memmove(device, device + 1, (machine->n_devices - i) * sizeof(*device));
	}
	kernel->region_serial++;
	region->n_used = 0;
	if (dice_chance(&f->dice, 50))
		region->start += 16 * DAX_GIB;
	if (dice_chance(&f->dice, 50))
		region->size += 256 * DAX_MIB;
	region->available = region->size;
	return make_device(f, region, name);
}

bool foreign_change(struct faults *f, struct foreign *foreign)
{
	static bool (*const changes[])(struct faults *f, char name[DAX_NAME_MAX]) = { replace_region, replace_device,
										     resize_device };

	*foreign = (struct foreign){ 0 };
	foreign->n = changes[dice_below(&f->dice, ARRAY_SIZE(changes))](f, foreign->name);
	if (foreign->n)
		foreign_print(foreign->name, foreign->text);
	return foreign->n;
}

void foreign_print(const char *name, char text[FOREIGN_TEXT])
{
	const struct dax_device *device = dax_topology_device(&kernel->machine, name);
	int length = 0;

	text[0] = '\0';
	if (!device)
		return;
	length = snprintf(text, FOREIGN_TEXT, "%s %" PRIu64 " %" PRIu64 " %s", name, device->size, device->align,
			  device->driver);
	for (size_t i = 0; i < device->n_ranges && length < FOREIGN_TEXT; i++)
		length += snprintf(text + length, FOREIGN_TEXT - (size_t)length, " %" PRIx64 "-%" PRIx64,
				   device->ranges[i].start, device->ranges[i].end);
	for (size_t i = 0; i < device->memory.total && length < FOREIGN_TEXT; i++)
		length += snprintf(text + length, FOREIGN_TEXT - (size_t)length, " %" PRIu64 ":%d",
				   device->memory.blocks[i].number, (int)device->memory.blocks[i].state);
}
