/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The options of the changing verbs. */
#pragma once

#include "change.h"

/* The defaults of all changing verbs. */
void change_init(struct change *change, struct dax_error *err);
void change_release(struct change *change);

/* Fills CHANGE from the command line and from its input file, and refuses what is not valid. */
int change_read_options(const struct command *command, int argc, char **argv, struct change *change,
			bool *answered, struct dax_error *err) DAX_MUST_CHECK;

/* A number of seconds; otherwise a usage error. */
int change_parse_seconds(struct change *change, const char *text, unsigned *seconds) DAX_MUST_CHECK;

/* Knows the options of all changing verbs; the table of each verb selects some of them. */
error_t change_parse(int key, char *arg, struct argp_state *state);
extern const struct argp_child change_children[];
