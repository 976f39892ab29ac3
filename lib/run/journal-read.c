/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Reading a journal. All of it is checked before any part is used: it may be incomplete, or written by
 * others.
 */
#include "run/journal-read.h"

#include "base/error.h"
#include "base/fields.h"
#include "base/text.h"
#include "door/proc.h"
#include "plan/plan.h"
#include "run/apply.h"
#include "run/journal-before.h"
#include "run/journal-words.h"
#include "run/journal.h"
#include "run/loans.h"
#include "run/step-kinds.h"
#include "state/namespace.h"
#include "state/topology.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>

/* Much larger than the largest plan: larger files are not mapped. */
#define MAX_SIZE (64 * DAX_MIB)

static int read_targets(struct dax_reader *reader, const struct dax_topology *before, struct dax_plan *plan)
{
	dax_take_expected(reader, "targets");
	size_t n = dax_take_count(reader, 12);

	plan->targets = calloc(n + 1, sizeof(*plan->targets));
	if (!plan->targets)
		return -ENOMEM;
	for (; plan->n_targets < n && !reader->failed; plan->n_targets++) {
		struct dax_target *target = &plan->targets[plan->n_targets];
		int region_id = 0, id = 0;

		dax_take_device_name(reader, target->name, &region_id, &id);
		target->region = dax_take_index(reader, before->n_regions);
		dax_take_word(reader, target->driver, sizeof(target->driver));
		if (strcmp(target->driver, "-") == 0)
			target->driver[0] = '\0';
		target->created = dax_take_flag(reader);
		target->deleted = dax_take_flag(reader);
		if (reader->version > 1)
			dax_take_uuid(reader, target->label_uuid);
	}
	return 0;
}

static enum dax_step_kind take_kind(struct dax_reader *reader)
{
	char word[64];

	dax_take_word(reader, word, sizeof(word));
	for (int i = 0; i < DAX_N_STEP_KINDS; i++) {
		if (strcmp(dax_step_name((enum dax_step_kind)i), word) == 0)
			return (enum dax_step_kind)i;
	}
	reader->failed = true;
	return DAX_STEP_CREATE;
}

/* A driver's name as a constant; NULL if it is not known. */
static const char *take_driver(struct dax_reader *reader)
{
	char word[DAX_NAME_MAX];

	dax_take_word(reader, word, sizeof(word));
	if (strcmp(word, "-") == 0)
		return NULL;
	if (!dax_driver_bit(word))
		reader->failed = true;
	return dax_mode_driver(dax_driver_mode(word));
}

static bool needs_driver(enum dax_step_kind kind)
{
	return kind == DAX_STEP_LOAD_DRIVER || kind == DAX_STEP_BIND || kind == DAX_STEP_UNBIND;
}

static int read_blocks(struct dax_reader *reader, struct dax_step *step)
{
	size_t n = dax_take_count(reader, 6);

	step->blocks = calloc(n + 1, sizeof(*step->blocks));
	if (!step->blocks)
		return -ENOMEM;
	for (; step->n_blocks < n && !reader->failed; step->n_blocks++) {
		struct dax_block_change *change = &step->blocks[step->n_blocks];

		change->number = dax_take_number(reader);
		change->from = dax_take_block_state(reader);
		change->to = dax_take_block_state(reader);
	}
	return 0;
}

/* "x" and two digits for each character. */
static void take_label(struct dax_reader *reader, char label[DAX_NAME_MAX])
{
	char word[2 * DAX_NAME_MAX];
	size_t n = 0;

	dax_take_word(reader, word, sizeof(word));
	for (const char *at = word + 1; word[0] == 'x' && at[0] && n + 1 < DAX_NAME_MAX; at += 2) {
		const char pair[] = { at[0], at[1], '\0' }, *digits = pair;
		uint64_t value = 0;

		if (dax_field_digits(&digits, 16, &value) || digits != pair + 2 || !value) {
			reader->failed = true;
			break;
		}
		label[n++] = (char)value;
	}
	label[n] = '\0';
}

static void take_shape(struct dax_reader *reader, struct dax_shape *shape)
{
	shape->size = dax_take_number(reader);
	size_t mode = dax_take_index(reader, DAX_NAMESPACE_SECTOR + 1), map = dax_take_index(reader, DAX_MAP_DEV + 1);
	shape->mode = (enum dax_namespace_mode)mode;
	shape->map = (enum dax_map)map;
	shape->align = dax_take_number(reader);
	dax_take_uuid(reader, shape->uuid);
	dax_take_uuid(reader, shape->label_uuid);
	shape->sector_size = dax_take_number(reader);
	take_label(reader, shape->label);
}

