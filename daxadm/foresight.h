/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a recovery would do. */
#pragma once

#include "run/judge.h"

/* For people: why nothing would be done about a target; the caller frees it. NULL when something would be. */
char *foresight_describe(const struct dax_record *record, const struct dax_judgement *judgement, size_t target);

/* Prints the steps, in the order in which they would be done; whether there are any. */
bool foresight_print(const struct dax_record *record, const struct dax_judgement *judgements,
		     enum dax_recovery direction);
