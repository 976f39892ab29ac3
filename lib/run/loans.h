/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What a step changes for a moment and gives back by itself. A kill in that moment must
 * not lose it, since nobody has named it; so it is noted at the end of the journal before it is taken.
 */
#pragma once

#include "run/doer.h"

#include <string.h>

#define DAX_LOAN_POLICY "policy "   /* "policy online offline": auto_online_blocks was online, and is offline now */
#define DAX_LOAN_UNBOUND "unbound " /* "unbound 4711 dax0.3": with that serial, it has no driver, and may get one */
#define DAX_LOAN_ID "id "           /* "id kmem dax0.1": that driver has that id */
#define DAX_LOAN_SPARE "spare "     /* "spare dax0.2": made only so that another gets its name */

/* What stands behind one of these words; NULL when the loan is another one. */
static inline const char *dax_loan_is(const char *loan, const char *word)
{
	return strncmp(loan, word, strlen(word)) == 0 ? loan + strlen(word) : NULL;
}

/* The device that a loan is about; NULL for none. */
const char *dax_loan_device(const char *loan);

/* The serial of a device that is lent; 0 where it is not known. */
uint64_t dax_loan_serial(const char *loan);

/* Whether it is one of the above, and whole. */
bool dax_loan_is_valid(const char loan[DAX_NAME_MAX]);

/* How many there can be at a time while PLAN is carried out. */
int dax_loans_needed(struct dax_sysfs *sysfs, const struct dax_plan *plan, size_t *n,
		     struct dax_error *err) DAX_MUST_CHECK;

/* The drivers that have an id now: bits of dax_driver_bit(). */
unsigned dax_journal_lent_to(const struct dax_journal *journal);

/* Notes N loans more; -ENOSPC where there is no room for them. */
int dax_journal_lend(struct dax_journal *journal, const char (*loans)[DAX_NAME_MAX], size_t n) DAX_MUST_CHECK;

/* Those of a boot before this one: nothing of them is there any more. */
void dax_journal_forget_loans(struct dax_journal *journal);

/* Whether POLICY is one that was set for a moment, and is still to be put back. */
bool dax_journal_lends_policy(const struct dax_journal *journal, enum dax_policy policy);

/* A policy that is set for good replaces one that was set for a moment and could not be put back. */
void dax_journal_forget_policy(struct dax_journal *journal);

/* Gives all of them back, the last first. What is there no more, or is not as it was lent, is left alone. */
int dax_doer_repay(struct dax_doer *doer, struct dax_error *err) DAX_MUST_CHECK;
