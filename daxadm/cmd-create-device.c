/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "change-options.h"

/* clang-format off */
static const struct argp_option options[] = {
	{ "size", 's', "SIZE", 0, "2G, 1.5GiB, 0x200000 or 50% of the free space (default: all of it)", 0 },
	{ "align", 'a', "SIZE", 0, "4K, 2M (the default) or 1G", 0 },
	{ "mode", 'm', "MODE", 0, "devdax (the default), system-ram or famfs; for persistent memory also fsdax", 0 },
	{ "no-online", 'N', NULL, 0, "system-ram: leave the memory offline", 0 },
	{ "no-movable", OPTION_NO_MOVABLE, NULL, 0, "system-ram: let the kernel choose the zone, instead of Movable", 0 },
	{ "movable", OPTION_MOVABLE, NULL, OPTION_HIDDEN, NULL, 0 },
	{ "online", OPTION_ONLINE, NULL, OPTION_HIDDEN, NULL, 0 },
	{ "memmap-on-memory", OPTION_MEMMAP, "on|off", 0, "system-ram: store the memory map in the device itself", 0 },
	{ "map", OPTION_MAP, "dev|mem", 0, "Persistent memory: store page structures in the device (dev, the default) or in main memory (mem)", 0 },
	{ "name", OPTION_NAME, "NAME", 0, "Persistent memory: the name of the namespace, stored in its label", 0 },
	{ "uuid", OPTION_UUID, "UUID", 0, "Persistent memory: the uuid of the namespace (default: a random one)", 0 },
	{ "count", OPTION_COUNT, "N|max", 0, "Create N devices, or as many as fit (max, with --size); without --size they share the free space", 0 },
	{ "range", OPTION_RANGE, "START-END", OPTION_REPEATS, "Use this range, from its first to its last byte; repeat for more ranges", 0 },
	{ "input", OPTION_INPUT, "FILE", 0, "Create the devices in FILE, as list -M prints them; - is stdin", 0 },
	{ 0 },
};
/* clang-format on */

const struct argp create_device_argp = {
	.options = options,
	.parser = change_parse,
	.doc = "Create devices from the free space of a region and bind them to the driver of their mode.",
	.children = change_children,
};
