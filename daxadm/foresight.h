/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A prediction of what a recovery would do. */
#pragma once

#include "run/judge.h"

/*
 * For people: why nothing would be done for a target; the caller frees it. NULL if something would be done.
 */
char *foresight_describe(const struct dax_record *record, const struct dax_judgement *judgement, size_t target);

/* Prints the steps in their order; returns whether there are any. */
bool foresight_print(const struct dax_record *record, const struct dax_judgement *judgements,
		     enum dax_recovery direction);
