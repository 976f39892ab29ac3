/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "change-options.h"
#include "change.h"
#include "layout-folder.h"

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct change *change = state->input;

	switch (key) {
	case ARGP_KEY_ARG:
		return ARGP_ERR_UNKNOWN; /* all at once, below */
	case ARGP_KEY_ARGS:
	case ARGP_KEY_NO_ARGS:
		change->has_layout = true;
		return -layout_read_all(state->argv + state->next, (size_t)(state->argc - state->next), &change->layout,
					change->err);
	default:
		return change_parse(key, arg, state);
	}
}

const struct argp apply_argp = {
	.parser = parse,
	.args_doc = "[FILE|FOLDER]...",
	.doc = "Create, change and destroy devices so that regions match a layout. FILE - is standard input. In a FOLDER, "
	       "the files *.json are read; without a FILE or FOLDER, those in the folders of the system.",
	.children = change_children,
};
