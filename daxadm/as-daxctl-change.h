/* SPDX-License-Identifier: GPL-2.0-or-later */
/* daxctl's commands that change something: they become one request, and are planned and guarded as such. */
#pragma once

#include "as-daxctl-options.h"
#include "plan/request.h"

/* How a command is named in daxctl's messages. */
struct daxctl_words {
	const char *verb;   /* "destroy-device" */
	const char *action; /* specify a device to "destroy" */
	const char *done;   /* "destroyed": N devices */
	const char *failed; /* error "destroying devices" */
};

/* Returns the exit status. */
int as_daxctl_change(enum dax_verb verb, const struct daxctl_words *words, const struct daxctl_options *options);
