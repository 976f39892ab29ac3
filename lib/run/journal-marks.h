/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a run writes to its journal during the change. */
#pragma once

#include "run/journal.h"

void dax_journal_mark(struct dax_journal *journal, size_t step, enum dax_step_status status);

/* Stores the identity of a target, and returns it. */
void dax_journal_set_serials(struct dax_journal *journal, size_t target, struct dax_serials serials);
struct dax_serials dax_journal_serials(const struct dax_journal *journal, size_t target);
