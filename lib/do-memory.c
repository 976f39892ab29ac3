/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Memory blocks online and offline (drivers/base/memory.c, mm/memory_hotplug.c).
 *
 * The order of the writes decides what they cost. Each time a block goes online the kernel asks
 * whether its zone is contiguous now, and walks the zone from its start until it meets a hole
 * (set_zone_contiguous); each time one goes offline it looks for the new ends of the zone's span
 * (shrink_zone_span). In ascending order the zone is always whole, each walk is as long as the zone,
 * and the sum grows with the square. A hole right behind the first block ends every walk there:
 * online the first block goes first, the others follow from the last one down; offline the first
 * stays until all others have gone, from the second up.
 */
#include "doer.h"
#include "scan.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/time.h>
#include <time.h>

static const char memory_dir[] = "devices/system/memory";

/* A busy block is tried again after a while, and then after a longer one. */
#define FIRST_WAIT_MS 10
#define LAST_WAIT_MS 1000

/* The kernel tries for ever to move a page that is pinned; only a signal with a handler ends that. */
struct alarm {
	struct sigaction old_action;
	struct itimerval old_timer;
	struct timespec deadline;
};

static void ignore_alarm(int signal)
{
	(void)signal; /* that it came is enough: write(2) returns EINTR */
}

/* From SECONDS on, every second again: one that comes between two writes is lost. */
static void alarm_start(struct alarm *alarm, unsigned seconds)
{
	struct sigaction action = { .sa_handler = ignore_alarm };
	struct itimerval timer = { .it_interval.tv_sec = 1, .it_value.tv_sec = seconds ? (time_t)seconds : 1 };

	clock_gettime(CLOCK_MONOTONIC, &alarm->deadline);
	alarm->deadline.tv_sec += (time_t)seconds;
	sigaction(SIGALRM, &action, &alarm->old_action);
	setitimer(ITIMER_REAL, &timer, &alarm->old_timer);
}

static void alarm_stop(struct alarm *alarm)
{
	setitimer(ITIMER_REAL, &alarm->old_timer, NULL);
	sigaction(SIGALRM, &alarm->old_action, NULL);
}

static bool is_past(const struct timespec *deadline)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec > deadline->tv_sec ||
	       (now.tv_sec == deadline->tv_sec && now.tv_nsec >= deadline->tv_nsec);
}

static int write_block(struct dax_doer *doer, uint64_t number, enum dax_block_state to)
{
	char attr[64];
	const char *word = to == DAX_BLOCK_OFFLINE ? "offline" :
			   to == DAX_BLOCK_MOVABLE ? "online_movable" :
						     "online_kernel";

	snprintf(attr, sizeof(attr), "memory%llu/state", (unsigned long long)number);
	return dax_sysfs_write(doer->sysfs, memory_dir, attr, word);
}

/* The kernel says EINVAL to a block that is online, or offline, already: where is it now? */
static int settle(struct dax_doer *doer, const struct dax_block_change *change)
{
	struct dax_block now = { .number = change->number };
	int r = dax_scan_block(doer->sysfs, &now, NULL);

	if (r)
		return r;
	if (now.state == change->to)
		return 0; /* somebody was faster */
	if (change->to == DAX_BLOCK_OFFLINE || now.state == DAX_BLOCK_OFFLINE)
		return -EINVAL;
	/* Somebody brought it online in another zone. */
	r = write_block(doer, change->number, DAX_BLOCK_OFFLINE);
	return r ? r : write_block(doer, change->number, change->to);
}

static bool is_passing(int r)
{
	return r == -EBUSY || r == -EAGAIN || r == -EINTR;
}

/* One block, tried again while it is busy and there is time. */
static int change_block(struct dax_doer *doer, const struct dax_block_change *change, const struct alarm *alarm)
{
	struct timespec wait = { 0, FIRST_WAIT_MS * 1000000L };
	int r = 0;

	for (;;) {
		r = write_block(doer, change->number, change->to);
		if (r == -EINVAL)
			r = settle(doer, change);
		if (!is_passing(r))
			return r;
		if (dax_doer_interrupted(doer))
			return -EINTR;
		if (is_past(&alarm->deadline))
			return r == -EINTR ? -ETIMEDOUT : r;
		if (r != -EINTR)
			nanosleep(&wait, NULL);
		if (wait.tv_nsec < LAST_WAIT_MS * 500000L)
			wait.tv_nsec *= 2;
	}
}

/* Which of N blocks comes as the I-th; see the top of this file. */
static size_t order(size_t i, size_t n, bool online)
{
	if (online)
		return i ? n - i : 0;
	return i + 1 < n ? i + 1 : 0;
}

static int fail_block(struct dax_doer *doer, const struct dax_step *step, const struct dax_block_change *change,
		      size_t done, int r, struct dax_error *err)
{
	const char *name = dax_doer_name(doer, step);
	bool online = change->to != DAX_BLOCK_OFFLINE;
	uint64_t address = change->number * doer->before->block_size;

	dax_fail(err, -r, "%s: cannot %s memory block %llu (at 0x%llx) %s: %s; %zu of %zu were done", name,
		 online ? "bring" : "take", (unsigned long long)change->number, (unsigned long long)address, online ? "online" : "offline",
		 r == -EINTR ? "interrupted" : strerror(-r), done, step->n_blocks);
	if (r == -EBUSY || r == -ETIMEDOUT)
		dax_error_hint(err, "something on it cannot be moved; end what uses the memory, or give it longer "
				    "with --timeout");
	return r;
}

static int change_blocks(struct dax_doer *doer, const struct dax_step *step, bool online, struct dax_error *err)
{
	struct alarm alarm;
	size_t done = 0;
	int r = 0;

	alarm_start(&alarm, doer->options->timeout);
	for (; !r && done < step->n_blocks; done++) {
		const struct dax_block_change *change = &step->blocks[order(done, step->n_blocks, online)];
		struct dax_block now = { .number = change->number };

		if (dax_doer_interrupted(doer))
			r = -EINTR;
		/* What is taken back may not have been done: a look costs less than a wrong write. */
		else if (doer->undoing && dax_scan_block(doer->sysfs, &now, NULL) == 0 && now.state == change->to)
			continue;
		else
			r = change_block(doer, change, &alarm);
		if (r)
			fail_block(doer, step, change, done, r, err);
		else if (doer->options->progress)
			doer->options->progress(doer->options->data, dax_doer_name(doer, step), done + 1,
						step->n_blocks);
	}
	alarm_stop(&alarm);
	return r;
}

int dax_do_online(struct dax_doer *doer, const struct dax_step *step, struct dax_error *err)
{
	return change_blocks(doer, step, true, err);
}

int dax_do_offline(struct dax_doer *doer, const struct dax_step *step, struct dax_error *err)
{
	return change_blocks(doer, step, false, err);
}

bool dax_unchanged_policy(struct dax_doer *doer, const struct dax_step *step)
{
	enum dax_policy policy = DAX_POLICY_UNKNOWN;

	return dax_scan_policy(doer->sysfs, &policy, NULL) == 0 && policy == (enum dax_policy)step->from;
}

int dax_do_set_policy(struct dax_doer *doer, const struct dax_step *step, struct dax_error *err)
{
	const char *word = dax_policy_word((enum dax_policy)step->to);
	int r = dax_sysfs_write(doer->sysfs, memory_dir, "auto_online_blocks", word);

	return r ? dax_fail(err, -r, "cannot write %s to auto_online_blocks: %s", word, strerror(-r)) : 0;
}
