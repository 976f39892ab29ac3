/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Reads the state before the plan from a journal. */
#include "run/journal-before.h"

#include "run/journal-words.h"
#include "run/loans.h"
#include "state/topology.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

static int take_memory(struct dax_reader *reader, struct dax_memory *memory)
{
	size_t n = dax_take_count(reader, 4);

	memory->blocks = calloc(n + 1, sizeof(*memory->blocks));
	if (!memory->blocks)
		return -ENOMEM;
	for (; memory->total < n && !reader->failed; memory->total++) {
		struct dax_block *block = &memory->blocks[memory->total];

		block->number = dax_take_number(reader);
		block->state = dax_take_block_state(reader);
		/* They are looked up by bisection. */
		if (memory->total && block[-1].number >= block->number)
			reader->failed = true;
	}
	return 0;
}

/* The previous state; for devices outside of the plan only the name. */
static int read_device(struct dax_reader *reader, const struct dax_topology *before, struct dax_device *device)
{
	dax_take_device_name(reader, device->name, &device->region_id, &device->id);
	device->region = dax_take_index(reader, before->n_regions);
	device->memmap_on_memory = -1;
	if (reader->version < 3 || !dax_take_flag(reader) || reader->failed)
		return 0;
	device->size = dax_take_number(reader);
	device->align = dax_take_number(reader);
	device->ranges_known = dax_take_flag(reader);
	int r = dax_take_ranges(reader, &device->ranges, &device->n_ranges);
	return r ? r : take_memory(reader, &device->memory);
}

static int read_devices(struct dax_reader *reader, struct dax_topology *before)
{
	int r = 0;

	dax_take_expected(reader, "devices");
	size_t n = dax_take_count(reader, 6);
	before->devices = calloc(n + 1, sizeof(*before->devices));
	if (!before->devices)
		return -ENOMEM;
	while (before->n_devices < n && !reader->failed && !r) {
		struct dax_device *device = &before->devices[before->n_devices++];

		r = read_device(reader, before, device);
		if (before->n_devices > 1 && dax_compare_devices(device - 1, device) >= 0)
			reader->failed = true;
	}
	return r;
}

int dax_take_before(struct dax_reader *reader, struct dax_topology *before)
{
	dax_take_expected(reader, "block-size");
	before->block_size = dax_take_number(reader);
	dax_take_expected(reader, "regions");
	size_t n = dax_take_count(reader, 4);
	before->regions = calloc(n + 1, sizeof(*before->regions));
	if (!before->regions)
		return -ENOMEM;
	for (size_t i = 0; i < n && !reader->failed; i++) {
		char path[PATH_MAX];

		before->regions[i].id = (int)dax_take_index(reader, INT_MAX);
		size_t kind = dax_take_index(reader, DAX_REGION_ND + 1);
		before->regions[i].kind = (enum dax_region_kind)kind;
		dax_take_word(reader, path, sizeof(path));
		if (strncmp(path, "devices/", 8) != 0 || strstr(path, "/."))
			reader->failed = true;
		if (reader->version > 1) {
			before->regions[i].cookie = dax_take_number(reader);
			before->regions[i].start = dax_take_number(reader);
			before->regions[i].size = dax_take_number(reader);
		}
		before->regions[i].path = strdup(path);
		if (!before->regions[i].path)
			return -ENOMEM;
		const char *slash = strrchr(before->regions[i].path, '/');
		before->regions[i].name = slash ? slash + 1 : before->regions[i].path;
		before->n_regions++;
	}
	return reader->failed ? 0 : read_devices(reader, before);
}
