/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "change-options.h"
#include "named.h"

static const char needs[] = "a device and an alignment are required";

/* The last argument is the alignment: each argument is kept until the next one shows that it is a device. */
static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct change *change = state->input;
	int r = 0;

	switch (key) {
	case ARGP_KEY_ARG:
		if (change->last_argument)
			r = named_add(&change->wish, change->last_argument, change->err);
		change->last_argument = arg;
		return -r;
	case ARGP_KEY_END:
		if (change->last_argument && (change->wish.n_devices || change->wish.all_devices))
			return -dax_request_set_align(&change->wish, change->last_argument, change->err);
		r = dax_usage(change->err, needs);
		dax_error_hint(change->err, "use DEVICE... SIZE, as in: daxadm align dax0.1 2M");
		return -r;
	default:
		return change_parse(key, arg, state);
	}
}

const struct argp align_argp = {
	.parser = parse,
	.args_doc = "DEVICE... SIZE",
	.doc = "Change the alignment of devices to SIZE: 4K, 2M or 1G. Same as reconfigure --align=SIZE.",
	.children = change_children,
};
