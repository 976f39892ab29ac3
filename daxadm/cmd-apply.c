/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "boot.h"
#include "change-options.h"
#include "change.h"
#include "layout-folder.h"

/* clang-format off */
static const struct argp_option options[] = {
	{ "wait-for", OPTION_WAIT_FOR, "SECONDS", 0, "Wait this long for regions that are not there yet (default 0)", 0 },
	{ "boot", OPTION_BOOT, NULL, 0, "Apply each region by itself, and not a layout that crashed an earlier boot", 0 },
	{ 0 },
};
/* clang-format on */

static int add_path(struct change *change, char *path)
{
	char **paths = reallocarray(change->paths, change->n_paths + 1, sizeof(*paths));

	if (!paths)
		return dax_no_memory(change->err);
	change->paths = paths;
	paths[change->n_paths++] = path;
	return 0;
}

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct change *change = state->input;

	switch (key) {
	case ARGP_KEY_ARG:
		return -add_path(change, arg);
	case ARGP_KEY_END:
		change->has_layout = true;
		return -layout_read_all(change->paths, change->n_paths, &change->layout, change->err);
	case OPTION_WAIT_FOR:
		return -change_parse_seconds(change, arg, &change->wait_for);
	case OPTION_BOOT:
		change->boot = true;
		return 0;
	default:
		return change_parse(key, arg, state);
	}
}

const struct argp apply_argp = {
	.options = options,
	.parser = parse,
	.args_doc = "[FILE|FOLDER]...",
	.doc = "Create, change and destroy devices so that regions match a layout. FILE - is standard input. In a FOLDER, "
	       "the files *.json are read; without a FILE or FOLDER, those in the folders of the system.",
	.children = change_children,
};

int cmd_apply(const struct command *command, int argc, char **argv, struct dax_error *err)
{
	return options_mention(argc, argv, "--boot") ? boot_run(command, argc, argv, err) :
						       change_run(command, argc, argv, err);
}
