/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The journal of a plan under way. Before the first write to the machine the plan, and what
 * was before, are on disk; each step is marked before and after it is done. A plan that ends, well
 * or taken back, removes its journal. One that a kill or a failed undo leaves behind says what really
 * happened to whoever reads it (recover.h).
 *
 * A journal is text up to the line "end": what the plan is. Behind it stand, in places that do not
 * move, one letter for each step, the name of each target, and the serials by which the kernel's own
 * objects are known again. Those are changed in memory that is mapped to the file: a mark costs no system
 * call, and a kill cannot tear it. Behind them is room for loans: what a step changes for a moment and
 * gives back by itself. All of it has its space on the disk before the first step.
 *
 * Its folder is below /run: what it is about does not outlive a reboot either. But namespaces do: the
 * journal of a plan about them is in a folder that lasts, and its marks are on disk before it goes on.
 */
#pragma once

#include "run/apply.h"

/* What a target is known by, whatever has its name later; 0 where it is not known (dax_sysfs_read_serial). */
struct dax_serials {
	uint64_t device;
	uint64_t region; /* of the folder dax_region */
};

struct dax_journal {
	int fd;          /* claimed as long as its owner lives */
	char *path;      /* owned */
	char *map;
	size_t size;     /* of the map */
	char *marks;     /* in the map: one for each step */
	char (*names)[DAX_NAME_MAX]; /* in the map: one for each target */
	char *serials;   /* in the map: struct dax_serials, one for each target; NULL in an older journal */
	size_t end;      /* of what does not grow: here the loans begin */
	char (*loans)[DAX_NAME_MAX]; /* in the map; an entry that begins with a zero byte is free */
	size_t room;     /* for so many loans; whoever begins a journal says how much is needed */
	bool lasting;
};

#define DAX_JOURNAL_INIT { .fd = -1 }
#define _cleanup_journal_ _cleanup_(dax_journal_close)

/* Writes PLAN, made from BEFORE for VERB, into FOLDER, which is made if need be. Marks are pending, names those of targets that exist. */
int dax_journal_begin(const char *folder, const char *verb, const struct dax_topology *before,
		      const struct dax_plan *plan, struct dax_journal *journal, struct dax_error *err) DAX_MUST_CHECK;

/* Makes room for at least that many loans, on the disk, too. The map moves: marks and names are elsewhere then. */
int dax_journal_make_room(struct dax_journal *journal, size_t room) DAX_MUST_CHECK;

/* The plan has ended: the file goes. */
int dax_journal_remove(struct dax_journal *journal, struct dax_error *err) DAX_MUST_CHECK;
void dax_journal_close(struct dax_journal *journal);

/* What a journal says. */
struct dax_record {
	struct dax_journal journal;
	char verb[DAX_NAME_MAX];
	int pid;
	bool alive;                 /* its owner is at work */
	bool rebooted;              /* it is of another boot: nothing but persistent memory is what it was */
	struct dax_topology before; /* regions with path and id, devices with names; those of targets as they were */
	struct dax_plan plan;       /* without its model */
	char (*names)[DAX_NAME_MAX]; /* of the targets, as they are called now (dax_record_find); owned */
	char **notes;               /* what the user should know of its recovery; owned */
	size_t n_notes;
	bool *lost;                 /* what a target held may be lost, though it was taken back; owned */
};

#define DAX_RECORD_INIT { .journal = DAX_JOURNAL_INIT }
#define _cleanup_record_ _cleanup_(dax_record_release)

/* The mark of a step. */
static inline enum dax_step_status dax_record_status(const struct dax_record *record, size_t step)
{
	return (enum dax_step_status)(record->journal.marks[step] - '0');
}
