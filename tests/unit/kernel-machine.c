/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the kernel in memory answers, and what it does, attribute by attribute. */
#include "unit.h"

#include "kernel.h"
#include "plan/model.h"
#include "state/memory.h"

#include <errno.h>
#include <inttypes.h>

/* What no caller may ever do: the real kernel would do it, and not survive. */
static void refuse_to_be_hurt(const char *what, const char *path, const char *value)
{
	fprintf(stderr, "the kernel was hurt: %s: %s <- %s\n", what, path, value);
	abort();
}

/* The rest of PATH behind PREFIX and a slash; NULL when it is elsewhere. */
static const char *behind(const char *path, const char *prefix)
{
	size_t length = strlen(prefix);

	return strncmp(path, prefix, length) == 0 && path[length] == '/' ? path + length + 1 : NULL;
}

/* Takes "NAME/REST" apart; "" for no rest. */
static const char *split(const char *path, char name[DAX_NAME_MAX])
{
	size_t length = strcspn(path, "/");

	snprintf(name, DAX_NAME_MAX, "%.*s", (int)length, path);
	return path[length] ? path + length + 1 : path + length;
}

/* *REST is what stands behind the region's folder. */
static struct dax_region *region_at(const char *path, const char **rest)
{
	for (size_t i = 0; i < kernel->machine.n_regions; i++) {
		*rest = behind(path, kernel->machine.regions[i].path);
		if (*rest)
			return &kernel->machine.regions[i];
	}
	return NULL;
}

/* A device by the path of one of its attributes, on the bus or in its region. */
struct dax_device *kernel_device(const char *path, const char **attr)
{
	const char *rest = behind(path, "bus/dax/devices");
	char name[DAX_NAME_MAX];

	if (!rest && !region_at(path, &rest))
		return NULL;
	*attr = split(rest, name);
	return dax_topology_device(&kernel->machine, name);
}

static struct dax_block *block_at(const char *path, const char **attr, struct dax_device **device)
{
	const char *rest = behind(path, "devices/system/memory");
	char name[DAX_NAME_MAX];
	uint64_t number = 0;

	*attr = rest ? split(rest, name) : NULL;
	if (!rest || strncmp(name, "memory", 6) != 0 || dax_parse_u64(name + 6, &number))
		return NULL;
	for (size_t i = 0; i < kernel->machine.n_devices; i++) {
		*device = &kernel->machine.devices[i];
		struct dax_block *block =
			strcmp((*device)->driver, "kmem") == 0 ? dax_memory_block(&(*device)->memory, number) : NULL;

		if (block)
			return block;
	}
	return NULL;
}

static int number(char *text, size_t size, uint64_t value)
{
	snprintf(text, size, "%" PRIu64, value);
	return 0;
}

static int read_range(const struct dax_device *device, const char *attr, char *text, size_t size)
{
	size_t i = 0;
	int length = 0;

	if (sscanf(attr, "mapping%zu%n", &i, &length) != 1 || i >= device->n_ranges)
		return -ENOENT;
	text[0] = '\0';
	if (strcmp(attr + length, "/start") == 0)
		snprintf(text, size, "0x%" PRIx64, device->ranges[i].start);
	else if (strcmp(attr + length, "/end") == 0)
		snprintf(text, size, "0x%" PRIx64, device->ranges[i].end);
	return 0;
}

static int read_device(const struct dax_device *device, const char *attr, char *text, size_t size)
{
	const struct dax_region *region = &kernel->machine.regions[device->region];

	if (strcmp(attr, "size") == 0)
		return number(text, size, device->size);
	if (strcmp(attr, "align") == 0)
		return number(text, size, device->align);
	if (strcmp(attr, "resource") == 0)
		return number(text, size, device->n_ranges ? device->ranges[0].start : region->start);
	if (strcmp(attr, "memmap_on_memory") == 0 && kernel->has_memmap)
		return number(text, size, (uint64_t)device->memmap_on_memory);
	if (strcmp(attr, "dev") == 0) {
		snprintf(text, size, "252:%d", device->id);
		return 0;
	}
	return read_range(device, attr, text, size);
}

static int read_block(const struct dax_block *block, const char *attr, char *text, size_t size)
{
	static const char *const zones[] = { "Normal Movable", "Movable", "Normal", "none" };

	if (strcmp(attr, "valid_zones") == 0)
		snprintf(text, size, "%s", zones[block->state]);
	else if (strcmp(attr, "state") == 0)
		snprintf(text, size, "%s", block->state == DAX_BLOCK_OFFLINE ? "offline" : "online");
	else
		return -ENOENT;
	return 0;
}

