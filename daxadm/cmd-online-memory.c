/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "change-options.h"

static const struct argp_option options[] = {
	{ "no-movable", OPTION_NO_MOVABLE, NULL, 0,
	  "Let the kernel choose the zone: the memory may never go offline again", 0 },
	{ "movable", OPTION_MOVABLE, NULL, OPTION_HIDDEN, NULL, 0 },
	{ 0 },
};

const struct argp online_memory_argp = {
	.options = options,
	.parser = change_parse,
	.args_doc = "DEVICE...",
	.doc = "Bring all memory blocks of system-ram devices online, in zone Movable.",
	.children = change_children,
};
