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

/* Why no mapping of the device is tested; NULL if it is. */
static const char *why_not_mapped(const struct dax_device *device)
{
	if (strcmp(device->driver, "device_dax") == 0)
		return device->size ? NULL : "the size of the device is 0";
	if (!device->driver[0])
		return "the device is disabled";
	return strcmp(device->driver, "kmem") == 0 ? "the device is system memory"
						   : "programs cannot map a device in this mode";
}

/* Why this check cannot run; NULL if it can. */
static const char *why_not(const struct dax_check *check, const struct dax_subject *subject,
			   const char **hint)
{
	const struct dax_device *device = subject->device;
	unsigned may = subject->checkup->may;

	*hint = NULL;
	if ((check->needs & DAX_NEED_WRITE) && !(may & DAX_MAY_WRITE)) {
		*hint = "use --write --force=lose-data to run it";
		return "this check writes to the device";
	}
	if ((check->needs & DAX_NEED_DISRUPT) && !(may & DAX_MAY_DISRUPT)) {
		*hint = "use --disruptive to run it";
		return "this check disables the device for a moment";
	}
	if ((check->needs & DAX_NEED_EXTENTS) && subject->unlisted)
		return "the file system does not report where the blocks of the file are";
	if ((check->needs & DAX_NEED_NODE) && subject->strange)
		return subject->missing ? "its node does not exist"
					: "its path is not the node of the device";
	if ((check->needs & DAX_NEED_MAPPED) && why_not_mapped(device)) {
		*hint = device->driver[0] ? "run 'daxadm reconfigure --mode devdax' to change this"
					  : "run 'daxadm enable-device' to change this";
		return why_not_mapped(device);
	}
	if ((check->needs & DAX_NEED_TOUCH) && subject->unsafe)
		return "an access to the device is not safe";
	if ((check->needs & DAX_NEED_UNITS) && device->align <= (uint64_t)sysconf(_SC_PAGESIZE))
		return "the alignment is the page size";
	if ((check->needs & DAX_NEED_SEAM) && device->n_ranges < 2)
		return device->ranges_known ? "the device has one range" : "only root can see the ranges";
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
