/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "change-options.h"

const struct argp offline_memory_argp = {
	.parser = change_parse,
	.args_doc = "DEVICE...",
	.doc = "Take all memory blocks of system-ram devices offline. If one block cannot go offline, the "
	       "others return to their zones.",
	.children = change_children,
};
