/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Protects disks that are in use. The kernel removes a disk of persistent memory whoever uses it. Only
 * exclusive users prevent it, and only libndctl checks them (namespace_disable_safe).
 */
#include "run/guard-disks.h"

#include "base/error.h"
#include "plan/plan.h"
#include "plan/request.h"
#include "run/doer.h"
#include "state/holders.h"
#include "state/scan-disk.h"
#include "state/scan-namespace.h"
#include "state/scan.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

/* udev and others open a new disk to examine it, and close it again: the time to wait for this. */
#define PATIENCE_MS 1000
#define PAUSE_MS    100

/* A disk that disappears, or gets another configuration. */
static bool takes_disk(const struct dax_step *step)
{
	return (step->kind == DAX_STEP_SET_NAMESPACE || step->kind == DAX_STEP_DESTROY_NAMESPACE) &&
	       step->was.mode != DAX_NAMESPACE_DEVDAX;
}

bool dax_step_takes_away(const struct dax_step *step)
{
	return step->kind == DAX_STEP_UNBIND || takes_disk(step);
}

/* A namespace that is half configured may be a disk, whatever its previous or next mode is. */
static bool may_take_disk(const struct dax_step *step)
{
	return step->kind == DAX_STEP_SET_NAMESPACE || step->kind == DAX_STEP_DESTROY_NAMESPACE;
}

/* A file that is open or mapped holds the module of the disk's driver; so does a use by the kernel. */
static bool is_any_in_use(struct dax_sysfs *sysfs)
{
	uint64_t count = 0;

	return dax_sysfs_read_u64(sysfs, "module/nd_pmem", "refcnt", &count, NULL) || count;
}

/* The current namespace of STEP; without a namespace there is no disk. */
static int read_now(const struct dax_doer *doer, const struct dax_step *step, struct dax_namespace *namespace,
		    struct dax_error *err)
{
	char name[DAX_NAME_MAX];
	int region_id = 0, id = 0;
	bool gone = false;

	*namespace = (struct dax_namespace){ 0 };
	if (!dax_doer_name(doer, step)[0])
		return 0;
	if (dax_parse_device_name(dax_doer_name(doer, step), &region_id, &id))
		return dax_fail(err, EINVAL, "'%s' is not a device", dax_doer_name(doer, step));
	snprintf(name, sizeof(name), "namespace%d.%d", region_id, id);
	return dax_scan_namespace(doer->sysfs, name, namespace, &gone, err);
}

static int refuse_use(const struct dax_namespace *namespace, struct dax_error *err)
{
	char text[DAX_USE_TEXT];

	dax_fail(err, EBUSY, "%s is in use: %s is %s", namespace->name, namespace->block,
		 dax_describe_use(&namespace->use, text));
	dax_error_hint(err, "%s", dax_use_hint(namespace->use.kind));
	return -EBUSY;
}

static int refuse_held(const struct dax_namespace *namespace, const struct dax_held *held,
		       struct dax_error *err)
{
	_cleanup_free_ char *text = dax_describe_holders(held);

	dax_fail(err, EBUSY, "%s, the disk of %s, is in use: %s", namespace->block, namespace->name,
		 text ? text : "by a program");
	dax_error_hint(err,
		       "stop the programs that use it, or use --force=in-use to remove it while they run");
	return -EBUSY;
}

/* *HELD: its holders in the list, which must live as long; NULL for none. */
static int find_holders(struct dax_sysfs *sysfs, const char *disk, struct dax_held_list *list,
			const struct dax_held **held, struct dax_error *err)
{
	_cleanup_(dax_numbers_release) struct dax_numbers numbers = { 0 };
	int r = dax_scan_disk_numbers(sysfs, disk, &numbers, err);

	for (size_t i = 0; !r && i < numbers.n; i++)
		r = dax_held_add(list, true, numbers.items[i]) ? dax_no_memory(err) : 0;
	if (!r)
		r = dax_holders_find(list, err);
	*held = NULL;
	for (size_t i = 0; !r && !*held && i < list->n; i++)
		*held = list->items[i].n ? &list->items[i] : NULL;
	return r;
}

static int check_programs(const struct dax_doer *doer, const struct dax_namespace *namespace,
			  struct dax_error *err)
{
	for (int waited = 0;; waited += PAUSE_MS) {
		const struct timespec pause = { .tv_nsec = PAUSE_MS * 1000000L };
		_cleanup_held_ struct dax_held_list list = { 0 };
		const struct dax_held *held = NULL;
		int r = find_holders(doer->sysfs, namespace->block, &list, &held, err);

		if (r || !held)
			return r;
		if (waited >= PATIENCE_MS || dax_doer_interrupted(doer))
			return refuse_held(namespace, held, err);
		nanosleep(&pause, NULL);
	}
}

static int check_disk(const struct dax_doer *doer, const struct dax_step *step, struct dax_error *err)
{
	struct dax_namespace namespace;
	int r = read_now(doer, step, &namespace, err);

	if (r || !namespace.block[0])
		return r;
	dax_scan_disk_use(doer->sysfs, namespace.block, &namespace.use);
	if (namespace.use.kind)
		return refuse_use(&namespace, err);
	return doer->options->risks & DAX_RISK_IN_USE ? 0 : check_programs(doer, &namespace, err);
}

int dax_check_disks(struct dax_doer *doer, const struct dax_step *steps, size_t n, struct dax_error *err)
{
	int r = 0;

	/* In an undo, the existing objects were created by this change a moment ago. */
	if (doer->undoing && !doer->recovering)
		return 0;
	for (size_t i = 0; !r && i < n; i++) {
		if (may_take_disk(&steps[i]) && is_any_in_use(doer->sysfs))
			r = check_disk(doer, &steps[i], err);
	}
	return r;
}
