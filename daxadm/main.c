/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The program: finds the verb and runs it. Each verb is implemented in its own file, cmd-VERB.c. */
#include "as-daxctl.h"
#include "commands.h"
#include "report.h"
#include "signals.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>

/*
 * If the program is started with a standard stream closed, the next file that it opens must not receive JSON
 * or messages. So the stream is opened in the wrong direction, and using it fails.
 */
static void occupy_standard_streams(void)
{
	static const int flags[] = { O_WRONLY, O_RDONLY, O_RDONLY };

	for (int fd = 0; fd <= STDERR_FILENO; fd++) {
		if (fcntl(fd, F_GETFD) < 0 && open("/dev/null", flags[fd]) != fd)
			_exit(EXIT_FAILED);
	}
}

static void list_commands(void)
{
	for (size_t i = 0; i < n_commands; i++)
		puts(commands[i].name);
}

/* The verb that the first word names; *COMMAND stays NULL when the word is answered here. */
static int find_command(int argc, char **argv, const struct command **command, struct dax_error *err)
{
	const char *word = argc > 1 ? argv[1] : NULL;

	if (!word) {
		int r = dax_usage(err, "no verb is given");

		dax_error_hint(err, "run 'daxadm --help' to see all verbs");
		return r;
	}
	if (strcmp(word, "--list-commands") == 0 || strcmp(word, "--list-cmds") == 0) {
		list_commands();
		return 0;
	}
	if (strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0)
		word = "help";
	if (strcmp(word, "--version") == 0 || strcmp(word, "-v") == 0)
		word = "version";
	if (word[0] == '-')
		return dax_usage(err, "unknown option '%s'", word);
	return command_find(word, command, err);
}

/* STATUS is that of the work; output that could not be written is an error, too. */
static int finish_daxctl(int status)
{
	_cleanup_error_ struct dax_error err = DAX_ERROR_INIT;
	int r = report_close(&err);

	if (r)
		report_error(NULL, &err);
	return status || !r ? status : EXIT_FAILED;
}

int main(int argc, char **argv)
{
	_cleanup_error_ struct dax_error err = DAX_ERROR_INIT;
	const struct command *command = NULL;

	occupy_standard_streams();
	signals_ignore_writes();

	if (as_daxctl_is_wanted(argv[0]))
		return finish_daxctl(as_daxctl(argc, argv));

	int r = find_command(argc, argv, &command, &err);

	if (!r && command)
		r = command->run(command, argc - 1, argv + 1, &err);
	if (!r)
		r = report_close(&err);
	if (r)
		report_error(command ? command->name : NULL, &err);
	return report_exit_status(&err);
}
