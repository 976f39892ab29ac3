/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "journal-place.h"

#include "plan/plan-make.h"
#include "run/journal-read.h"
#include "run/judge.h"
#include "run/recover.h"
#include "run/step-kinds.h"
#include "unit.h"

#include <errno.h>
#include <inttypes.h>
#include <sys/random.h>
#include <sys/stat.h>

int journal_make_place(void **state)
{
	struct place *place = calloc(1, sizeof(*place));
	const char *tmp = getenv("TMPDIR");

	assert_non_null(place);
	*state = place;
	place->journal = (struct dax_journal)DAX_JOURNAL_INIT;
	snprintf(place->parent, sizeof(place->parent), "%s/daxadm-journal-XXXXXX", tmp ? tmp : "/tmp");
	assert_non_null(mkdtemp(place->parent));
	snprintf(place->folder, sizeof(place->folder), "%s/run", place->parent);
	return 0;
}

void journal_drop_plan(struct place *place)
{
	dax_plan_release(&place->plan);
	dax_topology_release(&place->before);
}

int journal_remove_place(void **state)
{
	struct place *place = *state;
	char command[PATH_MAX + 16];

	dax_journal_close(&place->journal);
	journal_drop_plan(place);
	snprintf(command, sizeof(command), "rm -rf '%s'", place->parent);
	(void)!system(command);
	free(place);
	return 0;
}

void journal_make_plan(struct place *place, struct dice *dice)
{
	while (!place->plan.n_steps) {
		struct dax_request requests[RANDOM_REQUESTS];
		size_t n = 0;

		journal_drop_plan(place);
		random_topology(dice, &place->before);
		n = random_requests(dice, &place->before, requests);
		(void)!dax_plan_make(&place->before, requests, n, &place->plan, NULL);
		for (size_t i = 0; i < n; i++)
			dax_request_release(&requests[i]);
	}
}

void journal_begin(struct place *place)
{
	_cleanup_error_ struct dax_error err = DAX_ERROR_INIT;

	if (dax_journal_begin(place->folder, "align", &place->before, &place->plan, &place->journal, &err))
		fail_msg("%s", err.message);
}

char *journal_leave_behind(struct place *place)
{
	char *path = strdup(place->journal.path);

	assert_non_null(path);
	dax_journal_close(&place->journal);
	return path;
}

uint64_t journal_seed(void)
{
	uint64_t seed = 0;

	if (getrandom(&seed, sizeof(seed), 0) != (ssize_t)sizeof(seed))
		seed = 1;
	print_message("# seed %" PRIu64 "\n", seed);
	return seed;
}

static void check_canonical(const char *name)
{
	char canonical[DAX_NAME_MAX];
	int region_id = -1, id = -1;

	assert_int_equal(dax_parse_device_name(name, &region_id, &id), 0);
	dax_format_device_name(region_id, id, canonical);
	assert_string_equal(name, canonical);
}

static void check_step(const struct dax_record *record, size_t i)
{
	const struct dax_step *step = &record->plan.steps[i];
	_cleanup_steps_ struct dax_steps inverse = { 0 };
	_cleanup_free_ char *text = dax_step_describe(step, "dax0.0");

	assert_non_null(text);
	assert_true(step->kind >= 0 && step->kind < DAX_N_STEP_KINDS);
	if (dax_step_has_target(step))
		assert_true(step->target < record->plan.n_targets);
	for (size_t j = 0; j < step->n_blocks; j++) {
		assert_true(step->blocks[j].from <= DAX_BLOCK_MIXED);
		assert_true(step->blocks[j].to <= DAX_BLOCK_MIXED);
	}
	assert_true(dax_record_status(record, i) <= DAX_STEP_LAST);
	(void)dax_recovery_wants(record, i, DAX_RECOVER_BACK);
	assert_int_equal(dax_step_inverse(step, &inverse, NULL), 0);
}

bool journal_is_sound(const char *path)
{
	_cleanup_record_ struct dax_record record = DAX_RECORD_INIT;
	_cleanup_error_ struct dax_error err = DAX_ERROR_INIT;
	int r = dax_journal_read(path, &record, &err);

	if (r) {
		assert_int_equal(r, -EPROTO);
		assert_non_null(strstr(err.message, path));
		return false;
	}
	for (size_t i = 0; i < record.before.n_regions; i++)
		assert_memory_equal(record.before.regions[i].path, "devices/", 8);
	for (size_t i = 0; i < record.before.n_devices; i++) {
		assert_true(record.before.devices[i].region < record.before.n_regions);
		check_canonical(record.before.devices[i].name);
		assert_ptr_equal(dax_topology_device(&record.before, record.before.devices[i].name),
				 &record.before.devices[i]);
	}
	for (size_t i = 0; i < record.plan.n_targets; i++) {
		assert_true(record.plan.targets[i].region < record.before.n_regions);
		check_canonical(record.plan.targets[i].name);
		if (record.journal.names[i][0])
			check_canonical(record.journal.names[i]);
	}
	for (size_t i = 0; i < record.plan.n_steps; i++)
		check_step(&record, i);
	return true;
}

size_t journal_size(const char *path)
{
	struct stat st;

	assert_int_equal(stat(path, &st), 0);
	return (size_t)st.st_size;
}