static int read_step(struct dax_reader *reader, const struct dax_plan *plan, struct dax_step *step)
{
	step->kind = take_kind(reader);
	step->target = dax_take_index(reader, dax_step_has_target(step) ? plan->n_targets : SIZE_MAX);
	step->from = dax_take_number(reader);
	step->to = dax_take_number(reader);
	step->driver = take_driver(reader);
	step->range = dax_take_range(reader);
	step->final = reader->version > 1 && dax_take_flag(reader);
	step->ranges_known = dax_take_flag(reader);
	if ((needs_driver(step->kind) && !step->driver) || (step->final && !dax_step_has_target(step)))
		reader->failed = true;
	if (step->kind == DAX_STEP_SET_POLICY &&
	    (step->from > DAX_POLICY_ONLINE_MOVABLE || step->to > DAX_POLICY_ONLINE_MOVABLE))
		reader->failed = true;

	int r = dax_take_ranges(reader, &step->ranges, &step->n_ranges);
	if (!r && !reader->failed && reader->version > 2)
		r = dax_take_ranges(reader, &step->became, &step->n_became);
	if (!r && !reader->failed)
		r = read_blocks(reader, step);
	if (!r && !reader->failed && dax_step_has_namespace(step)) {
		take_shape(reader, &step->was);
		take_shape(reader, &step->becomes);
	}
	return r;
}

/* What the steps say of their targets. */
static void note_namespace(const struct dax_reader *reader, struct dax_plan *plan, const struct dax_step *step)
{
	const char *uuid = step->was.label_uuid[0] ? step->was.label_uuid : step->becomes.label_uuid;

	if (!dax_step_has_namespace(step))
		return;
	plan->targets[step->target].recreated = true;
	if (reader->version == 1 && uuid[0]) /* later ones have it with the targets */
		memcpy(plan->targets[step->target].label_uuid, uuid, DAX_UUID_TEXT);
}

static int read_plan(struct dax_reader *reader, const struct dax_topology *before, struct dax_plan *plan)
{
	int r = read_targets(reader, before, plan);

	if (r)
		return r;
	dax_take_expected(reader, "steps");
	size_t n = dax_take_count(reader, 24);
	plan->steps = calloc(n + 1, sizeof(*plan->steps));
	if (!plan->steps)
		return -ENOMEM;
	while (plan->n_steps < n && !reader->failed && !r)
		r = read_step(reader, plan, &plan->steps[plan->n_steps++]);
	dax_take_expected(reader, "end");
	for (size_t i = 0; i < plan->n_steps && !reader->failed; i++)
		note_namespace(reader, plan, &plan->steps[i]);
	return r;
}

/* Marks and names must be complete and valid. Serial numbers can have any value. */
static bool take_marks(struct dax_reader *reader, struct dax_record *record)
{
	struct dax_journal *journal = &record->journal;
	size_t n_steps = record->plan.n_steps, n_targets = record->plan.n_targets;
	size_t serials = reader->version > 2 ? n_targets * sizeof(struct dax_serials) : 0;

	if ((size_t)(reader->end - reader->at) < n_steps + n_targets * DAX_NAME_MAX + serials)
		return false;
	journal->marks = journal->map + (reader->at - journal->map);
	journal->names = (char(*)[DAX_NAME_MAX])(journal->marks + n_steps);
	for (size_t i = 0; i < n_steps; i++) {
		if (journal->marks[i] < '0' || journal->marks[i] > '0' + (int)DAX_STEP_LAST)
			return false;
	}
	for (size_t i = 0; i < n_targets; i++) {
		int region_id = 0, id = 0;

		if (!memchr(journal->names[i], '\0', DAX_NAME_MAX) ||
		    (journal->names[i][0] && dax_parse_exact_name(journal->names[i], &region_id, &id)))
			return false;
	}
	reader->at += n_steps + n_targets * DAX_NAME_MAX + serials;
	journal->serials = serials ? journal->map + (reader->at - serials - journal->map) : NULL;
	journal->end = (size_t)(reader->at - journal->map);
	return true;
}

/*
 * An older journal grew with each loan, and a kill could truncate the last one: that loan was not taken yet.
 */
static int take_loans(const struct dax_reader *reader, struct dax_record *record)
{
	struct dax_journal *journal = &record->journal;
	size_t room = (size_t)(reader->end - reader->at) / DAX_NAME_MAX;

	if (room < journal->room)
		return -EPROTO;
	journal->loans = (char(*)[DAX_NAME_MAX])(journal->map + journal->end);
	journal->room = room;
	for (size_t i = 0; i < room; i++) {
		if (journal->loans[i][0] && !dax_loan_is_valid(journal->loans[i]))
			return -EPROTO;
	}
	return 0;
}

