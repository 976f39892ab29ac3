/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Random machines and wishes, the same for the same seed. */
#pragma once

#include "plan/plan.h"

struct dice {
	uint64_t state;
};

uint64_t dice_roll(struct dice *dice);

/* 0 to N - 1. */
uint64_t dice_below(struct dice *dice, uint64_t n);

/* True PERCENT times in a hundred. */
bool dice_chance(struct dice *dice, unsigned percent);

/* How many cases a test tries, and the seed of the first one: DAXADM_CASES and DAXADM_SEED, or else this many and any. */
void random_cases(uint64_t usual, uint64_t *seed, uint64_t *n_cases);

/*
 * Regions of one to a few GiB, on or between multiples of 1 GiB, static ones, ones whose layout is
 * hidden; in them devices of several ranges with holes between, some shifted by pages, some that
 * cannot work, with any driver; memory blocks in any state. The caller releases it.
 */
void random_topology(struct dice *dice, struct dax_topology *topology);

#define RANDOM_REQUESTS 4

/* One to RANDOM_REQUESTS wishes, sensible and not; each has passed dax_request_validate. */
size_t random_requests(struct dice *dice, const struct dax_topology *topology,
		       struct dax_request requests[RANDOM_REQUESTS]);
