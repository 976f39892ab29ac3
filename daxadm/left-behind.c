/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "left-behind.h"

#include "paths.h"
#include "report.h"
#include "run/journal-folder.h"
#include "run/journal-read.h"
#include "run/journal.h"

#include <errno.h>
#include <stdio.h>

static int note_journal(const char *path, void *data)
{
	_cleanup_record_ struct dax_record record = DAX_RECORD_INIT;
	_cleanup_error_ struct dax_error unreadable = DAX_ERROR_INIT;
	_cleanup_free_ char *note = NULL;

	(void)data;
	int r = dax_journal_read(path, &record, &unreadable);
	if (record.alive || r == -ENOENT)
		return 0;
	if (r)
		report_note(unreadable.message);
	else if (asprintf(&note,
			  "a change was interrupted (%s, pid %d): run 'daxadm recover --dry-run' to see it",
			  record.verb, record.pid) >= 0)
		report_note(note);
	else
		note = NULL;
	return 0;
}

void left_behind_note(void)
{
	_cleanup_error_ struct dax_error unreadable = DAX_ERROR_INIT;

	(void)!dax_journal_list(RUN_FOLDER, false, note_journal, NULL, &unreadable);
	dax_error_release(&unreadable);
	(void)!dax_journal_list(STATE_FOLDER, false, note_journal, NULL, &unreadable);
}
