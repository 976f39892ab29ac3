/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "change-options.h"
#include "change.h"
#include "layout-read.h"

#include <errno.h>

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct change *change = state->input;

	switch (key) {
	case ARGP_KEY_ARG:
		change->has_layout = true;
		return -layout_read(arg, &change->layout, change->err);
	case ARGP_KEY_NO_ARGS:
		dax_usage(change->err, "a layout is required");
		dax_error_hint(change->err, "use FILE, or - for standard input; 'daxadm export' prints a layout");
		return EINVAL;
	default:
		return change_parse(key, arg, state);
	}
}

const struct argp apply_argp = {
	.parser = parse,
	.args_doc = "FILE...",
	.doc = "Create, change and destroy devices so that regions match a layout. FILE - is standard input.",
	.children = change_children,
};
