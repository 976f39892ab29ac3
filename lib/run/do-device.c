/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The steps that create, change and delete a device (drivers/dax/bus.c). */
#include "run/do-device.h"

#include "run/journal-marks.h"
#include "run/loans.h"
#include "state/scan-device.h"
#include "state/scan.h"

#include <errno.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static int read_number(struct dax_doer *doer, const struct dax_step *step, const char *attr, uint64_t *value,
		       struct dax_error *err)
{
	char dir[PATH_MAX];
	int r = dax_doer_dir(doer, step->target, dax_doer_name(doer, step), dir, sizeof(dir), err);

	return r ? r : dax_sysfs_read_u64(doer->sysfs, dir, attr, value, err);
}

static const struct dax_region *region_of(const struct dax_doer *doer, const struct dax_step *step)
{
	return &doer->before->regions[doer->plan->targets[step->target].region];
}

/* Whether NAME is a device that existed before, or that a previous step created. */
static bool is_known(const struct dax_doer *doer, const char *name)
{
	if (dax_topology_device(doer->before, name))
		return true;
	for (size_t i = 0; i < doer->plan->n_targets; i++) {
		if (strcmp(doer->names[i], name) == 0)
			return true;
	}
	return false;
}

struct newcomers {
	struct dax_doer *doer;
	char name[DAX_NAME_MAX];
	size_t n;
	uint64_t untouched; /* only devices as the kernel creates them, with this alignment; 0: any */
};

/*
 * The state in which devm_create_dev_dax leaves a device: nothing is done to a device before its name is
 * noted.
 */
static bool is_untouched(struct dax_doer *doer, const char *name, uint64_t usual)
{
	uint64_t align = usual;
	char dir[64 + DAX_NAME_MAX], driver[DAX_NAME_MAX];
	uint64_t size = 1;

	snprintf(dir, sizeof(dir), "bus/dax/devices/%s", name);
	return dax_sysfs_read_u64(doer->sysfs, dir, "size", &size, NULL) == 0 && !size &&
	       dax_sysfs_read_u64(doer->sysfs, dir, "align", &align, NULL) == 0 && align == usual &&
	       dax_scan_driver_of(doer->sysfs, name, driver) == 0 && !driver[0];
}

static int note_newcomer(const char *name, void *data)
{
	struct newcomers *found = data;
	int region_id = 0, id = 0;

	if (dax_parse_exact_name(name, &region_id, &id) || is_known(found->doer, name) ||
	    (found->untouched && !is_untouched(found->doer, name, found->untouched)))
		return 0;
	strcpy(found->name, name);
	found->n++;
	return 0;
}

/* The alignment of the device NAME; NULL: of a device that does not exist yet. */
static void note_serial(struct dax_doer *doer, const struct dax_step *step, const char *name)
{
	struct dax_serials serials = dax_journal_serials(doer->journal, step->target);

	serials.device = 0;
	if (name)
		(void)!dax_sysfs_read_serial(doer->sysfs, "bus/dax/devices", name, &serials.device);
	dax_journal_set_serials(doer->journal, step->target, serials);
}

/* Its name is noted last: a device without a noted name is searched for. */
static void name_target(struct dax_doer *doer, const struct dax_step *step, const char *name)
{
	note_serial(doer, step, name);
	strcpy(doer->names[step->target], name);
}

/*
 * The device that the kernel has just created: `create` names the youngest one. `seed` is not suitable: it
 * names the first device that was never bound, which can be another program's failed attempt.
 */
static int find_created(struct dax_doer *doer, const struct dax_step *step, const char *dir,
			char name[DAX_NAME_MAX], struct dax_error *err)
{
	struct newcomers found = { .doer = doer };
	int region_id = 0, id = 0;

	if (dax_sysfs_read_kept(doer->sysfs, dir, "create", name, DAX_NAME_MAX) == 0 &&
	    dax_parse_device_name(name, &region_id, &id) == 0 && region_id == region_of(doer, step)->id &&
	    (strcmp(name, doer->plan->targets[step->target].name) == 0 || !is_known(doer, name)))
		return 0;
	int r = dax_sysfs_list(doer->sysfs, region_of(doer, step)->path, note_newcomer, &found, err);
	if (r)
		return r;
	if (found.n != 1)
		return dax_fail(err, EAGAIN, "cannot tell which device was created in region %s: %zu are new",
				region_of(doer, step)->name, found.n);
	strcpy(name, found.name);
	return 0;
}

static int create_once(struct dax_doer *doer, const struct dax_step *step, char name[DAX_NAME_MAX],
		       struct dax_error *err)
{
	char dir[PATH_MAX];
	int r = dax_doer_dir(doer, step->target, "dax_region", dir, sizeof(dir), err);

