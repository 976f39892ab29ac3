/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Options: those that verbs share, and the only way to parse them. Each verb has one const argp table;
 * parsing, --help and --list-options use it. Long options cannot be abbreviated: a prefix that means one
 * option today could mean another after an update.
 */
#pragma once

#include "base/error.h"

#include <argp.h>

/* Keys of options that have no short form. */
enum option_key {
	OPTION_LIST_OPTIONS = 0x100,
	OPTION_SYSROOT,
	OPTION_DRY_RUN,
	OPTION_REPORT,
	OPTION_FORCE,
	OPTION_COUNT,
	OPTION_RANGE,
	OPTION_INPUT,
	OPTION_NO_MOVABLE,
	OPTION_MOVABLE,
	OPTION_ONLINE,
	OPTION_MEMMAP,
	OPTION_TIMEOUT,
	OPTION_NO_PROGRESS,
	OPTION_WAIT,
	OPTION_FORWARD,
	OPTION_BACK,
	OPTION_FORGET,
	OPTION_HOLDERS,
	OPTION_TABLE,
	OPTION_LIST,
	OPTION_WRITE,
	OPTION_DISRUPTIVE,
	OPTION_MAP,
	OPTION_NAME,
	OPTION_UUID,
	OPTION_SPEED,
	OPTION_EXACT,
	OPTION_BOOT,
	OPTION_WAIT_FOR,
	OPTION_N_KEYS, /* one more than the largest */
};

/* A flag of ours, which argp ignores: the option can be given more than once. */
#define OPTION_REPEATS 0x1000

/* Options of every verb that reads devices; the values belong to argv. */
struct common_options {
	const char *region;
	const char *sysroot;
	bool human;
	bool verbose;
};

/* --help and --list-options, for a verb without other options. */
extern const struct argp_child base_children[];

/* The above and struct common_options, which is the child's input. */
extern const struct argp_child common_children[];

/*
 * Parses the arguments of a verb. If they ask for help or for the list of options, prints it and sets
 * *ANSWERED: nothing else needs to be done. INPUT is passed to the argp's parser.
 */
int options_parse(const struct argp *argp, const char *verb, int argc, char **argv, void *input,
		  bool *answered, struct dax_error *err) DAX_MUST_CHECK;

/* The help text of a verb, to stdout. */
void options_help(const struct argp *argp, const char *verb);

/* Whether OPTION is among the arguments, even if they cannot be parsed. */
bool options_mention(int argc, char **argv, const char *option);
