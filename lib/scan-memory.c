/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The memory blocks of devices whose driver is kmem. A block belongs to a device when it lies whole
 * in one of its ranges: kmem shrinks each range inwards to block boundaries (dax_kmem_range in
 * drivers/dax/kmem.c). Blocks are addressed by number; no folder is searched.
 */
#include "scan.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

static const char memory_dir[] = "devices/system/memory";

/* The attribute is hexadecimal without a prefix (Documentation/admin-guide/mm/memory-hotplug.rst). */
static int read_block_size(struct dax_sysfs *sysfs, uint64_t *bytes, struct dax_error *err)
{
	char digits[64], text[64 + 2];

	*bytes = 0;
	int r = dax_sysfs_read(sysfs, memory_dir, "block_size_bytes", digits, sizeof(digits), err);
	if (r == -ENOENT) { /* a kernel without memory hotplug has no blocks */
		dax_error_release(err);
		return 0;
	}
	if (r)
		return r;
	snprintf(text, sizeof(text), "0x%s", digits);
	if (dax_parse_u64(text, bytes) || !*bytes || (*bytes & (*bytes - 1)))
		return dax_fail(err, EPROTO, "%s/block_size_bytes holds '%.32s', which is no power of two",
				memory_dir, digits);
	return 0;
}

static int count_block(struct dax_sysfs *sysfs, uint64_t number, struct dax_memory *memory, bool *missing,
		       struct dax_error *err)
{
	char attr[64], text[64];

	snprintf(attr, sizeof(attr), "memory%llu/state", (unsigned long long)number);
	int r = dax_sysfs_read(sysfs, memory_dir, attr, text, sizeof(text), err);
	*missing = r == -ENOENT;
	if (*missing) {
		dax_error_release(err);
		return 0;
	}
	if (r)
		return r;
	memory->total++;
	if (strcmp(text, "offline") == 0)
		return 0;
	memory->online++; /* "going-offline" still counts: its memory is in use */
	snprintf(attr, sizeof(attr), "memory%llu/valid_zones", (unsigned long long)number);
	r = dax_sysfs_read(sysfs, memory_dir, attr, text, sizeof(text), err);
	if (r)
		return r;
	memory->movable += strcmp(text, "Movable") == 0;
	return 0;
}

static int count_blocks(struct dax_sysfs *sysfs, uint64_t block_size, struct dax_device *device,
			struct dax_error *err)
{
	for (size_t i = 0; i < device->n_ranges; i++) {
		uint64_t first = device->ranges[i].start / block_size +
				 (device->ranges[i].start % block_size != 0);
		uint64_t end = (device->ranges[i].end + 1) / block_size;
		bool missing = false;

		/* kmem could add a range, with all of its blocks, or not. */
		for (uint64_t number = first; number < end && !missing; number++) {
			int r = count_block(sysfs, number, &device->memory, &missing, err);

			if (r)
				return r;
		}
	}
	device->memory.known = true;
	return 0;
}

int dax_scan_memory(struct dax_sysfs *sysfs, struct dax_topology *topology, struct dax_error *err)
{
	for (size_t i = 0; i < topology->n_devices; i++) {
		struct dax_device *device = &topology->devices[i];

		if (strcmp(device->driver, "kmem") != 0 || !device->ranges_known)
			continue;
		int r = topology->block_size ? 0 : read_block_size(sysfs, &topology->block_size, err);
		if (!r && topology->block_size)
			r = count_blocks(sysfs, topology->block_size, device, err);
		if (r)
			return r;
	}
	return 0;
}
