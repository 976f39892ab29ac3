/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "run/namespace-work.h"

#include "run/find-target.h"
#include "state/scan-namespace.h"
#include "state/scan-uuid.h"
#include "state/scan.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

void dax_work_release(struct dax_work *work)
{
	dax_ndctl_close(&work->ndctl);
}

int dax_work_fail(const struct dax_work *work, int code, const char *what)
{
	return dax_fail(work->err, code, "namespace%d.%d: cannot %s: %s", work->region_id, work->id, what,
			strerror(code));
}

int dax_work_read(const struct dax_work *work, struct dax_namespace *now)
{
	char name[DAX_NAME_MAX];
	bool gone = false;

	snprintf(name, sizeof(name), "namespace%d.%d", work->region_id, work->id);
	int r = dax_scan_namespace(work->doer->sysfs, name, now, &gone, work->err);
	return !r && gone ? dax_work_fail(work, ENODEV, "find it") : r;
}

/* By its number in its region, which is known now. */
static int open_namespace(struct dax_work *work)
{
	int r = dax_ndctl_open(&work->ndctl, work->err);

	if (r)
		return r;
	work->region = dax_ndctl_region(&work->ndctl, work->region_id);
	if (!work->region)
		return dax_fail(work->err, ENODEV, "region%d no longer exists", work->region_id);
	work->namespace = work->id < 0 ? work->ndctl.region_get_namespace_seed(work->region)
				       : dax_ndctl_namespace(&work->ndctl, work->region, work->id);
	if (!work->namespace && work->id < 0)
		return dax_fail(work->err, ENODEV, "region%d has no seed for a new namespace",
				work->region_id);
	if (!work->namespace)
		return dax_work_fail(work, ENODEV, "find it");
	/* Recover must be able to identify it by the journal. */
	work->id = (int)work->ndctl.namespace_get_id(work->namespace);
	dax_format_device_name(work->region_id, work->id, work->doer->names[work->step->target]);
	return 0;
}

/* A namespace is identified by its uuid, not by its old number. */
int dax_work_find(struct dax_work *work)
{
	const struct dax_doer *doer = work->doer;
	const struct dax_target *target = &doer->plan->targets[work->step->target];
	const struct dax_region *nd = dax_target_nd(doer->before, target);
	char name[DAX_NAME_MAX];

	memcpy(name, dax_doer_name(doer, work->step), sizeof(name));
	int r = dax_target_find(doer->sysfs, doer->before, target, name, work->err);
	if (r || (!name[0] && work->step->kind == DAX_STEP_DESTROY_NAMESPACE))
		return r;
	if (name[0] && dax_parse_device_name(name, &work->region_id, &work->id))
		return dax_fail(work->err, EINVAL, "'%s' is not a device", name);
	if (!name[0] && (work->step->kind != DAX_STEP_CREATE_NAMESPACE || !nd))
		return dax_target_fail_gone(target, work->err);
	if (!name[0]) {
		work->id = -1;
		r = dax_topology_find_region(doer->sysfs, nd, &work->region_id, work->err);
		if (!r && work->region_id < 0)
			r = dax_fail(work->err, ENODEV, "the region of %s does not exist", target->name);
	}
	return r ? r : open_namespace(work);
}

/*
 * A namespace without a label can be identified only by its configuration: the previous or next one, or none
 * while a step is half done.
 */
static bool is_other(const struct dax_step *step, const struct dax_namespace *now)
{
	const char *uuid = now->shape.uuid;

	return step->kind == DAX_STEP_SET_NAMESPACE && !now->shape.label_uuid[0] &&
	       (now->shape.size != step->becomes.size ||
		(uuid[0] && strcmp(uuid, step->was.uuid) != 0 && strcmp(uuid, step->becomes.uuid) != 0));
}

int dax_work_check_ours(const struct dax_work *work)
{
	struct dax_namespace now;
	int r = dax_work_read(work, &now);

	if (!r && is_other(work->step, &now))
		return dax_fail(work->err, EBUSY, "%s is a different namespace now", now.name);
	if (r || work->step->kind != DAX_STEP_CREATE_NAMESPACE || !now.shape.size ||
	    strcmp(now.shape.label_uuid, work->to->label_uuid) == 0)
		return r;
	return dax_fail(work->err, EBUSY, "%s is in use now", now.name);
}
