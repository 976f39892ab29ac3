/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The steps for namespaces. The same code leads from any state, also that after a kill in the middle, to the
 * wanted one: release the namespace from all users, set its label, configure it. So an undo is the same step
 * with the previous shape as its goal.
 */
#include "run/do-namespace.h"

#include "base/error.h"
#include "plan/plan.h"
#include "plan/request.h"
#include "run/doer.h"
#include "run/guard-holders.h"
#include "run/namespace-work.h"
#include "state/scan-device.h"
#include "state/scan.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>

/* For the result of a function of libndctl, which is positive if there was nothing to do. */
static int check(const struct dax_work *work, int answer, const char *what)
{
	return answer < 0 ? dax_work_fail(work, -answer, what) : 0;
}

static void read_bytes(const char *uuid, unsigned char bytes[16])
{
	size_t n = 0;

	for (const char *at = uuid; *at && n < 16; at += 2) {
		unsigned value = 0;

		at += *at == '-';
		if (sscanf(at, "%2x", &value) != 1)
			return;
		bytes[n++] = (unsigned char)value;
	}
}

/* After a kill, the kernel may have bound a device that exists again, and a program may have opened it. */
static int let_device_go(const struct dax_work *work, bool new)
{
	char name[DAX_NAME_MAX], dir[64 + DAX_NAME_MAX], driver[DAX_NAME_MAX];
	int r = 0;

	dax_format_device_name(work->region_id, work->id, name);
	if (dax_scan_driver_of(work->doer->sysfs, name, driver) || !driver[0])
		return 0;
	if (strcmp(driver, "kmem") == 0)
		return dax_fail(work->err, EBUSY, "%s is system memory", name);
	if (!new && !(work->doer->options->risks & DAX_RISK_IN_USE))
		r = dax_check_device(work->doer, name, work->err);
	if (r)
		return r;
	snprintf(dir, sizeof(dir), "bus/dax/drivers/%s", driver);
	r = dax_sysfs_write(work->doer->sysfs, dir, "unbind", name);
	return check(work, r, "unbind its device");
}

/* Releases it: no device, no disk, no claim. Fails if the disk is mounted or is part of another device. */
static int take_down(const struct dax_work *work)
{
	const struct dax_ndctl *ndctl = &work->ndctl;
	int r = let_device_go(work, false);

	if (!r)
		r = check(work, ndctl->namespace_disable_safe(work->namespace), "disable it");
	if (r == -EBUSY)
		dax_error_hint(work->err, "it is mounted or in use: end that first");
	if (!r && ndctl->namespace_get_raw_mode(work->namespace) > 0)
		r = check(work, ndctl->namespace_set_raw_mode(work->namespace, 0), "leave raw mode");
	return r;
}

/* The info block, which has the configuration, is at 4 KiB. Data around it is kept. */
static int write_zeros(const struct dax_work *work, const char *disk)
{
	static const char zeros[4096];
	char path[16 + DAX_NAME_MAX];

	snprintf(path, sizeof(path), "/dev/%s", disk);
	_cleanup_close_ int fd = open(path, O_WRONLY | O_EXCL | O_CLOEXEC);
	if (fd < 0 || pwrite(fd, zeros, sizeof(zeros), sizeof(zeros)) != sizeof(zeros) || fsync(fd))
		return dax_work_fail(work, errno, "overwrite its old info block");
	return 0;
}

/* Otherwise the kernel would refuse another configuration with the same uuid. */
static int wipe(const struct dax_work *work)
{
	const struct dax_ndctl *ndctl = &work->ndctl;
	const char *disk = NULL;
	int r = check(work, ndctl->namespace_set_raw_mode(work->namespace, 1), "enter raw mode");

	if (!r)
		r = check(work, ndctl->namespace_enable(work->namespace), "enable it as it is");
	if (!r)
		disk = ndctl->namespace_get_block_device(work->namespace);
	if (!r)
		r = disk && disk[0] ? write_zeros(work, disk) : dax_work_fail(work, ENODEV, "find its disk");
	int disabled = ndctl->namespace_disable(work->namespace);
	int restored = ndctl->namespace_set_raw_mode(work->namespace, 0);
	if (r)
		return r;
	r = check(work, disabled, "disable it");
	return r ? r : check(work, restored, "leave raw mode");
}

