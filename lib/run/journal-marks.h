/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a run notes in its journal while it goes on. */
#pragma once

#include "run/journal.h"

void dax_journal_mark(struct dax_journal *journal, size_t step, enum dax_step_status status);

/* Notes what a target is known by, and tells it. */
void dax_journal_set_serials(struct dax_journal *journal, size_t target, struct dax_serials serials);
struct dax_serials dax_journal_serials(const struct dax_journal *journal, size_t target);
