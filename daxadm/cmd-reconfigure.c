/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "change.h"

/* clang-format off */
static const struct argp_option options[] = {
	{ "mode", 'm', "MODE", 0, "The new mode: devdax or famfs", 0 },
	{ "size", 's', "SIZE", 0, "The new size: 2G, 1.5GiB, 0x200000 or 50% of what it has and what is free", 0 },
	{ "align", 'a', "SIZE", 0, "The new alignment: 4K, 2M or 1G", 0 },
	{ 0 },
};
/* clang-format on */

const struct argp reconfigure_argp = {
	.options = options,
	.parser = change_parse,
	.args_doc = "DEVICE...",
	.doc = "Change mode, size or alignment of devices in one go. An enabled device is disabled for it, "
	       "and enabled again.",
	.children = change_children,
};

int cmd_reconfigure(const struct command *command, int argc, char **argv, struct dax_error *err)
{
	return change_run(command, DAX_VERB_RECONFIGURE, argc, argv, err);
}
