/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a run writes to its journal during the change: a mark for each step, and serial numbers. */
#include "run/journal-marks.h"

#include "run/apply.h"
#include "run/journal.h"

#include <string.h>
#include <sys/mman.h>

void dax_journal_mark(struct dax_journal *journal, size_t step, enum dax_step_status status)
{
	if (!journal->marks)
		return;
	journal->marks[step] = (char)('0' + (int)status);
	/* If this fails, continuing is still the best option. */
	if (journal->lasting)
		(void)!msync(journal->map, journal->size, MS_SYNC);
}

/* The offsets are not aligned. */
void dax_journal_set_serials(struct dax_journal *journal, size_t target, struct dax_serials serials)
{
	if (journal->serials)
		memcpy(journal->serials + target * sizeof(serials), &serials, sizeof(serials));
}

struct dax_serials dax_journal_serials(const struct dax_journal *journal, size_t target)
{
	struct dax_serials serials = { 0, 0 };

	if (journal->serials)
		memcpy(&serials, journal->serials + target * sizeof(serials), sizeof(serials));
	return serials;
}
