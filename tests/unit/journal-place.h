/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A folder for journals, a random plan, and its journal. */
#pragma once

#include "run/loans.h"
#include "random.h"

#include <limits.h>

struct place {
	char folder[PATH_MAX - 64]; /* of journals: not there yet */
	char parent[PATH_MAX - 128];
	struct dax_topology before;
	struct dax_plan plan;
	struct dax_journal journal;
};

int journal_make_place(void **state);
int journal_remove_place(void **state);

/* A plan with steps, from a random machine and random wishes; and away with it. */
void journal_make_plan(struct place *place, struct dice *dice);
void journal_drop_plan(struct place *place);

/* Writes the journal. */
void journal_begin(struct place *place);

/* The owner goes, and the file stays: its path, which the caller frees. */
char *journal_leave_behind(struct place *place);

/* Reads what somebody has changed: refused (false), or a record in which nothing leads astray. */
bool journal_is_sound(const char *path);

/* Of the file at PATH. */
size_t journal_size(const char *path);

/* One, printed for who wants it again. */
uint64_t journal_seed(void);
