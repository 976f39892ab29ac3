/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The directories of journals. */
#pragma once

#include "run/journal.h"

/*
 * Opens FOLDER; with MAKE creates it first. Returns a descriptor; -ENOENT without text if it does not exist;
 * -EPERM if others have access.
 */
int dax_journal_folder(const char *folder, bool make, struct dax_error *err) DAX_MUST_CHECK;

/*
 * Gives FD, a new file in FOLDER, to the owner of FOLDER, so that root can use it, whoever created it with
 * root's capabilities.
 */
int dax_journal_give(int folder, int fd) DAX_MUST_CHECK;

bool dax_journal_folder_is_mounted(int fd);

/* Whether all journals in FOLDER can be seen and handled. A directory that does not exist is correct. */
int dax_journal_check_folder(const char *folder, struct dax_error *err) DAX_MUST_CHECK;

/* Removes files of processes that were killed while they wrote a journal. */
void dax_journal_sweep(int folder);

/*
 * Calls EACH with the path of every journal in FOLDER, the oldest first or the youngest first, until a call
 * fails. A directory that does not exist contains no journals.
 */
int dax_journal_list(const char *folder, bool youngest_first, int (*each)(const char *path, void *data), void *data,
		     struct dax_error *err) DAX_MUST_CHECK;

/*
 * Claims the journal until it is closed; -EAGAIN if another process has claimed it. Readers only ask for the
 * owner and claim nothing, so they do not block anybody.
 */
int dax_journal_claim(struct dax_journal *journal) DAX_MUST_CHECK;
