/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "run/loans.h"

#include "base/error.h"
#include "base/fields.h"
#include "base/text.h"
#include "door/sysfs.h"
#include "plan/plan.h"
#include "run/do-removal.h"
#include "run/doer.h"
#include "run/guard-holders.h"
#include "run/journal.h"
#include "state/memory.h"
#include "state/scan-device.h"
#include "state/scan-memory.h"
#include "state/topology.h"

#include <errno.h>
#include <limits.h>
#include <stdatomic.h>
#include <stdio.h>

#define SPARE_LOANS 16

/* Copies the word at TEXT, which ends at a space; false if it is empty. */
static bool copy_word(const char *text, char word[DAX_NAME_MAX])
{
	size_t length = strcspn(text, " ");

	snprintf(word, DAX_NAME_MAX, "%.*s", (int)length, text);
	return length;
}

/* "WAS IS"; without IS it is offline. */
static bool read_policies(const char *text, enum dax_policy *was, enum dax_policy *is)
{
	const char *space = strchr(text, ' ');
	char first[DAX_NAME_MAX];

	copy_word(text, first);
	*was = dax_policy_of(first);
	*is = dax_policy_of(space ? space + 1 : "offline");
	return *was && *is;
}

/* The driver that has an id. */
static unsigned driver_of(const char *id)
{
	char driver[DAX_NAME_MAX];

	return copy_word(id, driver) ? dax_driver_bit(driver) : 0;
}

bool dax_loan_is_valid(const char loan[DAX_NAME_MAX])
{
	enum dax_policy was = DAX_POLICY_UNKNOWN, is = DAX_POLICY_UNKNOWN;
	int region_id = 0, id = 0;

	if (!memchr(loan, '\0', DAX_NAME_MAX))
		return false;
	if (dax_loan_is(loan, DAX_LOAN_POLICY))
		return read_policies(dax_loan_is(loan, DAX_LOAN_POLICY), &was, &is);
	if (dax_loan_is(loan, DAX_LOAN_ID) && !driver_of(dax_loan_is(loan, DAX_LOAN_ID)))
		return false;
	if (dax_loan_is(loan, DAX_LOAN_UNBOUND) && strchr(dax_loan_is(loan, DAX_LOAN_UNBOUND), ' ') && !dax_loan_serial(loan))
		return false;
	return dax_loan_device(loan) && dax_parse_exact_name(dax_loan_device(loan), &region_id, &id) == 0;
}

const char *dax_loan_device(const char *loan)
{
	const char *id = dax_loan_is(loan, DAX_LOAN_ID), *unbound = dax_loan_is(loan, DAX_LOAN_UNBOUND);
	const char *space = id ? strchr(id, ' ') : unbound ? strchr(unbound, ' ') : NULL;

	return space ? space + 1 : unbound ? unbound : dax_loan_is(loan, DAX_LOAN_SPARE);
}

uint64_t dax_loan_serial(const char *loan)
{
	const char *unbound = dax_loan_is(loan, DAX_LOAN_UNBOUND);

	uint64_t serial = 0;

	return !unbound || dax_field_digits(&unbound, 10, &serial) || *unbound != ' ' ? 0 : serial;
}

/* An entry is valid when its first letter is written, which is done last: a kill cannot leave half of it. */
static void take_entry(char entry[DAX_NAME_MAX], const char loan[DAX_NAME_MAX])
{
	memcpy(entry + 1, loan + 1, DAX_NAME_MAX - 1);
	atomic_signal_fence(memory_order_seq_cst);
	*(volatile char *)entry = loan[0];
}

int dax_journal_lend(struct dax_journal *journal, const char (*loans)[DAX_NAME_MAX], size_t n)
{
	size_t free_entries = 0, done = 0;

	for (size_t i = 0; i < journal->room; i++)
		free_entries += !journal->loans[i][0];
	if (free_entries < n)
		return -ENOSPC;
	for (size_t i = 0; done < n; i++) {
		if (!journal->loans[i][0])
			take_entry(journal->loans[i], loans[done++]);
	}
	return 0;
}

unsigned dax_journal_lent_to(const struct dax_journal *journal)
{
	unsigned drivers = 0;

	for (size_t i = 0; i < journal->room; i++) {
		const char *id = dax_loan_is(journal->loans[i], DAX_LOAN_ID);

		drivers |= id ? driver_of(id) : 0;
	}
	return drivers;
}

void dax_journal_forget_loans(struct dax_journal *journal)
{
	for (size_t i = 0; i < journal->room; i++)
		journal->loans[i][0] = '\0';
}

bool dax_journal_lends_policy(const struct dax_journal *journal, enum dax_policy policy)
{
	for (size_t i = 0; i < journal->room; i++) {
		const char *lent = dax_loan_is(journal->loans[i], DAX_LOAN_POLICY);
		enum dax_policy was = DAX_POLICY_UNKNOWN, is = DAX_POLICY_UNKNOWN;

		if (lent && read_policies(lent, &was, &is) && is == policy)
			return true;
	}
	return false;
}

void dax_journal_forget_policy(struct dax_journal *journal)
{
	for (size_t i = 0; i < journal->room; i++) {
		if (dax_loan_is(journal->loans[i], DAX_LOAN_POLICY))
			journal->loans[i][0] = '\0';
	}
}

static int count_device(const char *name, void *data)
{
	(void)name;
	++*(size_t *)data;
	return 0;
}

