/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Finds the current names of a plan's targets. The kernel numbers persistent memory again at each boot. */
#include "run/find-target.h"

#include "run/doer.h"
#include "run/recover.h"
#include "state/scan-uuid.h"

#include <errno.h>
#include <string.h>

const struct dax_region *dax_target_nd(const struct dax_topology *before, const struct dax_target *target)
{
	return dax_region_nd(before, &before->regions[target->region]);
}

bool dax_target_is_dynamic(const struct dax_topology *before, const struct dax_target *target)
{
	enum dax_region_kind kind = before->regions[target->region].kind;

	return kind != DAX_REGION_PMEM && kind != DAX_REGION_ND;
}

int dax_target_find(struct dax_sysfs *sysfs, const struct dax_topology *before,
		    const struct dax_target *target, char name[DAX_NAME_MAX], struct dax_error *err)
{
	const struct dax_region *nd = dax_target_nd(before, target);

	/* A journal of version 1 has only the name of a namespace without a label. */
	if (!nd || (!nd->size && !target->label_uuid[0]))
		return 0;
	return dax_topology_find_again(sysfs, nd, target->label_uuid, name, err);
}

int dax_target_fail_gone(const struct dax_target *target, struct dax_error *err)
{
	if (target->label_uuid[0])
		return dax_fail(err, ENODEV, "%s: no namespace, or more than one, has the uuid %s",
				target->name, target->label_uuid);
	return dax_fail(err, ENODEV, "%s: its region, which has no labels, does not exist", target->name);
}

int dax_record_find(struct dax_sysfs *sysfs, struct dax_record *record, struct dax_error *err)
{
	int r = 0;

	free(record->names);
	record->names = calloc(record->plan.n_targets + 1, sizeof(*record->names));
	if (!record->names)
		return dax_no_memory(err);
	for (size_t i = 0; !r && i < record->plan.n_targets; i++) {
		const struct dax_target *target = &record->plan.targets[i];

		/* After a reboot, a device of this name is another device. */
		if (!record->rebooted || dax_target_nd(&record->before, target))
			memcpy(record->names[i], record->journal.names[i], sizeof(*record->names));
		r = dax_target_find(sysfs, &record->before, target, record->names[i], err);
	}
	return r;
}