	if (r)
		return r;
	r = dax_sysfs_write_kept(doer->sysfs, dir, "create", "1");
	if (r)
		return dax_fail(err, -r, "cannot create a device in region %s: %s", region_of(doer, step)->name,
				strerror(-r));
	r = find_created(doer, step, dir, name, err);
	doer->unnamed = r;
	return r;
}

int dax_doer_find_unnamed(struct dax_doer *doer, const struct dax_step *step, struct dax_error *err)
{
	struct newcomers found = { .doer = doer };
	char dir[PATH_MAX];

	if (step->kind != DAX_STEP_CREATE || !doer->plan->targets[step->target].created ||
	    dax_doer_name(doer, step)[0])
		return 0;
	int r = dax_doer_dir(doer, step->target, "dax_region", dir, sizeof(dir), err);
	if (!r)
		r = dax_sysfs_read_u64(doer->sysfs, dir, "align", &found.untouched, err);
	if (!r)
		r = dax_sysfs_list(doer->sysfs, region_of(doer, step)->path, note_newcomer, &found, err);
	if (r)
		return r;
	if (found.n > 1) {
		dax_fail(err, EAGAIN,
			 "cannot tell which device was created: %zu devices in region %s are new and empty",
			 found.n, region_of(doer, step)->name);
		dax_error_hint(err, "destroy those that are not needed, then try again");
		return -EAGAIN;
	}
	if (found.n)
		name_target(doer, step, found.name);
	return 0;
}

static int delete_name(struct dax_doer *doer, const struct dax_step *step, const char *name)
{
	char dir[PATH_MAX];
	int r = dax_doer_dir(doer, step->target, "dax_region", dir, sizeof(dir), NULL);

	return r ? r : dax_sysfs_write_kept(doer->sysfs, dir, "delete", name);
}

struct ids {
	bool *taken; /* names below N */
	int n;
};

static int note_id(const char *name, void *data)
{
	const struct ids *ids = data;
	int region_id = 0, id = 0;

	if (dax_parse_exact_name(name, &region_id, &id) == 0 && id < ids->n)
		ids->taken[id] = true;
	return 0;
}

/* The names that the kernel assigns before WANTED: the free names below it. */
static int lend_spares(struct dax_doer *doer, const struct dax_step *step, const char *wanted, struct dax_error *err)
{
	int region_id = 0, id = 0, r = dax_parse_exact_name(wanted, &region_id, &id);
	_cleanup_free_ bool *taken = calloc((size_t)id + 1, sizeof(*taken));
	_cleanup_free_ char(*loans)[DAX_NAME_MAX] = calloc((size_t)id + 1, sizeof(*loans));
	struct ids ids = { taken, id };
	size_t n = 0;

	if (!taken || !loans)
		return dax_no_memory(err);
	if (!r)
		r = dax_sysfs_list(doer->sysfs, region_of(doer, step)->path, note_id, &ids, err);
	if (r)
		return r;
	for (int i = 0; i < id; i++) {
		if (!taken[i])
			snprintf(loans[n++], sizeof(*loans), DAX_LOAN_SPARE "dax%d.%d", region_id, i);
	}
	r = dax_journal_lend(doer->journal, (const char(*)[DAX_NAME_MAX])loans, n);
	return r ? dax_fail(err, -r, "cannot write to the journal: %s", strerror(-r)) : 0;
}

/*
 * Creates a deleted device again under its old name. The kernel assigns the lowest free name, so devices with
 * lower names are created temporarily, and deleted again.
 */
static int create_again(struct dax_doer *doer, const struct dax_step *step, struct dax_error *err)
{
	const char *wanted = doer->plan->targets[step->target].name;
	uint64_t size = 0;
	char name[DAX_NAME_MAX] = "";

	if (read_number(doer, step, "size", &size, NULL) == 0) {
		note_serial(doer, step, wanted);
		return 0; /* a previous attempt has done this already */
	}
	note_serial(doer, step, NULL);
	int r = lend_spares(doer, step, wanted, err);
	while (!r && dax_compare_names(name, wanted) < 0)
		r = create_once(doer, step, name, err);
	if (!r && strcmp(name, wanted) != 0) {
		(void)!delete_name(doer, step, name);
		r = dax_fail(err, EEXIST, "%s cannot be created again: its name is taken", wanted);
	}
	if (!r)
		name_target(doer, step, name);
	int repaid = dax_doer_repay(doer, r ? NULL : err);
	return r ? r : repaid;
}

int dax_do_create(struct dax_doer *doer, const struct dax_step *step, struct dax_error *err)
{
	if (!doer->plan->targets[step->target].created)
		return create_again(doer, step, err);
	char name[DAX_NAME_MAX] = "";
	int r = create_once(doer, step, name, err);
	if (!r)
		name_target(doer, step, name);
	return r;
}

