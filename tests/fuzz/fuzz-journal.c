/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Journals that nobody wrote, or that somebody tore: refused, or harmless to look at. */
#include "fuzz.h"

#include "run/journal-marks.h"
#include "run/journal-read.h"
#include "run/judge.h"
#include "run/recover.h"
#include "run/step-kinds.h"

#include <errno.h>

/* All that is looked at before anything is written to a machine. */
static void look_at_step(const struct dax_record *record, size_t i)
{
	const struct dax_step *step = &record->plan.steps[i];
	const char *name = dax_step_has_target(step) ? record->journal.names[step->target] : "";
	_cleanup_free_ char *text = dax_step_describe(step, name);
	_cleanup_steps_ struct dax_steps inverse = { 0 };

	if (!text || dax_step_inverse(step, &inverse, NULL))
		abort();
	if (dax_step_has_target(step) && record->plan.targets[step->target].region >= record->before.n_regions)
		abort();
	(void)dax_recovery_wants(record, i, DAX_RECOVER_BACK);
	(void)dax_recovery_wants(record, i, DAX_RECOVER_FORWARD);
}

int fuzz_journal(const uint8_t *data, size_t size)
{
	_cleanup_record_ struct dax_record record = DAX_RECORD_INIT;
	/* Its own allocation, without a final NUL: what is read behind it is seen. */
	_cleanup_free_ char *text = malloc(size ? size : 1);

	REQUIRE(text);
	if (size)
		memcpy(text, data, size);
	record.journal.map = text;
	record.journal.size = size;
	int r = dax_journal_parse(&record);

	REQUIRE(r == 0 || r == -EPROTO);
	for (size_t i = 0; !r && i < record.plan.n_steps; i++)
		look_at_step(&record, i);
	for (size_t i = 0; !r && i < record.plan.n_targets; i++) {
		(void)dax_journal_serials(&record.journal, i);
		REQUIRE(memchr(record.journal.names[i], '\0', DAX_NAME_MAX));
	}
	for (size_t i = 0; !r && i < record.journal.room; i++)
		REQUIRE(memchr(record.journal.loans[i], '\0', DAX_NAME_MAX));
	record.journal.map = NULL; /* it is not a mapping */
	return 0;
}
