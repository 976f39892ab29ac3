/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Binding and unbinding (drivers/base/bus.c, drivers/dax/bus.c). `bind` gives the real errno, and is
 * tried first. ENODEV means that the driver takes the device only by id; but `new_id` makes the
 * driver look at every device on the bus, and tells of no failure. So the id is there only for a
 * moment, and what else was picked up in it is let go again.
 */
#include "run/doer.h"
#include "run/loans.h"
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

/* Notes a device that a driver could pick up, now or when the plan has unbound it. */
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

/* What is known of the region of a device; NULL for one that was not read. */
static struct dax_matching *matching_of(const struct dax_doer *doer, const char *device)
{
	int region_id = 0, id = 0;

	for (size_t i = 0; i < doer->before->n_regions; i++) {
		if (dax_parse_device_name(device, &region_id, &id) == 0 && doer->before->regions[i].id == region_id)
			return &doer->matching[i];
	}
	return NULL;
}

/*
 * Notes that DRIVER has the id of DEVICE, and which other devices have no driver now, and could get this
 * one: they have none afterwards. Among them can be targets of the plan whose turn has not come. What a driver
 * matches without an id is the same for all devices of a region (dax_match_type in drivers/dax/bus.c): where it
 * was seen to leave the others alone nobody looks again. *WATCHED: one of them could have been seen now.
 */
static int lend_id(struct dax_doer *doer, const char *driver, const char *device, bool *watched)
{
	unsigned bit = dax_driver_bit(driver);
	_cleanup_free_ char(*loans)[DAX_NAME_MAX] = NULL;
	size_t n = 0;

	if (!doer->bystanders_known) {
		int r = dax_sysfs_list(doer->sysfs, bus_dir, note_bystander, doer, NULL);

		if (r)
			return r;
		doer->bystanders_known = true;
	}
	loans = calloc(doer->n_bystanders + 1, sizeof(*loans));
	if (!loans)
		return -ENOMEM;
	for (size_t i = 0; i < doer->n_bystanders; i++) {
		const char *other = doer->bystanders[i];

		const struct dax_matching *matching = matching_of(doer, other);

		if ((matching && (matching->alone & bit)) || strcmp(other, device) == 0 || !is_bound_to(doer, other, ""))
			continue;
		uint64_t serial = 0;
		if (dax_sysfs_read_serial(doer->sysfs, bus_dir, other, &serial))
			continue; /* it is gone */
		snprintf(loans[n++], sizeof(*loans), DAX_LOAN_UNBOUND "%llu %s", (unsigned long long)serial, other);
		*watched |= matching && matching == matching_of(doer, device);
	}
	if (snprintf(loans[n++], sizeof(*loans), DAX_LOAN_ID "%s %s", driver, device) >= (int)sizeof(*loans))
		return -ENAMETOOLONG;
	return dax_journal_lend(doer->journal, (const char(*)[DAX_NAME_MAX])loans, n);
}

/*
 * By id, to kmem: what a bystander has must not go online in the moment for which it is bound, or it
 * could not be let go again. So no policy but offline.
 */
static int lend_policy(struct dax_doer *doer)
{
	enum dax_policy policy = DAX_POLICY_UNKNOWN;
	char loan[1][DAX_NAME_MAX];
	int r = dax_scan_policy(doer->sysfs, &policy, NULL);

	if (r || policy <= DAX_POLICY_OFFLINE)
		return r;
	snprintf(loan[0], sizeof(loan[0]), DAX_LOAN_POLICY "%s", dax_policy_word(policy));
	r = dax_journal_lend(doer->journal, (const char(*)[DAX_NAME_MAX])loan, 1);
	return r ? r : dax_doer_write_policy(doer, DAX_POLICY_OFFLINE);
}

static int bind_by_id(struct dax_doer *doer, const char *driver, const char *device, bool *watched)
{
	int r = lend_id(doer, driver, device, watched);

	if (!r)
		r = dax_doer_write_driver(doer, driver, "new_id", device);
	if (!r && !is_bound_to(doer, device, driver))
		r = dax_doer_write_driver(doer, driver, "bind", device);
	return r;
}

