/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The memory blocks of devices whose driver is kmem. A block belongs to a device if it is completely inside
 * one of its ranges: kmem rounds each range inwards to block boundaries (dax_kmem_range in
 * drivers/dax/kmem.c). Blocks are found by number; no directory is searched.
 */
#include "state/scan-memory.h"

#include "state/memory.h"
#include "state/scan-device.h"
#include "state/scan.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

static const char memory_dir[] = "devices/system/memory";

/* The attribute is hexadecimal without a prefix (Documentation/admin-guide/mm/memory-hotplug.rst). */
int dax_scan_block_size(struct dax_sysfs *sysfs, uint64_t *bytes, struct dax_error *err)
{
	char digits[64], text[64 + 2];

	*bytes = 0;
	int r = dax_sysfs_read(sysfs, memory_dir, "block_size_bytes", digits, sizeof(digits), err);
	if (r == -ENOENT) { /* a kernel without memory hotplug does not have memory blocks */
		dax_error_release(err);
		return 0;
	}
	if (r)
		return r;
	snprintf(text, sizeof(text), "0x%s", digits);
	/* No processor has smaller blocks, and each block costs memory here. */
	if (dax_parse_u64(text, bytes) || *bytes < DAX_MIB || (*bytes & (*bytes - 1)))
		return dax_fail(
			err, EPROTO,
			"%s/block_size_bytes holds '%.32s', which is not a power of two of at least 1 MiB",
			memory_dir, digits);
	return 0;
}

int dax_scan_block(struct dax_sysfs *sysfs, struct dax_block *block, struct dax_error *err)
{
	char attr[64], text[64];

	snprintf(attr, sizeof(attr), "memory%llu/valid_zones", (unsigned long long)block->number);
	int r = dax_sysfs_read(sysfs, memory_dir, attr, text, sizeof(text), NULL);
	if (!r) {
		block->state = dax_block_state_of(text);
		block->fixed = false;
		return 0;
	}
	if (r != -ENOENT)
		return dax_fail(err, -r, "cannot read %s/%s: %s", memory_dir, attr, strerror(-r));
	/*
	 * This attribute does not exist without CONFIG_MEMORY_HOTREMOVE. Online memory then stays online, and
	 * kmem cannot be unbound.
	 */
	block->fixed = true;
	snprintf(attr, sizeof(attr), "memory%llu/state", (unsigned long long)block->number);
	r = dax_sysfs_read(sysfs, memory_dir, attr, text, sizeof(text), err);
	if (!r)
		block->state = strcmp(text, "offline") == 0 ? DAX_BLOCK_OFFLINE : DAX_BLOCK_KERNEL;
	return r;
}

bool dax_scan_block_exists(struct dax_sysfs *sysfs, uint64_t number)
{
	char name[64];

	snprintf(name, sizeof(name), "memory%llu", (unsigned long long)number);
	return dax_sysfs_exists(sysfs, memory_dir, name);
}

int dax_scan_block_is_offline(struct dax_sysfs *sysfs, uint64_t number, bool *offline, struct dax_error *err)
{
	char attr[64], text[64];

	snprintf(attr, sizeof(attr), "memory%llu/state", (unsigned long long)number);
	int r = dax_sysfs_read(sysfs, memory_dir, attr, text, sizeof(text), err);
	*offline = !r && strcmp(text, "offline") == 0;
	return r;
}

static int add_block(struct dax_memory *memory, size_t *room, struct dax_block block, struct dax_error *err)
{
	if (memory->total == *room) {
		size_t more = *room ? 2 * *room : 16;
		struct dax_block *grown = reallocarray(memory->blocks, more, sizeof(*grown));

		if (!grown)
			return dax_no_memory(err);
		memory->blocks = grown;
		*room = more;
	}
	memory->blocks[memory->total++] = block;
	return 0;
}

