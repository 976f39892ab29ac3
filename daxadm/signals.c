/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "signals.h"

#include "door/sysfs.h"

#include <sys/syscall.h>

/* glibc reserves these two, and refuses to change their action. */
#define FIRST_OF_LIBRARY 32
#define LAST_OF_LIBRARY 33

/* A signal handler can use only such variables. */
static volatile sig_atomic_t interrupted;

static void note(int number)
{
	interrupted = number;
	dax_sysfs_interrupt();
}

/* The kernel sends these for a bug of the program, which cannot continue; so does abort(). */
static void note_unless_fault(int number, siginfo_t *info, void *context)
{
	(void)context;
	if (info->si_code > 0 || info->si_pid == getpid()) {
		signal(number, SIG_DFL);
		raise(number);
		return;
	}
	note(number);
}

/* A signal that is ignored at the start (nohup) stays ignored; and a sanitizer has handlers of its own. */
static void set(int number, const struct sigaction *action)
{
	struct sigaction old;

	if (sigaction(number, action, &old) == 0 && old.sa_handler != SIG_DFL)
		sigaction(number, &old, NULL);
}

static bool is_harmless(int number)
{
	return number == SIGCHLD || number == SIGCONT || number == SIGURG || number == SIGWINCH;
}

static bool is_stop(int number)
{
	return number == SIGTSTP || number == SIGTTIN || number == SIGTTOU;
}

static bool is_of_fault(int number)
{
	return number == SIGSEGV || number == SIGBUS || number == SIGFPE || number == SIGILL || number == SIGTRAP ||
	       number == SIGSYS || number == SIGABRT;
}

/*
 * These would also end the program. They are set without the library: a zeroed action with a handler is valid
 * for the kernel too.
 */
static void ignore_of_library(void)
{
	const unsigned long action[8] = { (unsigned long)SIG_IGN };

	for (int number = FIRST_OF_LIBRARY; number <= LAST_OF_LIBRARY; number++)
		syscall(SYS_rt_sigaction, number, action, NULL, SIGRTMAX / 8);
}

void signals_ignore_writes(void)
{
	/* A reader that goes away, and a limit on the size of files. */
	signal(SIGPIPE, SIG_IGN);
	signal(SIGXFSZ, SIG_IGN);
}

void signals_catch(void)
{
	/* Without SA_RESTART: a write that waits forever in the kernel returns EINTR. */
	const struct sigaction caught = { .sa_handler = note }, ignored = { .sa_handler = SIG_IGN };
	const struct sigaction unless_fault = { .sa_sigaction = note_unless_fault, .sa_flags = SA_SIGINFO };

	for (int number = 1; number <= SIGRTMAX; number++) {
		if (!is_harmless(number))
			set(number, is_stop(number) ? &ignored : is_of_fault(number) ? &unless_fault : &caught);
	}
	ignore_of_library();
}

const volatile sig_atomic_t *signals_interrupted(void)
{
	return &interrupted;
}
