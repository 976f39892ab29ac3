/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "check/check-finding.h"
#include "check/checker.h"

#include <string.h>

const struct dax_checks *dax_checks_of_kind(size_t number)
{
	static const struct dax_checks *const kinds[] = { &dax_device_checks, &dax_file_checks,
							  &dax_place_checks, &dax_p2pmem_checks,
							  &dax_host_checks };

	return number < ARRAY_SIZE(kinds) ? kinds[number] : NULL;
}

/* Why a device is not mapped at all; NULL when it is. */
static const char *why_not_mapped(const struct dax_device *device)
{
	if (strcmp(device->driver, "device_dax") == 0)
		return device->size ? NULL : "the device has no size";
	if (!device->driver[0])
		return "the device is disabled";
	return strcmp(device->driver, "kmem") == 0 ? "the device is system memory"
						   : "programs do not map such a device";
}

/* Why this check cannot be made; NULL when it can. */
static const char *why_not(const struct dax_check *check, const struct dax_subject *subject,
			   const char **hint)
{
	const struct dax_device *device = subject->device;
	unsigned may = subject->checkup->may;

	*hint = NULL;
	if ((check->needs & DAX_NEED_WRITE) && !(may & DAX_MAY_WRITE)) {
		*hint = "--write --force=lose-data tries it";
		return "it writes to the device";
	}
	if ((check->needs & DAX_NEED_DISRUPT) && !(may & DAX_MAY_DISRUPT)) {
		*hint = "--disruptive tries it";
		return "it disables the device for a moment";
	}
	if ((check->needs & DAX_NEED_EXTENTS) && subject->unlisted)
		return "the file system does not tell where the file's blocks lie";
	if ((check->needs & DAX_NEED_NODE) && subject->strange)
		return subject->missing ? "its node does not exist" : "what is at its path is not the device";
	if ((check->needs & DAX_NEED_MAPPED) && why_not_mapped(device)) {
		*hint = device->driver[0] ? "daxadm reconfigure --mode devdax changes that"
					  : "daxadm enable-device changes that";
		return why_not_mapped(device);
	}
	if ((check->needs & DAX_NEED_TOUCH) && subject->unsafe)
		return "to touch the device is not safe";
	if ((check->needs & DAX_NEED_UNITS) && device->align <= (uint64_t)sysconf(_SC_PAGESIZE))
		return "its units are single pages";
	if ((check->needs & DAX_NEED_SEAM) && device->n_ranges < 2)
		return device->ranges_known ? "the device is one range"
					    : "the kernel shows the ranges to root only";
	return NULL;
}

static struct dax_finding *add_finding(struct dax_findings *findings, const struct dax_check *check,
				       const char *target)
{
	struct dax_finding *grown = reallocarray(findings->items, findings->n + 1, sizeof(*grown));
	struct dax_finding *finding = grown ? &grown[findings->n] : NULL;

	if (grown)
		findings->items = grown;
	if (!finding)
		return NULL;
	*finding = (struct dax_finding){ .target = strdup(target), .check = check->name };
	findings->n += finding->target != NULL;
	return finding->target ? finding : NULL;
}

int dax_checkup_run(const struct dax_checks *checks, struct dax_subject *subject, struct dax_error *err)
{
	for (size_t i = 0; i < checks->n; i++) {
		const struct dax_check *check = &checks->checks[i];
		const char *hint = NULL, *reason = why_not(check, subject, &hint);
		struct dax_finding *finding = add_finding(subject->checkup->findings, check, subject->name);

		if (!finding)
			return dax_no_memory(err);
		if (reason)
			dax_found_skip(finding, "%s", reason);
		else
			check->run(subject, finding);
		if (hint)
			dax_found_hint(finding, "%s", hint);
		if (finding->no_memory || !finding->observed) {
			dax_findings_drop_last(subject->checkup->findings);
			return dax_no_memory(err);
		}
	}
	return 0;
}
