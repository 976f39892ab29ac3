/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "commands.h"
#include "options.h"

#include <stdio.h>

const struct argp version_argp = {
	.doc = "Print the version of daxadm.",
	.children = base_children,
};

int cmd_version(const struct command *command, int argc, char **argv, struct dax_error *err)
{
	bool answered = false;
	int r = options_parse(command->argp, command->name, argc, argv, NULL, &answered, err);

	if (!r && !answered)
		printf("daxadm %s\n", PACKAGE_VERSION);
	return r;
}