/* Its process, and its boot. */
static void read_head(struct dax_reader *reader, struct dax_record *record)
{
	char boot[DAX_UUID_TEXT] = "", now[DAX_UUID_TEXT];

	dax_take_expected(reader, "daxadm-journal");
	reader->version = dax_take_index(reader, DAX_JOURNAL_VERSION + 1);
	if (!reader->version)
		reader->failed = true;
	dax_take_expected(reader, "verb");
	dax_take_word(reader, record->verb, sizeof(record->verb));
	dax_take_expected(reader, "pid");
	record->pid = (int)dax_take_index(reader, INT_MAX);
	if (reader->version == 1)
		return;
	dax_take_expected(reader, "boot");
	dax_take_uuid(reader, boot);
	if (reader->version > 2) {
		dax_take_expected(reader, "room");
		record->journal.room = dax_take_index(reader, MAX_SIZE);
	}
	if (!boot[0])
		return;
	dax_proc_read_boot(now);
	record->rebooted = now[0] && strcmp(boot, now) != 0;
}

int dax_journal_parse(struct dax_record *record)
{
	struct dax_reader reader = { .at = record->journal.map,
				     .end = record->journal.map + record->journal.size };

	read_head(&reader, record);
	int r = reader.failed ? -EPROTO : dax_take_before(&reader, &record->before);
	if (!r)
		r = reader.failed ? -EPROTO : read_plan(&reader, &record->before, &record->plan);
	if (!r && (reader.failed || !take_marks(&reader, record)))
		r = -EPROTO;
	record->journal.lasting = !r && dax_plan_is_lasting(&record->plan);
	return r ? r : take_loans(&reader, record);
}

/* Only asks, and locks nothing; if the owner cannot be found out, this is not a reason to handle it. */
static bool has_owner(int fd)
{
	struct flock lock = { .l_type = F_WRLCK };

	return fcntl(fd, F_OFD_GETLK, &lock) || lock.l_type != F_UNLCK;
}

static int map_journal(const char *path, struct dax_record *record, struct dax_error *err)
{
	struct dax_journal *journal = &record->journal;
	struct stat st;

	journal->path = strdup(path);
	if (!journal->path)
		return dax_no_memory(err);
	journal->fd = open(path, O_RDWR | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK);
	if (journal->fd < 0 && (errno == ELOOP || errno == EISDIR || errno == ENXIO))
		return dax_fail(err, EPROTO, "%s is not a journal", path);
	if (journal->fd < 0 || fstat(journal->fd, &st))
		return dax_fail(err, errno, "cannot read the journal %s: %s", path, strerror(errno));
	if (!S_ISREG(st.st_mode) || (st.st_uid != 0 && st.st_uid != geteuid()) ||
	    (st.st_mode & (S_IWGRP | S_IWOTH)) || !st.st_size || (uint64_t)st.st_size > MAX_SIZE)
		return dax_fail(err, EPROTO, "%s is not a journal", path);
	record->alive = has_owner(journal->fd);
	void *map = mmap(NULL, (size_t)st.st_size, PROT_READ | PROT_WRITE, MAP_SHARED, journal->fd, 0);
	if (map == MAP_FAILED)
		return dax_fail(err, errno, "cannot read the journal %s: %s", path, strerror(errno));
	journal->map = map;
	journal->size = (size_t)st.st_size;
	return 0;
}

int dax_journal_read(const char *path, struct dax_record *record, struct dax_error *err)
{
	int r = map_journal(path, record, err);
	bool mapped = !r;

	if (!r)
		r = dax_journal_parse(record);
	if (r == -ENOMEM)
		return dax_no_memory(err);
	if (r == -EPROTO && mapped)
		dax_fail(err, EPROTO, "the journal %s is incomplete, or was not written by daxadm", path);
	if (r == -EPROTO)
		dax_error_hint(err, "run 'daxadm list -iM' to see the devices; if they are as you want them, "
				    "run 'daxadm recover --forget'");
	return r;
}

void dax_record_release(struct dax_record *record)
{
	dax_journal_close(&record->journal);
	dax_topology_release(&record->before);
	dax_plan_release(&record->plan);
	for (size_t i = 0; i < record->n_notes; i++)
		free(record->notes[i]);
	free(record->notes);
	free(record->names);
	free(record->lost);
}