/* *MISSING: a block does not exist. */
static int read_range(struct dax_sysfs *sysfs, struct dax_range range, uint64_t block_size,
		      struct dax_memory *memory, size_t *room, bool *missing, struct dax_error *err)
{
	struct dax_block block = { 0 };
	uint64_t end = 0;
	int r = 0;

	for (dax_range_blocks(range, block_size, &block.number, &end); !r && block.number < end; block.number++) {
		r = dax_scan_block(sysfs, &block, err);
		if (r == -ENOENT || r == -ENODEV) { /* kmem adds all blocks of a range, or none */
			dax_error_release(err);
			*missing = true;
			return 0;
		}
		if (!r)
			r = add_block(memory, room, block, err);
	}
	return r;
}

static int read_memory(struct dax_sysfs *sysfs, uint64_t block_size, struct dax_device *device, bool *missing,
		       struct dax_error *err)
{
	size_t room = 0;
	int r = 0;

	for (size_t i = 0; !r && i < device->n_ranges; i++)
		r = read_range(sysfs, device->ranges[i], block_size, &device->memory, &room, missing, err);
	if (r)
		return r;
	dax_memory_sort(&device->memory);
	device->memory.known = true;
	return 0;
}

/*
 * Blocks of the device do not exist. kmem may have added none, or may have removed them since the device was
 * read. The device is then read once more, or left out: *GONE.
 */
static int read_again(struct dax_sysfs *sysfs, unsigned want, const struct dax_topology *topology,
		      struct dax_device *device, bool *gone, struct dax_error *err)
{
	struct dax_device now;
	int r = dax_scan_device(sysfs, &topology->regions[device->region], device->name, want | DAX_WANT_RANGES, &now,
				gone, err);

	if (r || (!*gone && strcmp(now.driver, "kmem") == 0)) {
		free(now.ranges);
		return r;
	}
	now.region = device->region;
	free(device->ranges);
	free(device->memory.blocks);
	*device = now;
	return 0;
}

/* The memory of neighbours is not needed if they were read only for their ranges. */
static bool is_named(const struct dax_scope *scope, const char *name)
{
	for (size_t i = 0; i < scope->n_devices; i++) {
		if (strcmp(scope->devices[i], name) == 0)
			return true;
	}
	return !scope->n_devices;
}

/* For one device; it is left out if it no longer exists. */
static int scan_memory(struct dax_sysfs *sysfs, const struct dax_scope *scope, struct dax_topology *topology,
		       struct dax_device *device, bool *gone, struct dax_error *err)
{
	bool missing = false;

	if (strcmp(device->driver, "kmem") != 0 || !device->ranges_known || !is_named(scope, device->name))
		return 0;
	int r = topology->block_size ? 0 : dax_scan_block_size(sysfs, &topology->block_size, err);
	if (!r && topology->block_size)
		r = read_memory(sysfs, topology->block_size, device, &missing, err);
	return r || !missing ? r : read_again(sysfs, scope->want, topology, device, gone, err);
}

int dax_scan_memory(struct dax_sysfs *sysfs, const struct dax_scope *scope, struct dax_topology *topology,
		    struct dax_error *err)
{
	for (size_t i = 0; i < topology->n_devices;) {
		struct dax_device *device = &topology->devices[i];
		bool gone = false;
		int r = scan_memory(sysfs, scope, topology, device, &gone, err);

		if (r)
			return r;
		if (gone)
			memmove(device, device + 1, (--topology->n_devices - i) * sizeof(*device));
		else
			i++;
	}
	return 0;
}

int dax_scan_policy(struct dax_sysfs *sysfs, enum dax_policy *policy, struct dax_error *err)
{
	char text[32];
	int r = dax_sysfs_read(sysfs, memory_dir, "auto_online_blocks", text, sizeof(text), err);

	*policy = DAX_POLICY_UNKNOWN;
	if (r == -ENOENT) { /* no memory hotplug */
		dax_error_release(err);
		return 0;
	}
	if (!r)
		*policy = dax_policy_of(text);
	return r;
}
