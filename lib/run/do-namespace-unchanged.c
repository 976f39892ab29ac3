/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Whether a step for a namespace has changed anything yet: a step that has not is not undone. */
#include "run/do-namespace-unchanged.h"

#include "run/doer.h"
#include "state/scan-namespace.h"
#include "state/scan-nd-region.h"
#include "state/scan.h"

#include <stdio.h>
#include <string.h>

/* While it is being configured, even a raw namespace is not in its previous state. */
static bool is_forced_raw(struct dax_doer *doer, const char *name)
{
	char dir[32 + DAX_NAME_MAX];
	uint64_t raw = 0;

	snprintf(dir, sizeof(dir), "bus/nd/devices/%s", name);
	return dax_scan_number(doer->sysfs, dir, "force_raw", &raw, NULL) || raw;
}

/* Its state before the step; for a new namespace, that no part of it exists. */
bool dax_unchanged_namespace(struct dax_doer *doer, const struct dax_step *step)
{
	char name[DAX_NAME_MAX + 16];
	struct dax_namespace now;
	bool gone = false;

	if (!dax_doer_name(doer, step)[0])
		return !step->was.size;
	snprintf(name, sizeof(name), "namespace%s", dax_doer_name(doer, step) + strlen("dax"));
	if (dax_scan_namespace(doer->sysfs, name, &now, &gone, NULL))
		return false;
	if (!step->was.size)
		return gone || (!now.shape.size && !now.shape.label_uuid[0]) ||
		       strcmp(now.shape.label_uuid, step->becomes.label_uuid) != 0;
	return !gone && now.enabled && dax_shape_is(&now.shape, &step->was) && !is_forced_raw(doer, now.name);
}

bool dax_unchanged_enabled(struct dax_doer *doer, const struct dax_step *step)
{
	char name[DAX_NAME_MAX + 16];
	struct dax_namespace now;
	bool gone = false;

	snprintf(name, sizeof(name), "namespace%s", dax_doer_name(doer, step) + strlen("dax"));
	return dax_scan_namespace(doer->sysfs, name, &now, &gone, NULL) == 0 &&
	       (gone || now.enabled == (step->kind == DAX_STEP_DISABLE_NAMESPACE));
}
