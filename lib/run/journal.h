/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The journal of a change. The plan, and the state before it, are on disk before the first write to the
 * machine. Each step is marked before and after it is done. A plan that ends, done or undone, removes its
 * journal. A journal that a kill or a failed undo leaves shows what has really happened (recover.h).
 * A journal is text up to the line "end": the plan. After this line, at fixed offsets, are one letter for
 * each step, the name of each target, and the serial numbers that identify objects of the kernel. These are
 * changed in memory that is mapped to the file: a mark costs no system call, and a kill cannot write half of
 * it. After them is space for loans: temporary changes that a step reverts itself. All space is allocated on
 * disk before the first step.
 * Its directory is in /run: the state that it describes does not survive a reboot either. Namespaces do: the
 * journal of a plan about them is in a directory that survives, and each mark is on disk before the plan
 * continues.
 */
#pragma once

#include "run/apply.h"

/* The identity of a target, in case its name is reused; 0 if it is not known (dax_sysfs_read_serial). */
struct dax_serials {
	uint64_t device;
	uint64_t region; /* of the directory dax_region */
};

struct dax_journal {
	int fd;          /* locked while its owner lives */
	char *path;      /* owned */
	char *map;
	size_t size;     /* size of the map */
	char *marks;     /* in the map: one for each step */
	char (*names)[DAX_NAME_MAX]; /* in the map: one for each target */
	char *serials;   /* in the map: struct dax_serials, one for each target; NULL in an older journal */
	size_t end;      /* size of the fixed part: the loans start here */
	char (*loans)[DAX_NAME_MAX]; /* in the map; an entry that starts with a zero byte is free */
	size_t room;     /* number of loans that fit; set when a journal is begun */
	bool lasting;
};

#define DAX_JOURNAL_INIT { .fd = -1 }
#define _cleanup_journal_ _cleanup_(dax_journal_close)

/*
 * Writes PLAN, made from BEFORE for VERB, to FOLDER, which is created if necessary. All marks are pending;
 * names are those of existing targets.
 */
int dax_journal_begin(const char *folder, const char *verb, const struct dax_topology *before,
		      const struct dax_plan *plan, struct dax_journal *journal, struct dax_error *err) DAX_MUST_CHECK;

/*
 * Makes room for at least this many loans, also on disk. The map moves, so marks and names have other
 * addresses afterwards.
 */
int dax_journal_make_room(struct dax_journal *journal, size_t room) DAX_MUST_CHECK;

/* The plan has ended: removes the file. */
int dax_journal_remove(struct dax_journal *journal, struct dax_error *err) DAX_MUST_CHECK;
void dax_journal_close(struct dax_journal *journal);

/* The content of a journal. */
struct dax_record {
	struct dax_journal journal;
	char verb[DAX_NAME_MAX];
	int pid;
	bool alive;                 /* its owner is running */
	bool rebooted;              /* it is from another boot: only persistent memory is unchanged */
	struct dax_topology before; /* regions with path and id, devices with names; targets in their
				     * previous state */
	struct dax_plan plan;       /* without its model */
	char (*names)[DAX_NAME_MAX]; /* current names of the targets (dax_record_find); owned */
	char **notes;               /* notes for the user about its recovery; owned */
	size_t n_notes;
	bool *lost;                 /* the content of a target may be lost, although the step was undone;
				     * owned */
};

#define DAX_RECORD_INIT { .journal = DAX_JOURNAL_INIT }
#define _cleanup_record_ _cleanup_(dax_record_release)

/* The mark of a step. */
static inline enum dax_step_status dax_record_status(const struct dax_record *record, size_t step)
{
	return (enum dax_step_status)(record->journal.marks[step] - '0');
}