int kernel_read(const char *path, char *text, size_t size)
{
	const char *attr = NULL;
	struct dax_device *device = NULL;
	const struct dax_block *block = block_at(path, &attr, &device);

	if (block)
		return read_block(block, attr, text, size);
	device = kernel_device(path, &attr);
	if (device)
		return read_device(device, attr, text, size);
	if (region_at(path, &attr) && strcmp(attr, "dax_region/create") == 0) {
		snprintf(text, size, "%s", kernel->youngest);
		return 0;
	}
	if (strcmp(path, "devices/system/memory/block_size_bytes") == 0 && kernel->machine.block_size) {
		snprintf(text, size, "%" PRIx64, kernel->machine.block_size);
		return 0;
	}
	if (strcmp(path, "devices/system/memory/auto_online_blocks") == 0 && kernel->machine.policy) {
		snprintf(text, size, "%s", dax_policy_word(kernel->machine.policy));
		return 0;
	}
	const struct dax_region *region = region_at(path, &attr);
	if (region && strcmp(attr, "dax_region/size") == 0)
		return number(text, size, region->size);
	if (region && strcmp(attr, "dax_region/align") == 0)
		return number(text, size, region->align ? region->align : 2 * DAX_MIB);
	if (behind(path, "module")) /* nobody has a device open */
		return number(text, size, 0);
	return -ENOENT;
}

static int step_on(const struct dax_device *device, struct dax_step step)
{
	struct dax_target target = { .region = device->region };

	memcpy(target.name, device->name, sizeof(target.name));
	return dax_model_step(&kernel->machine, &target, &step, NULL);
}

static int write_create(const struct dax_region *region)
{
	const struct dax_step step = { .kind = DAX_STEP_CREATE };
	struct dax_target target = { .region = (size_t)(region - kernel->machine.regions), .created = true };
	int r = dax_model_step(&kernel->machine, &target, &step, NULL);

	if (r)
		return r;
	memcpy(kernel->youngest, target.name, sizeof(kernel->youngest));
	assert_true(kernel->n_made < KERNEL_MADE);
	memcpy(kernel->made[kernel->n_made].device, target.name, sizeof(target.name));
	kernel->made[kernel->n_made].serial = 2 + kernel->n_made;
	kernel->n_made++;
	dax_topology_device(&kernel->machine, target.name)->memmap_on_memory = kernel->has_memmap ? 0 : -1;
	return 0;
}

static int write_delete(const char *name)
{
	const struct dax_device *device = dax_topology_device(&kernel->machine, name);

	if (!device)
		return -ENXIO;
	if (strcmp(kernel->youngest, name) == 0)
		kernel->youngest[0] = '\0';
	return step_on(device, (struct dax_step){ .kind = DAX_STEP_DELETE });
}

static int write_device(const struct dax_device *device, const char *attr, const char *path, const char *value)
{
	struct dax_step step = { .kind = DAX_STEP_SET_SIZE };

	if (strcmp(attr, "mapping") == 0) {
		step.kind = DAX_STEP_ADD_MAPPING;
		if (device->driver[0])
			refuse_to_be_hurt("a range for a device with a driver", path, value);
		return dax_parse_range(value, &step.range) ? -EINVAL : step_on(device, step);
	}
	if (strcmp(attr, "align") == 0)
		step.kind = DAX_STEP_SET_ALIGN;
	else if (strcmp(attr, "memmap_on_memory") == 0 && kernel->has_memmap)
		step.kind = DAX_STEP_SET_MEMMAP;
	else if (strcmp(attr, "size") != 0)
		return -ENOENT;
	return dax_parse_u64(value, &step.to) ? -EINVAL : step_on(device, step);
}

static size_t find_id(const char *driver, const char *device)
{
	size_t i = 0;

	while (i < kernel->n_ids &&
	       (strcmp(kernel->ids[i].driver, driver) != 0 || strcmp(kernel->ids[i].device, device) != 0))
		i++;
	return i;
}

/* dax_bus_match: by id, or by the kind of region. */
static bool matches(const char *driver, const struct dax_device *device)
{
	const struct dax_region *region = &kernel->machine.regions[device->region];
	const char *usual = kernel->old || !region->dynamic ? "device_dax" : "kmem";

	return strcmp(driver, usual) == 0 || find_id(driver, device->name) < kernel->n_ids;
}

