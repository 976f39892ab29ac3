/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "json.h"

#include "base/text.h"
#include "commands.h"
#include "json-build.h"
#include "json-namespace.h"
#include "listing.h"
#include "run/loans.h"
#include "state/holders.h"
#include "state/memory.h"
#include "state/namespace.h"
#include "state/p2pmem.h"
#include "state/topology.h"

#include <inttypes.h>
#include <json-c/printbuf.h>
#include <stdio.h>
#include <string.h>

static void put_address(struct json_builder *builder, const char *key, uint64_t address, unsigned show)
{
	char text[sizeof("0x") + 16];

	snprintf(text, sizeof(text), "0x%" PRIx64, address);
	if (show & JSON_SHOW_HUMAN)
		json_put_text(builder, key, text);
	else
		json_put_number(builder, key, address);
}

/* The kernel counts page_offset in pages, and scripts expect this. */
static struct json_object *mappings(const struct dax_device *device, unsigned show)
{
	_cleanup_json_ struct json_object *array = json_object_new_array();
	uint64_t page_size = (uint64_t)sysconf(_SC_PAGESIZE);
	uint64_t offset = 0;

	for (size_t i = 0; i < device->n_ranges; i++) {
		struct dax_range range = device->ranges[i];
		struct json_builder mapping;

		json_build(&mapping);
		put_address(&mapping, "page_offset", offset / page_size, show);
		put_address(&mapping, "start", range.start, show);
		put_address(&mapping, "end", range.end, show);
		json_put_bytes(&mapping, "size", dax_range_size(range), show);
		if (!json_append(array, json_build_end(&mapping)))
			return NULL;
		offset += dax_range_size(range);
	}
	return TAKE_PTR(array);
}

/* Only while the whole device is online is it known whether its memory can go offline again. */
static void put_memory(struct json_builder *builder, const struct dax_device *device)
{
	const struct dax_memory *memory = &device->memory;

	if (!memory->known || strcmp(dax_driver_mode(device->driver), "system-ram") != 0)
		return;
	json_put_number(builder, "online_memblocks", memory->online);
	json_put_number(builder, "total_memblocks", memory->total);
	if (memory->total && memory->online == memory->total)
		json_put_bool(builder, "movable", memory->movable == memory->total);
}

static void put_details(struct json_builder *builder, const struct dax_region *region,
			const struct dax_device *device, unsigned show)
{
	char devnum[DAX_NAME_MAX];

	json_put_text(builder, "devnum", dax_format_devnum(device->major, device->minor, devnum));
	json_put_int(builder, "numa_node", region->numa_node);
	if (device->memmap_on_memory >= 0)
		json_put_bool(builder, "memmap_on_memory", device->memmap_on_memory);
	if (device->kmem_state[0])
		json_put_text(builder, "kmem_state", device->kmem_state);
	if (device->ranges_known && device->n_ranges)
		put_address(builder, "resource", device->ranges[0].start, show);
}

static bool continues(const struct dax_block *a, const struct dax_block *b)
{
	return a->number + 1 == b->number && a->state == b->state;
}

/* Consecutive blocks in the same state are one entry: a device can have thousands of blocks. */
static struct json_object *block_runs(const struct dax_memory *memory)
{
	_cleanup_json_ struct json_object *array = json_object_new_array();

	for (size_t first = 0, end; first < memory->total; first = end) {
		const struct dax_block *block = &memory->blocks[first];
		bool online = block->state != DAX_BLOCK_OFFLINE;
		struct json_builder run;

		for (end = first + 1; end < memory->total; end++) {
			if (!continues(&memory->blocks[end - 1], &memory->blocks[end]))
				break;
		}
		json_build(&run);
		json_put_number(&run, "first", block->number);
		json_put_number(&run, "last", memory->blocks[end - 1].number);
		json_put_number(&run, "count", end - first);
		json_put_text(&run, "state", online ? "online" : "offline");
		json_put_text(&run, "zone", online ? dax_block_state_name(block->state) : NULL);
		if (!json_append(array, json_build_end(&run)))
			return NULL;
	}
	return json_array_end(TAKE_PTR(array));
}

/* The properties of the namespace of a device, which survive a reboot. */
static void put_persistent(struct json_builder *builder, const struct dax_topology *topology,
			   const struct dax_device *device, unsigned show)
{
	const struct dax_namespace *namespace = dax_topology_namespace(topology, device->name);

	json_put_bool(builder, "persistent", true);
	if (namespace)
		json_put_namespace(builder, namespace, show);
}

/* For persistent memory the nd region, which survives the device, and in which devices are created. */
static void put_region_name(struct json_builder *builder, const struct dax_region *region)
{
	char name[DAX_NAME_MAX];

	snprintf(name, sizeof(name), "region%d", region->id);
	json_put_text(builder, "region", region->kind == DAX_REGION_PMEM ? name : region->name);
}

