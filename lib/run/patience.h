/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A time limit for writes that the kernel may never end. */
#pragma once

#include "plan/plan.h"

#include <signal.h>
#include <sys/time.h>
#include <time.h>

/*
 * The time limit for the current block. The kernel retries forever to move a pinned page; only a signal with
 * a handler ends this. One timer is used for all blocks. It is set again for blocks that are retried, also
 * for those that it interrupted too early.
 */
struct dax_patience {
	unsigned seconds; /* for each block */
	bool brief;       /* the current block is in zone Normal, where busy memory usually stays busy */
	bool tight;       /* the write is interrupted every second to check whether the memory still fits
			   * elsewhere */
	const struct dax_step *step; /* the step of the block, with DONE blocks offline; NULL for other
				      * writes */
	size_t done;
	struct timespec deadline;
	struct sigaction old_action;
	struct itimerval old_timer;
	sigset_t old_mask;
};

/* The caller has set all fields that are not about time. */
void dax_patience_begin(struct dax_patience *patience, unsigned seconds);
void dax_patience_end(struct dax_patience *patience);

/* For the next block. */
void dax_patience_restart(struct dax_patience *patience);

/* Whether the time for this block is over; if not, sets the timer to the rest. */
bool dax_patience_is_over(const struct dax_patience *patience);

/* As above for a busy block in zone Normal. */
bool dax_patience_is_brief_over(const struct dax_patience *patience);

/* Interrupts the write every second from now on. */
void dax_patience_tick(void);
