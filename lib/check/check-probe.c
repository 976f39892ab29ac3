/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Runs in a child process what may crash or hang. A SIGBUS there is a result, and nothing of the test is left
 * in our process: no handler, no mapping, no pinned page.
 */
#include "check/checker.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>

/* Emulated machines are slow, and pinning a device of many GiB takes long. */
#define PATIENCE_MS 120000

/*
 * How long the kernel may take to end a process that was killed: a process that does not end is left behind.
 */
#define MERCY_MS 2000

/* Signals that an access can cause. */
static const int crashes[] = { SIGBUS, SIGSEGV };

/* The exit status of a shell for a signal. */
#define CRASHED 128

static void leave(int signal)
{
	_exit(CRASHED + signal);
}

void dax_crash_quietly(void)
{
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	for (size_t i = 0; i < ARRAY_SIZE(crashes); i++)
		signal(crashes[i], leave);
}

int dax_crash_signal(int status)
{
	if (WIFSIGNALED(status))
		return WTERMSIG(status);
	return WIFEXITED(status) && WEXITSTATUS(status) > CRASHED ? WEXITSTATUS(status) - CRASHED : 0;
}

/* Until the child, and all processes that inherited its end of the pipe, have ended. */
static bool wait_for_end(int listen, int milliseconds)
{
	struct pollfd end = { .fd = listen, .events = POLLIN };
	int r = 0;

	do
		r = poll(&end, 1, milliseconds);
	while (r < 0 && errno == EINTR);
	return r != 0;
}

static void reap(pid_t child, int listen, struct dax_end *end)
{
	int status = 0;

	end->silent = !wait_for_end(listen, PATIENCE_MS);
	if (end->silent) {
		kill(child, SIGKILL);
		if (!wait_for_end(listen, MERCY_MS))
			return;
	}
	while (waitpid(child, &status, 0) < 0 && errno == EINTR)
		;
	end->signal = dax_crash_signal(status);
}

struct dax_end dax_probe(void (*try)(const struct dax_subject *subject, void *answer),
			 const struct dax_subject *subject, void *answer, size_t size)
{
	struct dax_end end = { 0 };
	int ends[2];
	void *shared = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	if (shared == MAP_FAILED)
		return (struct dax_end){ .error = errno };
	memcpy(shared, answer, size);
	if (pipe2(ends, O_CLOEXEC)) {
		end.error = errno;
		munmap(shared, size);
		return end;
	}
	pid_t child = fork();
	if (child == 0) {
		close(ends[0]);
		dax_crash_quietly();
		try(subject, shared);
		_exit(0);
	}
	if (child < 0)
		end.error = errno;
	close(ends[1]);
	if (child > 0)
		reap(child, ends[0], &end);
	close(ends[0]);
	memcpy(answer, shared, size);
	munmap(shared, size);
	return end;
}
