/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The table of verbs. */
#pragma once

#include "base/error.h"
#include "plan/request.h"

#include <argp.h>

struct command {
	const char *name;
	const char *alias; /* NULL if it has none */
	const char *summary;
	const struct argp *argp; /* options and arguments, for parsing, help and completion */

	/* 0, or -errno with ERR filled. ARGV[0] is the verb as typed. */
	int (*run)(const struct command *command, int argc, char **argv, struct dax_error *err);
	enum dax_verb verb; /* for change_run */
};

extern const struct command commands[];
extern const size_t n_commands;

/* By name or alias; otherwise a usage error. */
int command_find(const char *name, const struct command **command, struct dax_error *err) DAX_MUST_CHECK;

/* The verbs, one file each. Those that change devices differ in their options alone, and are run by change_run. */
extern const struct argp align_argp;
extern const struct argp apply_argp;
extern const struct argp check_argp;
extern const struct argp create_device_argp;
extern const struct argp destroy_device_argp;
extern const struct argp disable_device_argp;
extern const struct argp enable_device_argp;
extern const struct argp export_argp;
extern const struct argp help_argp;
extern const struct argp list_argp;
extern const struct argp offline_memory_argp;
extern const struct argp online_memory_argp;
extern const struct argp reconfigure_argp;
extern const struct argp recover_argp;
extern const struct argp version_argp;
int cmd_check(const struct command *command, int argc, char **argv, struct dax_error *err);
int cmd_apply(const struct command *command, int argc, char **argv, struct dax_error *err);
int cmd_export(const struct command *command, int argc, char **argv, struct dax_error *err);
int cmd_help(const struct command *command, int argc, char **argv, struct dax_error *err);
int cmd_list(const struct command *command, int argc, char **argv, struct dax_error *err);
int cmd_recover(const struct command *command, int argc, char **argv, struct dax_error *err);
int cmd_version(const struct command *command, int argc, char **argv, struct dax_error *err);
