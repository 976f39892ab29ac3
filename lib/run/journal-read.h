/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A journal of an interrupted run, read from disk. */
#pragma once

#include "run/journal.h"

void dax_record_release(struct dax_record *record);

/* Reads the journal at PATH. -EPROTO if it is truncated or not a journal; then no part of it is used. */
int dax_journal_read(const char *path, struct dax_record *record, struct dax_error *err) DAX_MUST_CHECK;

/* As above for a journal in memory, at journal.map. */
int dax_journal_parse(struct dax_record *record) DAX_MUST_CHECK;
