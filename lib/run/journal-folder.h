/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The folders of journals. */
#pragma once

#include "run/journal.h"

/*
 * Opens FOLDER, with MAKE after making it: a descriptor. -ENOENT without words when it is not there; -EPERM when it
 * is not ours alone.
 */
int dax_journal_folder(const char *folder, bool make, struct dax_error *err) DAX_MUST_CHECK;

/* Gives FD, a file that was just made in FOLDER, to the owner of FOLDER: root can use it, whoever made it with root's capabilities. */
int dax_journal_give(int folder, int fd) DAX_MUST_CHECK;

bool dax_journal_folder_is_mounted(int fd);

/* Whether all journals in FOLDER can be seen and worked on. One that is not there yet is as it should be. */
int dax_journal_check_folder(const char *folder, struct dax_error *err) DAX_MUST_CHECK;

/* Removes what those left behind who were killed while they wrote a journal. */
void dax_journal_sweep(int folder);

/*
 * Calls EACH with the path of every journal in FOLDER, the oldest first, or the youngest, until one
 * fails; no folder is no journal.
 */
int dax_journal_list(const char *folder, bool youngest_first, int (*each)(const char *path, void *data), void *data,
		     struct dax_error *err) DAX_MUST_CHECK;

/*
 * Makes us the owner, until the journal is closed; -EAGAIN when somebody else is. Readers ask who the
 * owner is and claim nothing, so they are in nobody's way.
 */
int dax_journal_claim(struct dax_journal *journal) DAX_MUST_CHECK;
