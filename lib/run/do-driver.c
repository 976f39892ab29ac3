/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Binding and unbinding (drivers/base/bus.c, drivers/dax/bus.c). `bind` returns the real errno, and is tried
 * first. ENODEV means that the driver accepts the device only by id. `new_id` makes the driver probe every
 * device on the bus, and reports no failure. So the id exists only for a moment, and other devices that were
 * bound meanwhile are unbound again.
 */
#include "run/do-driver.h"

#include "door/udev.h"
#include "run/do-load-driver.h"
#include "run/do-memory.h"
#include "run/do-policy.h"
#include "run/do-removal.h"
#include "run/doer.h"
#include "run/loans.h"
#include "state/memory.h"
#include "state/scan-device.h"
#include "state/scan-memory.h"
#include "state/scan.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

static const char bus_dir[] = "bus/dax/devices";

static bool is_bound_to(struct dax_doer *doer, const char *device, const char *driver)
{
	char now[DAX_NAME_MAX];

	return dax_scan_driver_of(doer->sysfs, device, now) == 0 && strcmp(now, driver) == 0;
}

static bool is_target(const struct dax_doer *doer, const char *device)
{
	for (size_t i = 0; i < doer->plan->n_targets; i++) {
		if (strcmp(doer->names[i], device) == 0)
			return true;
	}
	return false;
}

/* Notes a device that a driver could bind, now or after the plan has unbound it. */
static int note_bystander(const char *device, void *data)
{
	struct dax_doer *doer = data;

	if (strlen(device) >= DAX_NAME_MAX || (!is_target(doer, device) && !is_bound_to(doer, device, "")))
		return 0;
	char(*grown)[DAX_NAME_MAX] = reallocarray(doer->bystanders, doer->n_bystanders + 1, sizeof(*grown));
	if (!grown)
		return -ENOMEM;
	doer->bystanders = grown;
	strcpy(grown[doer->n_bystanders++], device);
	return 0;
}

/* What is known about the region of a device; NULL if the region was not read. */
static struct dax_matching *matching_of(const struct dax_doer *doer, const char *device)
{
	int region_id = 0, id = 0;

	for (size_t i = 0; i < doer->before->n_regions; i++) {
		if (dax_parse_device_name(device, &region_id, &id) == 0 && doer->before->regions[i].id == region_id)
			return &doer->matching[i];
	}
	return NULL;
}

/* An id that no device has. As a new id it makes a driver probe all devices, and matches none itself. */
#define NOBODY "dax2147483647.2147483647"

/* The devices that have no driver now and that DRIVER could bind; see lend_id. */
static int find_loose(struct dax_doer *doer, const char *driver, const char *device, char (*loans)[DAX_NAME_MAX],
		      bool *watched)
{
	int n = 0;

	for (size_t i = 0; i < doer->n_bystanders; i++) {
		const char *other = doer->bystanders[i];
		const struct dax_matching *matching = matching_of(doer, other);

		if ((matching && (matching->alone & dax_driver_bit(driver))) || strcmp(other, device) == 0 ||
		    !is_bound_to(doer, other, ""))
			continue;
		uint64_t serial = 0;
		if (dax_sysfs_read_serial(doer->sysfs, bus_dir, other, &serial))
			continue; /* it no longer exists */
		snprintf(loans[n++], sizeof(*loans), DAX_LOAN_UNBOUND "%llu %s", (unsigned long long)serial, other);
		*watched |= matching && matching == matching_of(doer, device);
	}
	return n;
}

static bool note_id(char loan[DAX_NAME_MAX], const char *driver, const char *device)
{
	return snprintf(loan, DAX_NAME_MAX, DAX_LOAN_ID "%s %s", driver, device) < DAX_NAME_MAX;
}

/* New memory blocks get this policy until the loans are repaid. */
static int lend_policy(struct dax_doer *doer, enum dax_policy wanted)
{
	enum dax_policy now = DAX_POLICY_UNKNOWN;
	char loan[1][DAX_NAME_MAX];
	int r = dax_scan_policy(doer->sysfs, &now, NULL);

	if (r || now == DAX_POLICY_UNKNOWN || now == wanted)
		return r;
	snprintf(loan[0], sizeof(loan[0]), DAX_LOAN_POLICY "%s %s", dax_policy_word(now), dax_policy_word(wanted));
	r = dax_journal_lend(doer->journal, (const char(*)[DAX_NAME_MAX])loan, 1);
	return r ? r : dax_doer_write_policy(doer, wanted);
}

