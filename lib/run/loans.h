/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Temporary changes that a step reverts itself. They are not part of the plan, so they are noted at the end
 * of the journal before they are made: a kill must not lose them.
 */
#pragma once

#include "run/doer.h"

#include <string.h>

#define DAX_LOAN_POLICY "policy "   /* "policy online offline": auto_online_blocks was online, and is
				     * offline now */
#define DAX_LOAN_UNBOUND "unbound " /* "unbound 4711 dax0.3": the device with this serial has no driver,
				     * and may be bound */
#define DAX_LOAN_ID "id "           /* "id kmem dax0.1": that driver has that id */
#define DAX_LOAN_SPARE "spare "     /* "spare dax0.2": created only so that another device gets its name */

/* The text after one of these words; NULL if the loan is of another kind. */
static inline const char *dax_loan_is(const char *loan, const char *word)
{
	return strncmp(loan, word, strlen(word)) == 0 ? loan + strlen(word) : NULL;
}

/* The device of a loan; NULL for none. */
const char *dax_loan_device(const char *loan);

/* The serial of a device that is lent; 0 if it is not known. */
uint64_t dax_loan_serial(const char *loan);

/* Whether it is one of the above, and complete. */
bool dax_loan_is_valid(const char loan[DAX_NAME_MAX]);

/* The maximum number of loans at a time while PLAN is carried out. */
int dax_loans_needed(struct dax_sysfs *sysfs, const struct dax_plan *plan, size_t *n,
		     struct dax_error *err) DAX_MUST_CHECK;

/* The drivers that have an id now: bits of dax_driver_bit(). */
unsigned dax_journal_lent_to(const struct dax_journal *journal);

/* Notes N more loans; -ENOSPC if there is no room for them. */
int dax_journal_lend(struct dax_journal *journal, const char (*loans)[DAX_NAME_MAX], size_t n) DAX_MUST_CHECK;

/* Forgets the loans of an earlier boot: nothing of them exists any more. */
void dax_journal_forget_loans(struct dax_journal *journal);

/* Whether POLICY is one that was set for a moment, and is still to be put back. */
bool dax_journal_lends_policy(const struct dax_journal *journal, enum dax_policy policy);

/* A policy that is set permanently replaces a temporary one that could not be reverted. */
void dax_journal_forget_policy(struct dax_journal *journal);

/*
 * Repays all loans, the last first. Objects that no longer exist, or that have changed since, are left as
 * they are.
 */
int dax_doer_repay(struct dax_doer *doer, struct dax_error *err) DAX_MUST_CHECK;
