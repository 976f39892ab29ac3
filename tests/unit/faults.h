/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A random plan for a random machine, with whose writes something goes wrong. */
#pragma once

#include "kernel.h"
#include "random.h"

struct faults {
	uint64_t seed;
	struct dice dice;
	char folder[256]; /* of journals */
	struct dax_topology before;
	struct dax_plan plan;
	struct kernel kernel;
	bool old;
	char stale[DAX_NAME_MAX]; /* a device whose id somebody has left with a driver; "" for none */
	const char *what;  /* is tried, for the message of a failure */
	size_t failed, interrupted, killed, recovered, stuck, believed;
};

/* From the dice; false for what is not simple enough. What was there before has to be released. */
bool faults_make_case(struct faults *f);
