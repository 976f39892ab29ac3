/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "commands.h"
#include "options.h"

#include <stdio.h>

static error_t parse(int key, char *arg, struct argp_state *state)
{
	const char **verb = state->input;

	if (key != ARGP_KEY_ARG || *verb)
		return ARGP_ERR_UNKNOWN;
	*verb = arg;
	return 0;
}

const struct argp help_argp = {
	.parser = parse,
	.args_doc = "[VERB]",
	.doc = "Explain a verb, or list all verbs.",
	.children = base_children,
};

static void print_overview(void)
{
	puts("Usage: daxadm VERB [OPTION...] [ARGUMENT...]\n"
	     "       daxadm --help | --version | --list-commands\n"
	     "Administration of DAX memory: devices of CXL, high-bandwidth and persistent memory.\n");
	for (size_t i = 0; i < n_commands; i++)
		printf("  %-16s %s\n", commands[i].name, commands[i].summary);
	puts("\ndaxadm VERB --help explains a verb.");
}

int cmd_help(const struct command *command, int argc, char **argv, struct dax_error *err)
{
	const struct command *about = NULL;
	const char *verb = NULL;
	bool answered = false;
	int r = options_parse(command->argp, command->name, argc, argv, &verb, &answered, err);

	if (r || answered)
		return r;
	if (!verb) {
		print_overview();
		return 0;
	}
	r = command_find(verb, &about, err);
	if (!r)
		options_help(about->argp, about->name);
	return r;
}
