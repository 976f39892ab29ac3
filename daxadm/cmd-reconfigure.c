/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "change-options.h"

/* clang-format off */
static const struct argp_option options[] = {
	{ "mode", 'm', "MODE", 0, "The new mode: devdax, system-ram or famfs; for persistent memory also fsdax", 0 },
	{ "no-online", 'N', NULL, 0, "system-ram: leave the memory offline", 0 },
	{ "no-movable", OPTION_NO_MOVABLE, NULL, 0, "system-ram: let the kernel choose the zone, instead of Movable", 0 },
	{ "movable", OPTION_MOVABLE, NULL, OPTION_HIDDEN, NULL, 0 },
	{ "online", OPTION_ONLINE, NULL, OPTION_HIDDEN, NULL, 0 },
	{ "check-config", 'C', NULL, OPTION_HIDDEN, NULL, 0 },
	{ "memmap-on-memory", OPTION_MEMMAP, "on|off", 0, "system-ram: store the memory map in the device itself", 0 },
	{ "size", 's', "SIZE", 0, "The new size: 2G, 1.5GiB, 0x200000 or 50% of its size plus the free space", 0 },
	{ "align", 'a', "SIZE", 0, "The new alignment: 4K, 2M or 1G", 0 },
	{ "map", OPTION_MAP, "dev|mem", 0, "Persistent memory: store page structures in the device (dev) or in main memory (mem)", 0 },
	{ 0 },
};
/* clang-format on */

const struct argp reconfigure_argp = {
	.options = options,
	.parser = change_parse,
	.args_doc = "DEVICE...",
	.doc = "Change mode, size or alignment of devices. An enabled device is disabled first, and enabled "
	       "again.",
	.children = change_children,
};
