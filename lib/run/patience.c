/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "run/patience.h"
#include "door/sysfs.h"

/*
 * A busy block in zone Normal usually contains kernel memory that cannot move. It returns EBUSY immediately
 * (start_isolate_page_range), and long retries are useless.
 */
#define KERNEL_BLOCK_SECONDS 3

static void on_alarm(int signal)
{
	(void)signal;
	dax_sysfs_interrupt();
}

/* Fires after SECONDS, then every second: a signal between two writes would interrupt none. */
static void set_timer(time_t seconds, struct itimerval *old)
{
	struct itimerval timer = { .it_interval.tv_sec = 1, .it_value.tv_sec = seconds > 0 ? seconds : 1 };

	setitimer(ITIMER_REAL, &timer, old);
}

void dax_patience_begin(struct dax_patience *patience, unsigned seconds)
{
	struct sigaction action = { .sa_handler = on_alarm };
	sigset_t alarm;

	sigemptyset(&alarm);
	sigaddset(&alarm, SIGALRM);
	patience->seconds = seconds;
	sigaction(SIGALRM, &action, &patience->old_action);
	sigprocmask(SIG_UNBLOCK, &alarm, &patience->old_mask);
	set_timer((time_t)seconds, &patience->old_timer);
}

void dax_patience_end(struct dax_patience *patience)
{
	setitimer(ITIMER_REAL, &patience->old_timer, NULL);
	sigprocmask(SIG_SETMASK, &patience->old_mask, NULL);
	sigaction(SIGALRM, &patience->old_action, NULL);
}

void dax_patience_restart(struct dax_patience *patience)
{
	clock_gettime(CLOCK_MONOTONIC, &patience->deadline);
	patience->deadline.tv_sec += (time_t)patience->seconds;
}

bool dax_patience_is_over(const struct dax_patience *patience)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	if (now.tv_sec > patience->deadline.tv_sec ||
	    (now.tv_sec == patience->deadline.tv_sec && now.tv_nsec >= patience->deadline.tv_nsec))
		return true;
	set_timer(patience->tight ? 1 : patience->deadline.tv_sec - now.tv_sec, NULL);
	return false;
}

bool dax_patience_is_brief_over(const struct dax_patience *patience)
{
	struct timespec now;

	if (!patience->brief || patience->seconds <= KERNEL_BLOCK_SECONDS)
		return false;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec >= patience->deadline.tv_sec - (time_t)(patience->seconds - KERNEL_BLOCK_SECONDS);
}

void dax_patience_tick(void)
{
	set_timer(1, NULL);
}