int dax_loans_needed(struct dax_sysfs *sysfs, const struct dax_plan *plan, size_t *n, struct dax_error *err)
{
	bool all = false;

	/* One for the policy, one for an id, and some for devices that others create meanwhile. */
	*n = SPARE_LOANS;
	for (size_t i = 0; i < plan->n_steps; i++) {
		const struct dax_step *step = &plan->steps[i];
		int region_id = 0, id = 0;

		all = all || step->kind == DAX_STEP_BIND || step->kind == DAX_STEP_UNBIND;
		if (step->kind == DAX_STEP_DELETE &&
		    dax_parse_device_name(plan->targets[step->target].name, &region_id, &id) == 0 &&
		    (size_t)id + SPARE_LOANS > *n)
			*n = (size_t)id + SPARE_LOANS;
	}
	int r = all ? dax_sysfs_list(sysfs, "bus/dax/devices", count_device, n, err) : 0;
	if (r != -ENOENT)
		return r;
	dax_error_release(err); /* no bus, no devices */
	return 0;
}

/* A policy that another program has set since then is kept. */
static int repay_policy(struct dax_doer *doer, const char *text, struct dax_error *err)
{
	enum dax_policy was = DAX_POLICY_UNKNOWN, is = DAX_POLICY_UNKNOWN, now = DAX_POLICY_UNKNOWN;
	bool valid = read_policies(text, &was, &is);
	int r = doer->recovering ? dax_scan_policy(doer->sysfs, &now, NULL) : 0;

	if (valid && !r && (!doer->recovering || now == is))
		r = dax_doer_write_policy(doer, was);
	return r ? dax_fail(err, -r, "cannot set auto_online_blocks back to %s: %s", dax_policy_word(was),
			    strerror(-r))
		 : 0;
}

/*
 * Whether, as far as it is known, it is the device that was lent, and is bound to the driver to which it was
 * lent.
 */
static bool is_lent(const struct dax_doer *doer, const char *loan, const char *driver)
{
	uint64_t was = dax_loan_serial(loan), serial = 0;

	/* In the run that lent it, an unbind that failed is retried after the id is removed. */
	bool known = doer->recovering && doer->lent;

	if (!dax_driver_bit(driver) || (known && !(doer->lent & dax_driver_bit(driver))))
		return false;
	return !was || (dax_sysfs_read_serial(doer->sysfs, "bus/dax/devices", dax_loan_device(loan), &serial) == 0 &&
			serial == was);
}

/*
 * Unbinds a device that was bound as a side effect, unless another program has started to use it after a
 * kill.
 */
static int repay_unbound(struct dax_doer *doer, const char *loan, struct dax_error *err)
{
	const char *device = dax_loan_device(loan);
	char driver[DAX_NAME_MAX];
	int r = dax_scan_driver_of(doer->sysfs, device, driver);

	if (!r && !is_lent(doer, loan, driver))
		return 0;
	doer->picked_up = true;
	if (!r && strcmp(driver, "kmem") == 0)
		r = dax_doer_require_offline(doer, device, err);
	else if (!r && doer->recovering) /* that was some time ago */
		r = dax_check_device(doer, device, err);
	if (r && doer->recovering) {
		dax_error_release(err);
		return 0;
	}
	if (!r)
		r = dax_doer_write_driver(doer, driver, "unbind", device);
	if (r && (!err || !err->message))
		dax_fail(err, -r, "%s: %s", device, strerror(-r));
	if (r)
		dax_doer_context(device, "unbind it again (it was bound as a side effect)", err);
	return r;
}

/*
 * "DRIVER DEVICE": otherwise a later device of that name would be bound to it. A driver that was unloaded has
 * no ids.
 */
static int repay_id(struct dax_doer *doer, const char *id, struct dax_error *err)
{
	char driver[DAX_NAME_MAX];
	const char *device = strchr(id, ' ') + 1;

	snprintf(driver, sizeof(driver), "%.*s", (int)(device - 1 - id), id);
	int r = dax_doer_write_driver(doer, driver, "remove_id", device);
	return r && r != -ENOENT ? dax_fail(err, -r, "%s: cannot remove its id from %s: %s", device, driver,
					    strerror(-r)) : 0;
}

/* A device of that name that is not empty belongs to somebody else. */
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
		return r ? dax_fail(err, -r, "%s: cannot delete it (it was created temporarily): %s", device,
				    strerror(-r)) : 0;
	}
	return 0;
}

static int repay(struct dax_doer *doer, const char *loan, struct dax_error *err)
{
	if (dax_loan_is(loan, DAX_LOAN_POLICY))
		return repay_policy(doer, dax_loan_is(loan, DAX_LOAN_POLICY), err);
	if (dax_loan_is(loan, DAX_LOAN_UNBOUND))
		return repay_unbound(doer, loan, err);
	if (dax_loan_is(loan, DAX_LOAN_SPARE))
		return repay_spare(doer, dax_loan_is(loan, DAX_LOAN_SPARE), err);
	return repay_id(doer, dax_loan_is(loan, DAX_LOAN_ID), err);
}

int dax_doer_repay(struct dax_doer *doer, struct dax_error *err)
{
	int result = 0;

	doer->lent = dax_journal_lent_to(doer->journal);
	for (size_t i = doer->journal->room; i-- > 0;) {
		_cleanup_error_ struct dax_error failure = DAX_ERROR_INIT;
		char *loan = doer->journal->loans[i];
		int r = loan[0] ? repay(doer, loan, &failure) : 0;

		if (r) {
			result = r;
			dax_error_join(err, &failure);
		} else {
			loan[0] = '\0';
		}
	}
	return result;
}

