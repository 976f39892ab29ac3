/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "change-options.h"

const struct argp disable_device_argp = {
	.parser = change_parse,
	.args_doc = "DEVICE...",
	.doc = "Unbind devices from their driver. Size, alignment and data stay.",
	.children = change_children,
};
