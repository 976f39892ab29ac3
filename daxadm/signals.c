/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "signals.h"

#include "door/sysfs.h"

/* A signal's handler can reach nothing else. */
static volatile sig_atomic_t interrupted;

static void note(int signal)
{
	interrupted = signal;
	dax_sysfs_interrupt();
}

void signals_catch(void)
{
	static const int signals[] = { SIGINT, SIGTERM, SIGHUP };
	/* Without SA_RESTART: a write that waits for ever in the kernel returns EINTR. */
	struct sigaction action = { .sa_handler = note };

	for (size_t i = 0; i < ARRAY_SIZE(signals); i++) {
		struct sigaction old;

		/* Who started us with a signal ignored (nohup) wants it ignored. */
		if (sigaction(signals[i], NULL, &old) == 0 && old.sa_handler != SIG_IGN)
			sigaction(signals[i], &action, NULL);
	}
}

const volatile sig_atomic_t *signals_interrupted(void)
{
	return &interrupted;
}
