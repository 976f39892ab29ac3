/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One line on a terminal for changes that take longer than a second: blocks done, rate, time left. */
#pragma once

#include "base/base.h"

#include <time.h>

struct progress {
	struct timespec start, shown;
	const char *device; /* belongs to the caller of progress_show */
	bool line;          /* a line is printed and must be erased */
};

#define PROGRESS_INIT { 0 }

/* Whether standard error is a terminal. */
bool progress_is_wanted(void);

/* For dax_apply_options; DATA is a struct progress. */
void progress_show(void *data, const char *device, size_t done, size_t total);

void progress_end(struct progress *progress);