static int set_label(const struct dax_work *work)
{
	const struct dax_ndctl *ndctl = &work->ndctl;
	const struct dax_shape *to = work->to;
	unsigned char uuid[16] = { 0 };
	struct dax_namespace now;

	if (!to->label_uuid[0])
		return 0; /* a region without labels */
	int r = dax_work_read(work, &now);
	read_bytes(to->label_uuid, uuid);
	if (!r && strcmp(now.shape.label_uuid, to->label_uuid) != 0)
		r = check(work, ndctl->namespace_set_uuid(work->namespace, uuid), "set its uuid");
	if (!r && strcmp(now.shape.label, to->label) != 0)
		r = check(work, ndctl->namespace_set_alt_name(work->namespace, to->label), "set its name");
	if (!r && now.shape.size != to->size)
		r = check(work, ndctl->namespace_set_size(work->namespace, to->size), "set its size");
	if (!r && to->sector_size && now.shape.sector_size != to->sector_size)
		r = check(work, ndctl->namespace_set_sector_size(work->namespace, (unsigned)to->sector_size),
			  "set its sector size");
	return r;
}

static enum ndctl_pfn_loc location_of(enum dax_map map)
{
	return map == DAX_MAP_DEV ? NDCTL_PFN_LOC_PMEM : NDCTL_PFN_LOC_RAM;
}

/* The device of the namespace, if it is the planned one. */
static int find_device(const struct dax_work *work, struct ndctl_dax *dax)
{
	const struct dax_ndctl *ndctl = &work->ndctl;
	struct daxctl_region *region = ndctl->dax_get_daxctl_region(dax);
	struct daxctl_dev *device = region ? ndctl->first_device(region) : NULL;
	char *name = work->doer->names[work->step->target];

	if (!device)
		return dax_fail(work->err, ENODEV, "namespace%d.%d has no device", work->region_id, work->id);
	snprintf(name, DAX_NAME_MAX, "%s", ndctl->device_name(device));
	return let_device_go(work, true);
}

/* A label records what claims the namespace. */
static int mark_label(const struct dax_work *work)
{
	static const enum ndctl_namespace_mode modes[] = {
		[DAX_NAMESPACE_RAW] = NDCTL_NS_MODE_RAW,
		[DAX_NAMESPACE_FSDAX] = NDCTL_NS_MODE_FSDAX,
		[DAX_NAMESPACE_DEVDAX] = NDCTL_NS_MODE_DAX,
	};

	if (!work->to->label_uuid[0] || work->to->mode >= ARRAY_SIZE(modes))
		return 0;
	return check(work, work->ndctl.namespace_set_enforce_mode(work->namespace, modes[work->to->mode]),
		     "set the mode in its label");
}

static int set_up_devdax(const struct dax_work *work)
{
	const struct dax_ndctl *ndctl = &work->ndctl;
	struct ndctl_dax *dax = ndctl->region_get_dax_seed(work->region);
	unsigned char uuid[16] = { 0 };

	read_bytes(work->to->uuid, uuid);
	if (!dax)
		return dax_work_fail(work, ENODEV, "configure it: the kernel has no seed for it");
	int r = check(work, ndctl->dax_set_uuid(dax, uuid), "set the uuid of its device");
	if (!r)
		r = check(work, ndctl->dax_set_location(dax, location_of(work->to->map)), "set its map");
	if (!r)
		r = check(work, ndctl->dax_set_align(dax, work->to->align), "set its alignment");
	if (!r)
		r = check(work, ndctl->dax_set_namespace(dax, work->namespace), "claim it");
	if (!r)
		r = check(work, ndctl->dax_enable(dax), "enable it");
	return r ? r : find_device(work, dax);
}

static int set_up_fsdax(const struct dax_work *work)
{
	const struct dax_ndctl *ndctl = &work->ndctl;
	struct ndctl_pfn *pfn = ndctl->region_get_pfn_seed(work->region);
	unsigned char uuid[16] = { 0 };

	read_bytes(work->to->uuid, uuid);
	if (!pfn)
		return dax_work_fail(work, ENODEV, "configure it: the kernel has no seed for it");
	int r = check(work, ndctl->pfn_set_uuid(pfn, uuid), "set the uuid of its disk");
	if (!r)
		r = check(work, ndctl->pfn_set_location(pfn, location_of(work->to->map)), "set its map");
	if (!r)
		r = check(work, ndctl->pfn_set_align(pfn, work->to->align), "set its alignment");
	if (!r)
		r = check(work, ndctl->pfn_set_namespace(pfn, work->namespace), "claim it");
	return r ? r : check(work, ndctl->pfn_enable(pfn), "enable it");
}

static int set_up(const struct dax_work *work)
{
	switch (work->to->mode) {
	case DAX_NAMESPACE_DEVDAX:
		return set_up_devdax(work);
	case DAX_NAMESPACE_FSDAX:
		return set_up_fsdax(work);
	default:
		return check(work, work->ndctl.namespace_enable(work->namespace), "enable it");
	}
}

