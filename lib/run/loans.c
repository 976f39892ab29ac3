/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "run/loans.h"
#include "run/guard.h"
#include "state/scan.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>

bool dax_loan_is_valid(const char loan[DAX_NAME_MAX])
{
	char driver[DAX_NAME_MAX];
	int region_id = 0, id = 0;

	if (!memchr(loan, '\0', DAX_NAME_MAX))
		return false;
	if (dax_loan_is(loan, DAX_LOAN_POLICY))
		return dax_policy_of(dax_loan_is(loan, DAX_LOAN_POLICY)) != DAX_POLICY_UNKNOWN;
	if (dax_loan_is(loan, DAX_LOAN_ID) &&
	    (sscanf(dax_loan_is(loan, DAX_LOAN_ID), "%63[^ ]", driver) != 1 || !dax_driver_bit(driver)))
		return false;
	return dax_loan_device(loan) && dax_parse_exact_name(dax_loan_device(loan), &region_id, &id) == 0;
}

const char *dax_loan_device(const char *loan)
{
	const char *id = dax_loan_is(loan, DAX_LOAN_ID), *space = id ? strchr(id, ' ') : NULL;
	const char *spare = dax_loan_is(loan, DAX_LOAN_SPARE);

	return space ? space + 1 : spare ? spare : dax_loan_is(loan, DAX_LOAN_UNBOUND);
}

int dax_journal_lend(struct dax_journal *journal, const char (*loans)[DAX_NAME_MAX], size_t n)
{
	size_t size = n * sizeof(*loans), at = journal->end + journal->n_loans * sizeof(*loans);
	char(*grown)[DAX_NAME_MAX] = NULL;

	if (!n)
		return 0;
	grown = reallocarray(journal->loans, journal->n_loans + n, sizeof(*grown));
	if (!grown)
		return -ENOMEM;
	journal->loans = grown;
	memcpy(&grown[journal->n_loans], loans, size);
	ssize_t written = pwrite(journal->fd, loans, size, (off_t)at);
	if (written < 0)
		return -errno;
	if ((size_t)written != size)
		return -ENOSPC;
	journal->n_loans += n;
	return 0;
}

/*
 * Those that were repaid have no first letter any more. Of the others the next attempt takes care, and of them
 * only: a device that was let go may be bound by then, for good.
 */
static void forget_repaid(struct dax_journal *journal)
{
	size_t left = 0, size = sizeof(*journal->loans);

	for (size_t i = 0; i < journal->n_loans; i++) {
		if (journal->loans[i][0])
			memmove(journal->loans[left++], journal->loans[i], size);
	}
	if (left == journal->n_loans)
		return;
	/* Should they stay there, they are found to be repaid. */
	if (left)
		(void)!pwrite(journal->fd, journal->loans, left * size, (off_t)journal->end);
	(void)!ftruncate(journal->fd, (off_t)(journal->end + left * size));
	journal->n_loans = left;
}

void dax_journal_forget_loans(struct dax_journal *journal)
{
	for (size_t i = 0; i < journal->n_loans; i++)
		journal->loans[i][0] = '\0';
	forget_repaid(journal);
}

/* Whoever has set another policy since then is left alone. */
static int repay_policy(struct dax_doer *doer, const char *word, struct dax_error *err)
{
	enum dax_policy now = DAX_POLICY_OFFLINE;
	int r = doer->recovering ? dax_scan_policy(doer->sysfs, &now, NULL) : 0;

	if (!r && now == DAX_POLICY_OFFLINE)
		r = dax_doer_write_policy(doer, dax_policy_of(word));
	return r ? dax_fail(err, -r, "cannot write %s back to auto_online_blocks: %s", word, strerror(-r)) : 0;
}

/* Lets go of a device that was picked up, unless after a kill somebody has found a use for it. */
static int repay_unbound(struct dax_doer *doer, const char *device, struct dax_error *err)
{
	char driver[DAX_NAME_MAX];
	int r = dax_scan_driver_of(doer->sysfs, device, driver);

	if (!r && !dax_driver_bit(driver))
		return 0;
	doer->picked_up = true;
	if (!r && strcmp(driver, "kmem") == 0)
		r = dax_doer_require_offline(doer, device, NULL);
	else if (!r && doer->recovering) /* that was some time ago */
		r = dax_check_device(doer, device, NULL);
	if (!r)
		r = dax_doer_write_driver(doer, driver, "unbind", device);
	else if (doer->recovering)
		return 0;
	return r ? dax_fail(err, -r, "%s got a driver by the way, and cannot be unbound again: %s", device,
			    strerror(-r)) : 0;
}

/* "DRIVER DEVICE": else a later device of that name would be bound by it. A driver that is gone has no ids. */
static int repay_id(struct dax_doer *doer, const char *id, struct dax_error *err)
{
	char driver[DAX_NAME_MAX];
	const char *device = strchr(id, ' ') + 1;

	snprintf(driver, sizeof(driver), "%.*s", (int)(device - 1 - id), id);
	int r = dax_doer_write_driver(doer, driver, "remove_id", device);
	return r && r != -ENOENT ? dax_fail(err, -r, "cannot remove the id of %s from %s: %s", device, driver,
					    strerror(-r)) : 0;
}

/* A device of that name that is not empty is somebody's. */
static int repay_spare(struct dax_doer *doer, const char *device, struct dax_error *err)
{
	char dir[PATH_MAX], driver[DAX_NAME_MAX];
	uint64_t size = 0;

	for (size_t i = 0; i < doer->before->n_regions; i++) {
		const char *region = doer->before->regions[i].path;

		if (snprintf(dir, sizeof(dir), "%s/%s", region, device) >= (int)sizeof(dir) ||
		    dax_sysfs_read_u64(doer->sysfs, dir, "size", &size, NULL))
			continue;
		int r = dax_scan_driver_of(doer->sysfs, device, driver);
		if (size || driver[0])
			return 0;
		snprintf(dir, sizeof(dir), "%s/dax_region", region);
		if (!r)
			r = dax_sysfs_write_kept(doer->sysfs, dir, "delete", device);
		return r ? dax_fail(err, -r, "%s was made for a moment, and cannot be deleted: %s", device,
				    strerror(-r)) : 0;
	}
	return 0;
}

static int repay(struct dax_doer *doer, const char *loan, struct dax_error *err)
{
	if (dax_loan_is(loan, DAX_LOAN_POLICY))
		return repay_policy(doer, dax_loan_is(loan, DAX_LOAN_POLICY), err);
	if (dax_loan_is(loan, DAX_LOAN_UNBOUND))
		return repay_unbound(doer, dax_loan_is(loan, DAX_LOAN_UNBOUND), err);
	if (dax_loan_is(loan, DAX_LOAN_SPARE))
		return repay_spare(doer, dax_loan_is(loan, DAX_LOAN_SPARE), err);
	return repay_id(doer, dax_loan_is(loan, DAX_LOAN_ID), err);
}

int dax_doer_repay(struct dax_doer *doer, struct dax_error *err)
{
	int result = 0;

	for (size_t i = doer->journal->n_loans; i-- > 0;) {
		int r = repay(doer, doer->journal->loans[i], err);

		if (r)
			result = r;
		else
			doer->journal->loans[i][0] = '\0';
	}
	forget_repaid(doer->journal);
	return result;
}

