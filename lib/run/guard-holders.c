/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Protects devices that programs use: when to search for programs, and what to report. */
#include "run/guard-holders.h"

#include "base/error.h"
#include "base/fields.h"
#include "plan/plan.h"
#include "plan/request.h"
#include "run/doer.h"
#include "run/guard-disks.h"
#include "state/holders.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/sysmacros.h>

/* The drivers whose devices programs can open. */
static const char *const drivers[] = { "device_dax", "fsdev_dax" };

enum open_state {
	NOTHING_OPEN,
	UNKNOWN_OPEN, /* for a driver that is not a module */
	SOMETHING_OPEN,
};

/*
 * Whether any device is open: a file that is open or mapped holds the module of its device's driver
 * (cdev_get).
 */
static enum open_state read_open_state(struct dax_sysfs *sysfs)
{
	enum open_state state = NOTHING_OPEN;

	for (size_t i = 0; i < ARRAY_SIZE(drivers); i++) {
		char dir[32 + DAX_NAME_MAX];
		uint64_t count = 0;

		snprintf(dir, sizeof(dir), "module/%s", drivers[i]);
		int r = dax_sysfs_read_u64(sysfs, dir, "refcnt", &count, NULL);
		if (!r && count)
			return SOMETHING_OPEN;
		if (r && (r != -ENOENT || dax_sysfs_exists(sysfs, "bus/dax/drivers", drivers[i])))
			state = UNKNOWN_OPEN;
	}
	return state;
}

static int add_device(struct dax_doer *doer, const char *device, struct dax_held_list *list, dev_t *number,
		      struct dax_error *err)
{
	char dir[32 + DAX_NAME_MAX], text[32];

	snprintf(dir, sizeof(dir), "bus/dax/devices/%s", device);
	int r = dax_sysfs_read(doer->sysfs, dir, "dev", text, sizeof(text), err);
	if (r)
		return r;
	if (dax_parse_device_number(text, number))
		return dax_fail(err, EPROTO, "%s/dev holds '%s', which is not a device number", dir, text);
	return dax_held_add(list, false, *number) ? dax_no_memory(err) : 0;
}

static int refuse(const char *device, const struct dax_held *held, bool pulls, struct dax_error *err)
{
	_cleanup_free_ char *text = dax_describe_holders(held);

	dax_fail(err, EBUSY, "%s is %sin use: %s", device, pulls ? "" : "still ", text ? text : "by a program");
	dax_error_hint(
		err,
		pulls ? "stop the programs that use it, or use --force=in-use to disable it while they run"
		      : "stop that program first: if the device is enabled now, it breaks when the program "
			"closes the old file; use --force=in-use to allow this");
	return -EBUSY;
}

/* A device of one of the drivers is open, but no process in /proc has one open. */
static int refuse_hidden(const char *device, struct dax_error *err)
{
	dax_fail(err, EBUSY, "%s may be in use: a dax device is open, but not by a process in /proc", device);
	dax_error_hint(err, "run this outside of any container, and stop the programs that use dax devices; "
			    "if there are none, use --force=in-use");
	return -EBUSY;
}

/* Memory goes offline only if nobody uses it; and nobody can use what the plan creates. */
static bool can_hurt(const struct dax_doer *doer, const struct dax_step *step)
{
	if (step->kind != DAX_STEP_UNBIND && step->kind != DAX_STEP_BIND)
		return false;
	return strcmp(step->driver, "kmem") != 0 &&
	       (step->kind == DAX_STEP_UNBIND || (!doer->plan->targets[step->target].created &&
						  !doer->plan->targets[step->target].recreated));
}

/* NUMBERS has room for one number for each of the N steps. */
static int check_steps(struct dax_doer *doer, const struct dax_step *steps, size_t n, dev_t *numbers,
		       struct dax_error *err)
{
	_cleanup_held_ struct dax_held_list list = { 0 };
	const char *last = NULL;
	int r = 0;

	for (size_t i = 0; !r && i < n; i++) {
		if (!can_hurt(doer, &steps[i]))
			continue;
		last = dax_doer_name(doer, &steps[i]);
		r = add_device(doer, last, &list, &numbers[i], err);
	}
	if (!r && last)
		r = dax_holders_find(&list, err);
	for (size_t i = 0; !r && i < n; i++) {
		const struct dax_held *held =
			can_hurt(doer, &steps[i]) ? dax_held_by(&list, false, numbers[i]) : NULL;

		if (held && held->n)
			r = refuse(dax_doer_name(doer, &steps[i]), held, steps[i].kind == DAX_STEP_UNBIND, err);
	}
	/* It may have been closed during the search. */
	if (!r && last && !list.others && read_open_state(doer->sysfs) == SOMETHING_OPEN)
		r = refuse_hidden(last, err);
	return r;
}

static int check_devices(struct dax_doer *doer, const struct dax_step *steps, size_t n, struct dax_error *err)
{
	_cleanup_free_ dev_t *numbers = NULL;
	size_t i = 0;

	while (i < n && !can_hurt(doer, &steps[i]))
		i++;
	if (i == n || (doer->options->risks & DAX_RISK_IN_USE) || read_open_state(doer->sysfs) == NOTHING_OPEN)
		return 0;
	numbers = calloc(n, sizeof(*numbers));
	return numbers ? check_steps(doer, steps, n, numbers, err) : dax_no_memory(err);
}

int dax_check_holders(struct dax_doer *doer, const struct dax_step *steps, size_t n, struct dax_error *err)
{
	int r = check_devices(doer, steps, n, err);

	return r ? r : dax_check_disks(doer, steps, n, err);
}

int dax_check_device(struct dax_doer *doer, const char *device, struct dax_error *err)
{
	_cleanup_held_ struct dax_held_list list = { 0 };
	dev_t number = 0;

	if (read_open_state(doer->sysfs) == NOTHING_OPEN)
		return 0;
	int r = add_device(doer, device, &list, &number, err);
	if (!r)
		r = dax_holders_find(&list, err);
	return r || !list.items[0].n ? r : refuse(device, &list.items[0], true, err);
}
