/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Journals that nobody wrote, or that somebody tore: refused, or harmless to look at. */
#include "run/recover.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>

static char path[] = "/dev/shm/daxadm-fuzz-XXXXXX"; /* in memory, as /run is */
static int file = -1;

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void remove_file(void)
{
	unlink(path);
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc;
	(void)argv;
	file = mkstemp(path);
	if (file < 0)
		abort();
	return atexit(remove_file);
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

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	_cleanup_record_ struct dax_record record = DAX_RECORD_INIT;
	_cleanup_error_ struct dax_error err = DAX_ERROR_INIT;

	if (ftruncate(file, 0) || pwrite(file, data, size, 0) != (ssize_t)size)
		abort();
	int r = dax_journal_read(path, &record, &err);
	if (r != 0 && r != -EPROTO)
		abort();
	for (size_t i = 0; !r && i < record.plan.n_steps; i++)
		look_at_step(&record, i);
	return 0;
}
