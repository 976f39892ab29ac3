/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* How long a write may take that the kernel may never end by itself. */
#pragma once

#include "plan/plan.h"

#include <signal.h>
#include <sys/time.h>
#include <time.h>

/*
 * How long the block under way may take. The kernel tries for ever to move a page that is pinned;
 * only a signal that has a handler ends that. One timer serves all blocks: it is set again for those
 * that have to be tried again, which includes one that it hits too early.
 */
struct dax_patience {
	unsigned seconds; /* for each block */
	bool brief;       /* the block under way is in zone Normal, where what is busy stays so */
	bool tight;       /* the write is interrupted every second, to see whether its memory still fits elsewhere */
	const struct dax_step *step; /* what the block belongs to, with DONE blocks offline; NULL for other writes */
	size_t done;
	struct timespec deadline;
	struct sigaction old_action;
	struct itimerval old_timer;
	sigset_t old_mask;
};

/* The caller has filled in what is not about time. */
void dax_patience_begin(struct dax_patience *patience, unsigned seconds);
void dax_patience_end(struct dax_patience *patience);

/* For the next block. */
void dax_patience_restart(struct dax_patience *patience);

/* Whether the time of this block is over; if not, the timer is set to what is left of it. */
bool dax_patience_is_over(const struct dax_patience *patience);

/* The same for a block in zone Normal that is busy. */
bool dax_patience_is_brief_over(const struct dax_patience *patience);

/* Interrupts the write every second from now on. */
void dax_patience_tick(void);
