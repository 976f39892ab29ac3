/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "change-options.h"

const struct argp destroy_device_argp = {
	.parser = change_parse,
	.args_doc = "DEVICE...",
	.doc = "Destroy devices and free their space. The first device of a region stays, with size 0.",
	.children = change_children,
};
