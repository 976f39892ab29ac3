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
	bool quiet; /* a recovery may be refused */
	const char *what;  /* is tried, for the message of a failure */
	size_t failed, interrupted, killed, recovered, stuck, believed, foreign, refused;
};

#define FOREIGN_TEXT 4096

/* What somebody else made meanwhile. */
struct foreign {
	bool n;
	char name[DAX_NAME_MAX];
	char text[FOREIGN_TEXT]; /* as it was left */
};

/* Something that is not of the run: false when it could not be done. */
bool foreign_change(struct faults *f, struct foreign *foreign);

/* A device as it is now. */
void foreign_print(const char *name, char text[FOREIGN_TEXT]);

/* From the dice; false for what is not simple enough. What was there before has to be released. */
bool faults_make_case(struct faults *f);

/* How many journals are left; and away with them. */
size_t faults_journals(const struct faults *f);
void faults_forget(const struct faults *f);
