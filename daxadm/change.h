/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The path of every changing verb: parse -> read -> plan -> apply -> report. The verbs differ only in their
 * options.
 */
#pragma once

#include "run/apply.h"
#include "commands.h"
#include "options.h"
#include "plan/layout.h"
#include "plan/request.h"

struct change {
	struct common_options common;
	bool dry_run;
	bool report;
	bool no_progress;
	unsigned wait; /* seconds to wait for another change */
	struct dax_apply_options apply;
	struct dax_request wish;      /* the request in the options */
	const char *input;            /* create: the input file; belongs to argv */
	const char *last_argument;    /* align: the last argument is the alignment; belongs to argv */
	struct dax_request *requests; /* the requests of the file; owned */
	size_t n_requests;
	bool has_layout;              /* apply: the layout replaces all requests */
	char **paths;                 /* of layouts; owned, but not the words, which belong to argv */
	size_t n_paths;
	struct dax_layout layout;
	bool boot;                    /* apply: each region by itself, once in a boot that crashes */
	unsigned wait_for;            /* apply: seconds for regions that are not there yet */
	struct dax_error *err;
};

#define _cleanup_change_ _cleanup_(change_release)

/*
 * What a change needs first: the privileges, and the lock, whose descriptor the caller closes. Signals are
 * caught from then on.
 */
int change_enter(const struct change *change, const char *verb, int *lock, struct dax_error *err) DAX_MUST_CHECK;

struct document;

/* Reads, plans and applies; DOCUMENT, whose verb is set, gets what came of it. */
int change_carry_out(struct change *change, struct dax_plan *plan, struct dax_outcome *outcome,
		     struct document *document, struct dax_error *err) DAX_MUST_CHECK;

/* A whole verb that changes devices. */
int change_run(const struct command *command, int argc, char **argv, struct dax_error *err) DAX_MUST_CHECK;
