/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "change-options.h"

static const struct argp_option options[] = {
	{ "mode", 'm', "MODE", 0, "devdax (the default), system-ram or famfs", 0 },
	{ "no-online", 'N', NULL, 0, "system-ram: leave the memory offline", 0 },
	{ "no-movable", OPTION_NO_MOVABLE, NULL, 0,
	  "system-ram: let the kernel choose the zone, instead of Movable", 0 },
	{ 0 },
};

const struct argp enable_device_argp = {
	.options = options,
	.parser = change_parse,
	.args_doc = "DEVICE...",
	.doc = "Bind devices to the driver of a mode, so that programs can use them.",
	.children = change_children,
};