/* The kernel uses an earlier configuration with the same uuid, even if it was for another size. */
static int check_usable(const struct dax_work *work)
{
	struct dax_range data = { 0, 0 };
	struct dax_namespace now;
	int r = dax_work_read(work, &now);

	if (r || work->to->mode == DAX_NAMESPACE_RAW || dax_shape_data(work->to, now.start, &data) ||
	    now.usable == dax_range_size(data))
		return r;
	return dax_fail(work->err, EPROTO, "%s is configured for another size", now.name);
}

/*
 * A namespace that was disabled during the change must return to its previous configuration; if it was
 * disabled before, its configuration was not known.
 */
static int check_same(const struct dax_work *work)
{
	struct dax_namespace now;
	int r = dax_work_read(work, &now);

	if (r || !work->to->size || dax_shape_is(&now.shape, work->to))
		return r;
	return dax_fail(work->err, EPROTO, "%s does not have its previous configuration", now.name);
}

/* Enabled in whatever mode it has; without a driver if that is a device. */
static int enable_as_it_is(const struct dax_work *work)
{
	int r = check(work, work->ndctl.namespace_enable(work->namespace), "enable it");

	if (!r)
		r = let_device_go(work, true);
	return r ? r : check_same(work);
}

/*
 * In an undo it may still have its previous configuration: then nothing is written, because the write may be
 * what failed.
 */
static int restore(const struct dax_work *work, bool *restored)
{
	struct dax_work quiet = *work;

	quiet.err = NULL;
	*restored = mark_label(&quiet) == 0 && enable_as_it_is(&quiet) == 0 && check_usable(&quiet) == 0;
	return *restored ? 0 : take_down(work);
}

/* *MADE: whether it did not exist before. */
static int attempt(struct dax_doer *doer, const struct dax_step *step, bool *made, struct dax_error *err)
{
	_cleanup_(dax_work_release) struct dax_work work = {
		.doer = doer, .step = step, .to = &step->becomes, .err = err
	};
	bool restored = false;
	int r = dax_work_find(&work);

	if (r || !work.namespace)
		return r;
	r = dax_work_check_ours(&work);
	if (r)
		return r;
	*made = !work.ndctl.namespace_get_size(work.namespace);
	if (!*made)
		r = take_down(&work);
	if (!r && !work.to->size)
		return check(&work, work.ndctl.namespace_delete(work.namespace), "destroy it");
	if (!r && !*made && doer->undoing)
		r = restore(&work, &restored);
	if (restored)
		return r;
	/* A namespace that is created again may find its previous configuration, and all its content. */
	if (!r && !*made)
		r = wipe(&work);
	if (!r)
		r = set_label(&work);
	if (!r)
		r = mark_label(&work);
	if (!r)
		r = set_up(&work);
	return r ? r : check_usable(&work);
}

/*
 * If it did not exist before, there may be the info block of another namespace with the same uuid: it is
 * overwritten.
 */
int dax_do_namespace(struct dax_doer *doer, const struct dax_step *step, struct dax_error *err)
{
	_cleanup_error_ struct dax_error first = DAX_ERROR_INIT;
	bool made = false;
	int r = attempt(doer, step, &made, &first);

	if (r && made && step->becomes.size)
		return attempt(doer, step, &made, err);
	if (r) {
		*err = first;
		first = (struct dax_error)DAX_ERROR_INIT;
	}
	return r;
}

/*
 * A label of version 1.1 does not record it: the kernel then knows it only until the next reboot, when it
 * enables the namespace again.
 */
static int mark_disabled(const struct dax_work *work)
{
	struct dax_namespace now;
	int r = dax_work_read(work, &now);

	if (r || !now.shape.label_uuid[0] || now.marked == work->step->was.mode)
		return r;
	return check(work, work->ndctl.namespace_set_enforce_mode(work->namespace, NDCTL_NS_MODE_DAX),
		     "set the mode in its label");
}

/* Enabled, or disabled with its device: the kernel reads its configuration, or forgets it. */
int dax_do_enable_namespace(struct dax_doer *doer, const struct dax_step *step, struct dax_error *err)
{
	_cleanup_(dax_work_release) struct dax_work work = {
		.doer = doer, .step = step, .to = &step->becomes, .err = err
	};
	int r = dax_work_find(&work);

	if (r)
		return r;
	/* A namespace that a kill left partly disabled is disabled completely first. */
	r = take_down(&work);
	if (r || step->kind == DAX_STEP_DISABLE_NAMESPACE)
		return r ? r : mark_disabled(&work);
	r = enable_as_it_is(&work);
	if (!r && !dax_sysfs_exists(doer->sysfs, "bus/dax/devices", dax_doer_name(doer, step))) {
		dax_fail(err, ENODEV, "namespace%d.%d is a disk, not a dax device", work.region_id, work.id);
		dax_error_hint(err, "run 'ndctl enable-namespace namespace%d.%d' to enable it as a disk", work.region_id,
			       work.id);
		return -ENODEV;
	}
	return r;
}
