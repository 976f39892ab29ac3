/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Journals that nobody wrote, or that somebody tore: refused, or harmless to look at. */
#include "fuzz.h"

#include "run/recover.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>

static char path[] = "/dev/shm/daxadm-fuzz-XXXXXX"; /* in memory, as /run is */

static void remove_file(void)
{
	unlink(path);
}

static int open_file(void)
{
	static int file = -1;

	if (file < 0) {
		file = mkstemp(path);
		REQUIRE(file >= 0 && atexit(remove_file) == 0);
	}
	return file;
}

/* All that is looked at before anything is written to a machine. */
static void look_at_step(const struct dax_record *record, size_t i)
{
	const struct dax_step *step = &record->plan.steps[i];
	const char *name = dax_step_has_device(step) ? record->journal.names[step->device] : "";
	_cleanup_free_ char *text = dax_step_describe(step, name);
	_cleanup_steps_ struct dax_steps inverse = { 0 };

	if (!text || dax_step_inverse(step, &inverse, NULL))
		abort();
	if (dax_step_has_device(step) && record->plan.targets[step->device].region >= record->before.n_regions)
		abort();
	(void)dax_recovery_wants(record, i, DAX_RECOVER_BACK);
	(void)dax_recovery_wants(record, i, DAX_RECOVER_FORWARD);
}

int fuzz_journal(const uint8_t *data, size_t size)
{
	_cleanup_record_ struct dax_record record = DAX_RECORD_INIT;
	_cleanup_error_ struct dax_error err = DAX_ERROR_INIT;

	int file = open_file();

	if (ftruncate(file, 0) || pwrite(file, data, size, 0) != (ssize_t)size)
		abort();
	int r = dax_journal_read(path, &record, &err);
	if (r != 0 && r != -EPROTO)
		abort();
	for (size_t i = 0; !r && i < record.plan.n_steps; i++)
		look_at_step(&record, i);
	return 0;
}
