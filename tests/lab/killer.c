/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Runs a command in the lab and kills it at some moment, whatever it does then:
 *
 *   killer [-s SIGNAL] MICROSECONDS COMMAND [ARG]...   that long after the program began
 *   killer -m FILE COMMAND [ARG]...                    not at all: writes to FILE how long it took
 *
 * Exits as the command does, with 128 + SIGNAL when a signal ended it.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static void die(const char *what)
{
	fprintf(stderr, "killer: %s: %s\n", what, strerror(errno));
	exit(125);
}

/* Returns when the program has begun: the pipe closes with execve(2). */
static pid_t start(char **argv)
{
	int begun[2];
	char byte = 0;

	if (pipe2(begun, O_CLOEXEC))
		die("pipe");
	pid_t pid = fork();
	if (pid < 0)
		die("fork");
	if (pid == 0) {
		execvp(argv[0], argv);
		die(argv[0]);
	}
	close(begun[1]);
	if (read(begun[0], &byte, 1) < 0)
		die("read");
	close(begun[0]);
	return pid;
}

static long long now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return time.tv_sec * 1000000LL + time.tv_nsec / 1000;
}

int main(int argc, char **argv)
{
	const char *measure = NULL;
	int option = 0, number = SIGKILL, status = 0;
	long microseconds = 0;

	while ((option = getopt(argc, argv, "+m:s:")) != -1) {
		if (option == 'm')
			measure = optarg;
		else if (option == 's' && strcmp(optarg, "INT") == 0)
			number = SIGINT;
		else if (option != 's' || strcmp(optarg, "KILL") != 0)
			return 125;
	}
	if (!measure && optind < argc)
		microseconds = strtol(argv[optind++], NULL, 10);
	if (optind >= argc) {
		fputs("usage: killer [-s INT] MICROSECONDS COMMAND... | killer -m FILE COMMAND...\n", stderr);
		return 125;
	}
	pid_t pid = start(argv + optind);
	long long began = now();
	if (!measure) {
		const struct timespec wait = { microseconds / 1000000, microseconds % 1000000 * 1000 };

		nanosleep(&wait, NULL);
		kill(pid, number);
	}
	if (waitpid(pid, &status, 0) < 0)
		die("wait");
	if (measure) {
		FILE *file = fopen(measure, "we");

		if (!file)
			die(measure);
		fprintf(file, "%lld\n", now() - began);
		fclose(file);
	}
	return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}