/*
 * Notes that DRIVER has the id of DEVICE, and which other devices have no driver now and could be bound to
 * this one: afterwards they must have none. They can include later targets of the plan. The devices that a
 * driver matches without an id are the same for all devices of a region (dax_match_type in
 * drivers/dax/bus.c). If the driver was seen not to bind the others, this is not checked again. *WATCHED:
 * such a device could be observed now. The memory of such a bystander must not go online while it is bound to
 * kmem, because it could not be unbound again. If new memory must go online, *APART: the driver binds the
 * bystanders first, by an id that no device has, with the policy offline.
 */
static int lend_id(struct dax_doer *doer, const struct dax_step *step, enum dax_policy policy, bool *watched,
		   bool *apart)
{
	const char *device = dax_doer_name(doer, step);
	_cleanup_free_ char(*loans)[DAX_NAME_MAX] = NULL;

	if (!doer->bystanders_known) {
		int r = dax_sysfs_list(doer->sysfs, bus_dir, note_bystander, doer, NULL);

		if (r)
			return r;
		doer->bystanders_known = true;
	}
	loans = calloc(doer->n_bystanders + 2, sizeof(*loans));
	if (!loans)
		return -ENOMEM;
	int n = find_loose(doer, step->driver, device, loans, watched);
	*apart = n && policy > DAX_POLICY_OFFLINE;
	int r = *apart ? lend_policy(doer, DAX_POLICY_OFFLINE) : 0;
	if (*apart)
		note_id(loans[n++], step->driver, NOBODY);
	if (!note_id(loans[n++], step->driver, device))
		return -ENAMETOOLONG;
	return r ? r : dax_journal_lend(doer->journal, (const char(*)[DAX_NAME_MAX])loans, (size_t)n);
}

/*
 * POLICY: the policy for the memory of the device if it is bound to kmem; DAX_POLICY_UNKNOWN for other
 * drivers.
 */
static int bind_by_id(struct dax_doer *doer, const struct dax_step *step, enum dax_policy policy, bool *watched)
{
	const char *driver = step->driver, *device = dax_doer_name(doer, step);
	bool apart = false;
	int r = lend_id(doer, step, policy, watched, &apart);

	if (!r && apart)
		r = dax_doer_write_driver(doer, driver, "new_id", NOBODY);
	if (!r && policy)
		r = apart ? dax_doer_write_policy(doer, policy) : lend_policy(doer, policy);
	if (!r)
		r = dax_doer_write_driver(doer, driver, "new_id", device);
	if (!r && !is_bound_to(doer, device, driver))
		r = dax_doer_write_driver(doer, driver, "bind", device);
	return r;
}

/* The meaning of an errno of a probe (dax_bus_probe, dev_dax_probe, dev_dax_kmem_probe). */
static const char *bind_hint(const char *driver, const char *device, int code)
{
	int region_id = 0, id = 0;

	switch (code) {
	case ENODEV:
		return "the driver does not accept this device";
	case ENOENT: /* in an undo after a reboot; a plan has a step for this */
		return "load the driver with modprobe";
	case EBUSY:
		return "its memory is in use: see /proc/iomem; memory that its device has lost stays "
		       "System RAM there until a reboot";
	case EINVAL: /* kmem reports the reason; other drivers refuse a second attempt, whatever was wrong
		      * with the first */
		if (strcmp(driver, "kmem") == 0)
			return NULL;
		if (dax_parse_device_name(device, &region_id, &id) == 0 && id == 0)
			return "after a failed attempt the first device of a region can be refused until the next reboot";
		return "after a failed attempt a device can be refused permanently: destroy it and create it "
		       "again";
	default:
		return NULL;
	}
}

static int fail_bind(struct dax_doer *doer, const struct dax_step *step, int r, struct dax_error *err)
{
	const char *hint = bind_hint(step->driver, dax_doer_name(doer, step), -r);
	char what[32 + DAX_NAME_MAX];

	snprintf(what, sizeof(what), "bind it to %s", step->driver);
	dax_doer_fail(doer, step, -r, what, err);
	if (hint)
		dax_error_hint(err, "%s", hint);
	return r;
}

/*
 * After a binding, which ended with R. The loans are repaid in any case, and the memory of a device that is
 * bound gets the state in the step.
 */
static int end_bind(struct dax_doer *doer, const struct dax_step *step, int r, struct dax_error *err)
{
	_cleanup_error_ struct dax_error unpaid = DAX_ERROR_INIT;
	int repaid = dax_doer_repay(doer, &unpaid);

	/*
	 * A udev rule acts once on each new block: blocks that it brings online are taken offline afterwards.
	 */
	if (!r && step->n_blocks && step->blocks[0].to == DAX_BLOCK_OFFLINE)
		dax_udev_settle();
	if (r)
		fail_bind(doer, step, r, err);
	else if (strcmp(step->driver, "kmem") == 0)
		r = dax_do_online(doer, step, err);
	if (repaid)
		dax_error_join(err, &unpaid);
	return r ? r : repaid;
}