struct json_object *json_device(const struct dax_topology *topology, const struct dax_device *device,
				unsigned show)
{
	const struct dax_region *region = &topology->regions[device->region];
	struct json_builder builder;

	json_build(&builder);
	json_put_text(&builder, "chardev", device->name);
	json_put_bytes(&builder, "size", device->size, show);
	if (region->target_node >= 0)
		json_put_int(&builder, "target_node", region->target_node);
	if (device->align)
		json_put_bytes(&builder, "align", device->align, show);
	json_put_text(&builder, "mode", dax_driver_mode(device->driver));
	put_memory(&builder, device);
	if (!device->driver[0])
		json_put_text(&builder, "state", "disabled");
	if ((show & JSON_SHOW_MAPPINGS) && device->ranges_known && device->n_ranges)
		json_put(&builder, "mappings", mappings(device, show));
	put_region_name(&builder, region);
	json_put_text(&builder, "driver", device->driver[0] ? device->driver : NULL);
	if (device->lost)
		json_put_bytes(&builder, "lost_size", device->lost, show);
	if (region->kind == DAX_REGION_PMEM || region->kind == DAX_REGION_ND)
		put_persistent(&builder, topology, device, show);
	if ((show & JSON_SHOW_BLOCKS) && device->memory.known)
		json_put(&builder, "blocks", block_runs(&device->memory));
	if (show & JSON_SHOW_DETAILS)
		put_details(&builder, region, device, show);
	return json_build_end(&builder);
}

struct json_object *json_holders(const struct dax_held *held)
{
	_cleanup_json_ struct json_object *array = json_object_new_array();

	for (size_t i = 0; held && i < held->n; i++) {
		const struct dax_holder *holder = &held->holders[i];
		struct json_builder builder;

		json_build(&builder);
		json_put_int(&builder, "pid", holder->pid);
		json_put_text(&builder, "command", holder->command);
		json_put_bool(&builder, "open", holder->open);
		json_put_bool(&builder, "maps", holder->maps);
		if (!json_append(array, json_build_end(&builder)))
			return NULL;
	}
	return json_array_end(TAKE_PTR(array));
}

/* The format of other tools: as seen from /sys/devices. */
static void put_path(struct json_builder *builder, const struct dax_region *region)
{
	static const char devices[] = "devices/";
	const char *path = region->path;
	_cleanup_free_ char *text = NULL;

	if (strncmp(path, devices, strlen(devices)) == 0)
		path += strlen(devices);
	if (asprintf(&text, "/%s", path) < 0) {
		text = NULL;
		builder->failed = true;
		return;
	}
	json_put_text(builder, "path", text);
}

struct json_object *json_region(const struct dax_topology *topology, const struct dax_region *region,
				struct json_object *devices, unsigned show)
{
	const struct dax_region *parent = dax_region_parent(topology, region);
	bool nd = region->kind == DAX_REGION_ND;
	struct json_builder builder;

	json_build(&builder);
	put_path(&builder, region);
	json_put_int(&builder, "id", region->id);
	json_put_bytes(&builder, "size", region->size, show);
	if (region->available)
		json_put_bytes(&builder, "available_size", region->available, show);
	if (region->align)
		json_put_bytes(&builder, "align", region->align, show);
	if (devices && json_object_array_length(devices))
		json_put(&builder, "devices", devices);
	else
		json_object_put(devices);
	json_put_text(&builder, "name", region->name);
	json_put_text(&builder, "kind", dax_region_kind_name(region->kind));
	json_put_bool(&builder, "dynamic", nd ? region->labelled && !region->read_only : region->dynamic);
	if (nd || region->layout_known)
		json_put_bytes(&builder, "largest_free",
			       nd ? region->largest : dax_region_largest_free(region), show);
	if (region->lost)
		json_put_bytes(&builder, "lost_size", region->lost, show);
	if (parent)
		json_put(&builder, "nd_region", json_nd_region(parent, NULL, show));
	if (nd)
		json_put_nd(&builder, region);
	return json_build_end(&builder);
}

struct json_object *json_p2pmem(const struct dax_p2pmem_list *list, unsigned show)
{
	_cleanup_json_ struct json_object *array = json_object_new_array();

	for (size_t i = 0; i < list->n; i++) {
		struct json_builder builder;

		json_build(&builder);
		json_put_text(&builder, "pci", list->items[i].name);
		json_put_bytes(&builder, "size", list->items[i].size, show);
		json_put_bytes(&builder, "available", list->items[i].available, show);
		json_put_bool(&builder, "published", list->items[i].published);
		if (!json_append(array, json_build_end(&builder)))
			return NULL;
	}
	return json_array_end(TAKE_PTR(array));
}
