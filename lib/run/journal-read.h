/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A journal that was left behind, read back. */
#pragma once

#include "run/journal.h"

void dax_record_release(struct dax_record *record);

/* Reads the journal at PATH. -EPROTO for what is truncated or no journal; nothing of it is then believed. */
int dax_journal_read(const char *path, struct dax_record *record, struct dax_error *err) DAX_MUST_CHECK;

/* The same for one that is in memory, at journal.map. */
int dax_journal_parse(struct dax_record *record) DAX_MUST_CHECK;