static int bind_by_id_and_repay(struct dax_doer *doer, const struct dax_step *step, enum dax_policy policy,
				struct dax_error *err)
{
	struct dax_matching *matching = &doer->matching[doer->plan->targets[step->target].region];
	unsigned bit = dax_driver_bit(step->driver);
	bool watched = false;

	doer->picked_up = false;
	int r = bind_by_id(doer, step, policy, &watched);
	bool bound = !r;
	r = end_bind(doer, step, r, err);
	bool left = dax_journal_lent_to(doer->journal) & bit;
	/* An id that still exists binds its device when the driver probes all devices the next time. */
	for (size_t i = 0; left && i < doer->before->n_regions; i++)
		doer->matching[i].alone &= ~bit;
	if (bound && !left && watched && !doer->picked_up)
		matching->alone |= bit;
	return r;
}

/*
 * During an undo the policy can be any, because another step is stuck or another program has changed it. The
 * device gets its previous state nevertheless.
 */
static int bind_and_hold(struct dax_doer *doer, const struct dax_step *step, enum dax_policy policy)
{
	int r = lend_policy(doer, policy);

	return r ? r : dax_doer_write_driver(doer, step->driver, "bind", dax_doer_name(doer, step));
}

int dax_do_bind(struct dax_doer *doer, const struct dax_step *step, struct dax_error *err)
{
	bool kmem = strcmp(step->driver, "kmem") == 0;
	enum dax_policy policy = kmem ? dax_doer_policy_for(doer, step) : DAX_POLICY_UNKNOWN;
	unsigned *by_id = &doer->matching[doer->plan->targets[step->target].region].by_id;
	const char *device = dax_doer_name(doer, step);
	unsigned bit = dax_driver_bit(step->driver);
	bool hold = kmem && doer->undoing;
	int r = 0;

	/* Partly unbound: its memory is gone already, and returns only with a new binding. */
	if (hold && dax_doer_is_unplugged(doer, device))
		r = dax_doer_write_driver(doer, step->driver, "unbind", device);
	if (r)
		return dax_doer_fail(doer, step, -r, "unbind it from kmem", err);
	r = -ENODEV;
	if (!(*by_id & bit))
		r = hold ? bind_and_hold(doer, step, policy)
					  : dax_doer_write_driver(doer, step->driver, "bind", device);
	/* If the device does not exist, an id would only bind others. */
	if (r != -ENODEV || !dax_sysfs_exists(doer->sysfs, bus_dir, device))
		return end_bind(doer, step, r, err);
	*by_id |= bit;
	return bind_by_id_and_repay(doer, step, policy, err);
}

int dax_do_unbind(struct dax_doer *doer, const struct dax_step *step, struct dax_error *err)
{
	char what[32 + DAX_NAME_MAX];
	bool kmem = strcmp(step->driver, "kmem") == 0;
	int r = kmem ? dax_doer_require_offline(doer, dax_doer_name(doer, step), err) : 0;

	if (!r && kmem)
		r = dax_doer_unplug(doer, dax_doer_name(doer, step), err);
	snprintf(what, sizeof(what), "unbind it from %s", step->driver);
	if (r) {
		dax_doer_context(dax_doer_name(doer, step), what, err);
		return r;
	}
	r = dax_doer_write_driver(doer, step->driver, "unbind", dax_doer_name(doer, step));
	return r ? dax_doer_fail(doer, step, -r, what, err) : 0;
}

int dax_verify_unbind(struct dax_doer *doer, const struct dax_step *step, struct dax_error *err)
{
	const char *name = dax_doer_name(doer, step);

	if (!is_bound_to(doer, name, ""))
		return dax_fail(err, EBUSY, "%s: the kernel reported success, but did not unbind it", name);
	return strcmp(step->driver, "kmem") == 0 ? dax_doer_require_removed(doer, name, err) : 0;
}

bool dax_unchanged_bind(struct dax_doer *doer, const struct dax_step *step)
{
	return is_bound_to(doer, dax_doer_name(doer, step), "");
}

bool dax_unchanged_unbind(struct dax_doer *doer, const struct dax_step *step)
{
	const char *name = dax_doer_name(doer, step);

	return is_bound_to(doer, name, step->driver) && !dax_doer_is_unplugged(doer, name);
}

int dax_do_load_driver(struct dax_doer *doer, const struct dax_step *step, struct dax_error *err)
{
	return dax_driver_load(doer->sysfs, step->driver, err);
}
