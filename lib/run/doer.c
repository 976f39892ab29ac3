/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "run/doer.h"

#include "base/error.h"
#include "base/text.h"
#include "door/sysfs.h"
#include "plan/plan.h"
#include "run/loans.h"
#include "state/memory.h"
#include "state/topology.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

void dax_doer_release(struct dax_doer *doer)
{
	free(doer->matching);
	free(doer->bystanders);
}

void dax_doer_use_journal(struct dax_doer *doer, struct dax_journal *journal)
{
	doer->journal = journal;
	doer->names = journal->names;
}

void dax_doer_leave_journal(struct dax_doer *doer, char (*names)[DAX_NAME_MAX])
{
	doer->journal = NULL;
	doer->names = names;
}

int dax_doer_dir(const struct dax_doer *doer, size_t target, const char *name, char *dir, size_t size,
		 struct dax_error *err)
{
	const struct dax_region *region = &doer->before->regions[doer->plan->targets[target].region];
	/* The region of a namespace's device appears and disappears with the device. */
	bool persistent = region->kind == DAX_REGION_PMEM || region->kind == DAX_REGION_ND;
	int n = snprintf(dir, size, "%s/%s", persistent ? "bus/dax/devices" : region->path, name);

	if (n < 0 || (size_t)n >= size)
		return dax_fail(err, ENAMETOOLONG, "%s: its path is too long", name);
	return 0;
}

int dax_doer_fail(const struct dax_doer *doer, const struct dax_step *step, int code, const char *what,
		  struct dax_error *err)
{
	return dax_fail(err, code, "%s: cannot %s: %s", dax_doer_name(doer, step), what, strerror(code));
}

void dax_doer_context(const char *name, const char *what, struct dax_error *err)
{
	size_t length = strlen(name);

	if (!err || !err->message)
		return;
	bool named = strncmp(err->message, name, length) == 0 && strncmp(err->message + length, ": ", 2) == 0;
	_cleanup_free_ char *reason = strdup(err->message + (named ? length + 2 : 0));
	int code = err->code;

	if (reason)
		dax_fail(err, code, "%s: cannot %s: %s", name, what, reason);
}

int dax_doer_write_driver(struct dax_doer *doer, const char *driver, const char *attr, const char *device)
{
	char dir[64 + DAX_NAME_MAX];

	snprintf(dir, sizeof(dir), "bus/dax/drivers/%s", driver);
	return dax_sysfs_write_kept(doer->sysfs, dir, attr, device);
}

int dax_doer_write_policy(struct dax_doer *doer, enum dax_policy policy)
{
	return dax_sysfs_write(doer->sysfs, "devices/system/memory", "auto_online_blocks", dax_policy_word(policy));
}