/* And when that was to kmem, the device gets what the policy would have given it. */
static int bind_by_id_and_repay(struct dax_doer *doer, const struct dax_step *step)
{
	bool kmem = strcmp(step->driver, "kmem") == 0, watched = false;
	int r = kmem ? lend_policy(doer) : 0;

	doer->picked_up = false;
	if (!r)
		r = bind_by_id(doer, step->driver, dax_doer_name(doer, step), &watched);
	int repaid = dax_doer_repay(doer, NULL);
	/* An id that is still there picks up its device when the driver looks around the next time. */
	for (size_t i = 0; repaid && i < doer->before->n_regions; i++)
		doer->matching[i].alone &= ~dax_driver_bit(step->driver);
	if (!r && !repaid && watched && !doer->picked_up)
		doer->matching[doer->plan->targets[step->device].region].alone |= dax_driver_bit(step->driver);
	if (!r && kmem)
		r = dax_do_online(doer, step, NULL);
	return r ? r : repaid;
}

/*
 * On the way back: the policy may be any by now, since another step is stuck or because of somebody else.
 * The device gets what the step says all the same.
 */
static int bind_and_hold(struct dax_doer *doer, const struct dax_step *step)
{
	int r = lend_policy(doer);

	if (!r)
		r = dax_doer_write_driver(doer, step->driver, "bind", dax_doer_name(doer, step));
	int repaid = dax_doer_repay(doer, NULL);
	if (!r)
		r = dax_do_online(doer, step, NULL);
	return r ? r : repaid;
}

static int bind_device(struct dax_doer *doer, const struct dax_step *step)
{
	bool hold = doer->undoing && strcmp(step->driver, "kmem") == 0;
	unsigned *by_id = &doer->matching[doer->plan->targets[step->device].region].by_id;
	const char *device = dax_doer_name(doer, step);
	unsigned bit = dax_driver_bit(step->driver);
	int r = 0;

	/* Half unbound: its memory is gone already, and comes back with a binding only. */
	if (hold && dax_doer_is_unplugged(doer, device))
		r = dax_doer_write_driver(doer, step->driver, "unbind", device);
	if (r)
		return r;
	if (!(*by_id & bit)) {
		r = hold ? bind_and_hold(doer, step) : dax_doer_write_driver(doer, step->driver, "bind", device);
		/* Of a device that is not there an id would bind others only. */
		if (r != -ENODEV || !dax_sysfs_exists(doer->sysfs, bus_dir, device))
			return r;
		*by_id |= bit;
	}
	return bind_by_id_and_repay(doer, step);
}

/* What an errno of a probe means (dax_bus_probe, dev_dax_probe, dev_dax_kmem_probe). */
static const char *bind_hint(const char *driver, const char *device, int code)
{
	int region_id = 0, id = 0;

	switch (code) {
	case ENODEV:
		return "the driver does not take this device";
	case ENOENT: /* on the way back, after a reboot; a plan has a step for that */
		return "the driver is not there: modprobe loads it";
	case EBUSY:
		return "its memory is in use: /proc/iomem shows by whom; System RAM that was lost to a device is "
		       "free after a reboot only";
	case EINVAL: /* kmem says why; the others refuse a second attempt whatever was wrong with the first */
		if (strcmp(driver, "kmem") == 0)
			return NULL;
		if (dax_parse_device_name(device, &region_id, &id) == 0 && id == 0)
			return "after a failed attempt the first device of a region can be refused until the next reboot";
		return "after a failed attempt a device can be refused for good: destroy it and create it again";
	default:
		return NULL;
	}
}

int dax_do_bind(struct dax_doer *doer, const struct dax_step *step, struct dax_error *err)
{
	char what[32 + DAX_NAME_MAX];
	int r = bind_device(doer, step);

	if (!r)
		return 0;
	snprintf(what, sizeof(what), "bind it to %s", step->driver);
	dax_doer_fail(doer, step, -r, what, err);
	const char *hint = bind_hint(step->driver, dax_doer_name(doer, step), -r);
	if (hint)
		dax_error_hint(err, "%s", hint);
	return r;
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
		dax_error_context(err, "cannot %s", what);
		return r;
	}
	r = dax_doer_write_driver(doer, step->driver, "unbind", dax_doer_name(doer, step));
	return r ? dax_doer_fail(doer, step, -r, what, err) : 0;
}

int dax_verify_unbind(struct dax_doer *doer, const struct dax_step *step, struct dax_error *err)
{
	const char *name = dax_doer_name(doer, step);

	if (!is_bound_to(doer, name, ""))
		return dax_fail(err, EBUSY, "%s: the kernel did not unbind it, though it said so", name);
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
