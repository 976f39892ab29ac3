/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * calls COMMAND...: runs a command in the lab and writes to descriptor 3 how many system calls it
 * made. The kernel counts them (a histogram of the tracepoint sys_enter): under strace a command that
 * makes thousands takes half a minute there.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define EVENT "/sys/kernel/debug/tracing/events/raw_syscalls/sys_enter/"

static void die(const char *what)
{
	fprintf(stderr, "calls: %s: %s\n", what, strerror(errno));
	exit(125);
}

static void set_trigger(const char *prefix, int pid)
{
	char text[128];
	int fd = open(EVENT "trigger", O_WRONLY | O_CLOEXEC);
	int n = snprintf(text, sizeof(text), "%shist:keys=common_pid if common_pid==%d\n", prefix, pid);

	if (fd < 0 || write(fd, text, (size_t)n) < 0)
		die(EVENT "trigger");
	close(fd);
}

/* Its last lines are the totals; "Hits: N" is among them. */
static long hits(void)
{
	char line[256];
	long n = -1;
	FILE *file = fopen(EVENT "hist", "re");

	if (!file)
		die(EVENT "hist");
	while (fgets(line, sizeof(line), file))
		(void)!sscanf(line, " Hits: %ld", &n);
	fclose(file);
	return n;
}

int main(int argc, char **argv)
{
	int go[2], status = 0;

	if (argc < 2 || pipe2(go, O_CLOEXEC))
		die("usage: calls COMMAND...");
	pid_t child = fork();
	if (child < 0)
		die("fork");
	if (!child) {
		char byte;

		close(go[1]);
		if (read(go[0], &byte, 1) < 0)
			die("read");
		close(3);
		execvp(argv[1], argv + 1);
		die(argv[1]);
	}
	set_trigger("", child);
	close(go[0]);
	close(go[1]); /* the child's read ends, and it goes on */
	if (waitpid(child, &status, 0) < 0)
		die("waitpid");
	dprintf(3, "%ld\n", hits());
	set_trigger("!", child);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}
