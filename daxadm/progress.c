/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "progress.h"

#include <stdio.h>

/* Seconds: when the line appears first, and how often it is updated. */
#define FIRST_AFTER 1.0
#define EVERY       0.2

bool progress_is_wanted(void)
{
	return isatty(STDERR_FILENO);
}

static double seconds_between(const struct timespec *from, const struct timespec *to)
{
	return (double)(to->tv_sec - from->tv_sec) + (double)(to->tv_nsec - from->tv_nsec) / 1e9;
}

void progress_show(void *data, const char *device, size_t done, size_t total)
{
	struct progress *progress = data;
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	if (progress->device != device || done <= 1) {
		progress->device = device;
		progress->start = progress->shown = now;
		return;
	}
	double elapsed = seconds_between(&progress->start, &now);
	if (elapsed < FIRST_AFTER || seconds_between(&progress->shown, &now) < EVERY)
		return;
	progress->shown = now;
	progress->line = true;
	double rate = (double)(done - 1) / elapsed;
	fprintf(stderr, "\r\033[K%s: %zu of %zu memory blocks, %.0f/s, %.0f s left", device, done, total,
		rate, (double)(total - done) / rate);
	fflush(stderr);
}

void progress_end(struct progress *progress)
{
	if (progress->line)
		fputs("\r\033[K", stderr);
	progress->line = false;
}
