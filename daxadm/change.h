/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The road that every changing verb takes: parse -> read -> plan -> apply -> report. The verbs
 * differ in their options and in nothing else.
 */
#pragma once

#include "run/apply.h"
#include "commands.h"
#include "options.h"
#include "plan/request.h"

struct change {
	struct common_options common;
	bool dry_run;
	bool report;
	bool no_progress;
	unsigned wait; /* seconds, for another change to end */
	struct dax_apply_options apply;
	struct dax_request wish;      /* what the options say */
	const char *input;            /* create: a file that says it instead; belongs to argv */
	const char *last_argument;    /* align: the last word is the alignment; belongs to argv */
	struct dax_request *requests; /* those of the file; owned */
	size_t n_requests;
	struct dax_error *err;
};

#define _cleanup_change_ _cleanup_(change_release)

/* The defaults of every changing verb. */
void change_init(struct change *change, struct dax_error *err);
void change_release(struct change *change);

/*
 * What has to be before anything is changed: the rights to do so, and the lock, whose descriptor
 * the caller closes. Signals are caught from then on.
 */
int change_enter(const struct change *change, const char *verb, int *lock, struct dax_error *err) DAX_MUST_CHECK;

/* Knows the options of every changing verb; each verb's table says which of them it has. */
error_t change_parse(int key, char *arg, struct argp_state *state);
extern const struct argp_child change_children[];

/* Fills CHANGE from the command line and from its input file, and refuses what makes no sense. */
int change_read_options(const struct command *command, int argc, char **argv, struct change *change,
			bool *answered, struct dax_error *err) DAX_MUST_CHECK;

/* A number of seconds; a usage error for what is none. */
int change_parse_seconds(struct change *change, const char *text, unsigned *seconds) DAX_MUST_CHECK;

/* A whole verb. */
int change_run(const struct command *command, enum dax_verb verb, int argc, char **argv,
	       struct dax_error *err) DAX_MUST_CHECK;