int dax_do_delete(struct dax_doer *doer, const struct dax_step *step, struct dax_error *err)
{
	int r = delete_name(doer, step, dax_doer_name(doer, step));

	return r ? dax_doer_fail(doer, step, -r, "delete it", err) : 0;
}

/* Writes what FORMAT says to one attribute of the step's device. */
static int write_attribute(struct dax_doer *doer, const struct dax_step *step, const char *attr,
			   struct dax_error *err, const char *format, ...) DAX_PRINTF(5, 6);
static int write_attribute(struct dax_doer *doer, const struct dax_step *step, const char *attr,
			   struct dax_error *err, const char *format, ...)
{
	char dir[PATH_MAX], value[64], what[160];
	va_list args;
	int r = dax_doer_dir(doer, step->target, dax_doer_name(doer, step), dir, sizeof(dir), err);

	if (r)
		return r;
	va_start(args, format);
	vsnprintf(value, sizeof(value), format, args);
	va_end(args);
	r = dax_sysfs_write(doer->sysfs, dir, attr, value);
	if (!r)
		return 0;
	snprintf(what, sizeof(what), "write %s to '%s'", value, attr);
	return dax_doer_fail(doer, step, -r, what, err);
}

int dax_do_set_align(struct dax_doer *doer, const struct dax_step *step, struct dax_error *err)
{
	return write_attribute(doer, step, "align", err, "%llu", (unsigned long long)step->to);
}

int dax_do_set_size(struct dax_doer *doer, const struct dax_step *step, struct dax_error *err)
{
	return write_attribute(doer, step, "size", err, "%llu", (unsigned long long)step->to);
}

int dax_do_add_mapping(struct dax_doer *doer, const struct dax_step *step, struct dax_error *err)
{
	int r = write_attribute(doer, step, "mapping", err, "0x%llx-0x%llx",
				(unsigned long long)step->range.start, (unsigned long long)step->range.end);

	if (r == -ENOMEM) /* alloc_dev_dax_range: the range is not free */
		dax_error_hint(err, "the range is not free, or not in region %s", region_of(doer, step)->name);
	return r;
}

int dax_do_set_memmap(struct dax_doer *doer, const struct dax_step *step, struct dax_error *err)
{
	int r = write_attribute(doer, step, "memmap_on_memory", err, "%llu", (unsigned long long)step->to);

	if (r == -EOPNOTSUPP)
		dax_error_hint(err, "boot with memory_hotplug.memmap_on_memory=on");
	return r;
}

/* Newer kernels report success although they ignored the mapping (mapping_store). */
int dax_verify_add_mapping(struct dax_doer *doer, const struct dax_step *step, struct dax_error *err)
{
	uint64_t size = 0;
	int r = read_number(doer, step, "size", &size, err);

	if (!r && size != step->to)
		r = dax_fail(err, EINVAL,
			     "%s: the kernel reported success, but did not add the range 0x%llx-0x%llx",
			     dax_doer_name(doer, step), (unsigned long long)step->range.start,
			     (unsigned long long)step->range.end);
	return r;
}

bool dax_unchanged_create(struct dax_doer *doer, const struct dax_step *step)
{
	return doer->plan->targets[step->target].created && !dax_doer_name(doer, step)[0] && !doer->unnamed;
}

bool dax_unchanged_delete(struct dax_doer *doer, const struct dax_step *step)
{
	uint64_t align = 0;

	return read_number(doer, step, "align", &align, NULL) == 0 && align == step->from;
}

bool dax_unchanged_align(struct dax_doer *doer, const struct dax_step *step)
{
	uint64_t align = 0;

	return read_number(doer, step, "align", &align, NULL) == 0 && align == step->from;
}

/* An increase that fails may have added a part (dev_dax_resize). */
bool dax_unchanged_size(struct dax_doer *doer, const struct dax_step *step)
{
	uint64_t size = 0;

	return read_number(doer, step, "size", &size, NULL) == 0 && size == step->from;
}

/* If a user has removed more than that, the range is gone too. */
bool dax_unchanged_mapping(struct dax_doer *doer, const struct dax_step *step)
{
	uint64_t size = 0;

	return read_number(doer, step, "size", &size, NULL) == 0 && size <= step->from;
}

bool dax_unchanged_always(struct dax_doer *doer, const struct dax_step *step)
{
	(void)doer;
	(void)step;
	return true;
}

bool dax_unchanged_memmap(struct dax_doer *doer, const struct dax_step *step)
{
	uint64_t flag = 0;
	int r = read_number(doer, step, "memmap_on_memory", &flag, NULL);

	return r == -ENOENT || (!r && flag == step->from); /* kernels before 6.8 do not have it */
}

/* For steps with several parts, whose undo has the same parts. */
bool dax_unchanged_never(struct dax_doer *doer, const struct dax_step *step)
{
	(void)doer;
	(void)step;
	return false;
}