static int bind(const char *driver, struct dax_device *device)
{
	int r = step_on(device, (struct dax_step){ .kind = DAX_STEP_BIND,
						   .driver = dax_mode_driver(dax_driver_mode(driver)) });

	for (size_t i = 0; !r && i < device->memory.total; i++) {
		enum dax_block_state *state = &device->memory.blocks[i].state;

		if (kernel->added == KERNEL_STUBBORN)
			*state = DAX_BLOCK_OFFLINE;
		else if (kernel->added == KERNEL_ONLINER && *state == DAX_BLOCK_OFFLINE)
			*state = DAX_BLOCK_KERNEL;
	}
	dax_memory_count(&device->memory);
	return r;
}

static int write_bind(const char *driver, const char *name)
{
	struct dax_device *device = dax_topology_device(&kernel->machine, name);

	if (!device || (!device->driver[0] && !matches(driver, device)))
		return -ENODEV;
	return bind(driver, device);
}

static int write_unbind(const char *driver, const char *name, const char *path)
{
	const struct dax_device *device = dax_topology_device(&kernel->machine, name);

	if (!device || strcmp(device->driver, driver) != 0)
		return -ENODEV;
	if (device->memory.online)
		refuse_to_be_hurt("memory that is online is unbound", path, name);
	return step_on(device, (struct dax_step){ .kind = DAX_STEP_UNBIND,
						  .driver = dax_mode_driver(dax_driver_mode(driver)) });
}

/* do_id_store: every device that the driver matches is bound, and nothing is said of failures. */
static int write_new_id(const char *driver, const char *name)
{
	assert_true(kernel->n_ids < KERNEL_IDS);
	strcpy(kernel->ids[kernel->n_ids].driver, driver);
	strcpy(kernel->ids[kernel->n_ids++].device, name);
	for (size_t i = 0; i < kernel->machine.n_devices; i++) {
		struct dax_device *device = &kernel->machine.devices[i];

		if (!device->driver[0] && device->size && matches(driver, device))
			(void)!bind(driver, device);
	}
	return 0;
}

static int write_driver(const char *driver, const char *attr, const char *path, const char *value)
{
	if (strcmp(attr, "bind") == 0)
		return write_bind(driver, value);
	if (strcmp(attr, "unbind") == 0)
		return write_unbind(driver, value, path);
	if (strcmp(attr, "new_id") == 0)
		return write_new_id(driver, value);
	for (size_t i = find_id(driver, value); strcmp(attr, "remove_id") == 0 && i < kernel->n_ids;
	     i = find_id(driver, value))
		kernel->ids[i] = kernel->ids[--kernel->n_ids];
	return strcmp(attr, "remove_id") == 0 ? 0 : -ENOENT;
}

static int write_block(struct dax_device *device, struct dax_block *block, const char *value)
{
	bool online = block->state != DAX_BLOCK_OFFLINE;

	if (online == (strcmp(value, "offline") != 0))
		return -EINVAL;
	if (block->state == DAX_BLOCK_MIXED)
		return -EINVAL;
	block->state = strcmp(value, "offline") == 0	     ? DAX_BLOCK_OFFLINE :
		       strcmp(value, "online_movable") == 0 ? DAX_BLOCK_MOVABLE :
							       DAX_BLOCK_KERNEL;
	dax_memory_count(&device->memory);
	return 0;
}

int kernel_write(const char *path, const char *value)
{
	const char *attr = NULL, *rest = behind(path, "bus/dax/drivers");
	char driver[DAX_NAME_MAX];
	struct dax_device *device = NULL;
	struct dax_block *block = block_at(path, &attr, &device);

	if (block && strcmp(attr, "state") == 0)
		return write_block(device, block, value);
	if (rest) {
		attr = split(rest, driver);
		return write_driver(driver, attr, path, value);
	}
	device = kernel_device(path, &attr);
	if (device)
		return write_device(device, attr, path, value);
	const struct dax_region *region = region_at(path, &attr);
	if (region && strcmp(attr, "dax_region/create") == 0)
		return write_create(region);
	if (region && strcmp(attr, "dax_region/delete") == 0)
		return write_delete(value);
	if (strcmp(path, "devices/system/memory/auto_online_blocks") == 0 && kernel->machine.policy) {
		kernel->machine.policy = dax_policy_of(value);
		return kernel->machine.policy ? 0 : -EINVAL;
	}
	return -ENOENT;
}
