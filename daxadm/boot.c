/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Layouts at boot. A region that cannot become what its layout says keeps no other from it; nobody is there to
 * consent to a loss; and a layout that crashed the last boot is left alone.
 */
#include "boot.h"

#include "change-options.h"
#include "change.h"
#include "document.h"
#include "layout-run.h"
#include "plan/layout-match.h"
#include "report.h"
#include "scope.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

struct boot {
	struct change *change;
	const struct command *command;
	size_t regions, failed, changed;
	int code; /* the errno of the first that failed */
};

static void note_failure(struct boot *boot, const struct dax_error *err)
{
	report_error(boot->command->name, err);
	boot->failed++;
	if (!boot->code)
		boot->code = err->code;
}

static void apply_region(struct boot *boot, const char *region)
{
	_cleanup_plan_ struct dax_plan plan = DAX_PLAN_INIT;
	_cleanup_outcome_ struct dax_outcome outcome = DAX_OUTCOME_INIT;
	_cleanup_error_ struct dax_error err = DAX_ERROR_INIT;
	struct document document = { .verb = boot->command->name, .plan = &plan, .err = &err };
	struct change *change = boot->change;
	char *before = change->wish.region;
	char name[DAX_NAME_MAX];

	snprintf(name, sizeof(name), "%s", region);
	change->wish.region = name;
	change->err = &err;
	boot->regions++;
	int r = change_carry_out(change, &plan, &outcome, &document, &err);
	change->wish.region = before;
	for (size_t i = 0; !r && i < plan.n_notes; i++)
		report_note(plan.notes[i]);
	if (r) {
		dax_error_context(&err, "region %s", region);
		note_failure(boot, &err);
	} else if (plan.n_steps) {
		boot->changed++;
	}
}

/* A region that is not there is told once; the others get their layout. */
static void allow_missing(struct boot *boot, const struct dax_topology *topology)
{
	struct dax_layout *layout = &boot->change->layout;
	bool everywhere = scope_is_everywhere(boot->change->wish.region);

	for (size_t i = 0; i < layout->n_regions; i++) {
		_cleanup_error_ struct dax_error err = DAX_ERROR_INIT;

		if (dax_layout_is_there(topology, &layout->regions[i]))
			continue;
		(void)dax_layout_fail_missing(topology, &layout->regions[i], &err);
		layout->regions[i].optional = true;
		boot->regions += everywhere;
		if (everywhere)
			note_failure(boot, &err);
	}
}

static int apply_all(struct boot *boot, struct dax_error *err)
{
	_cleanup_topology_ struct dax_topology topology = DAX_TOPOLOGY_INIT;
	_cleanup_sysfs_ struct dax_sysfs sysfs = DAX_SYSFS_INIT;
	const struct change *change = boot->change;
	int r = dax_sysfs_open(&sysfs, change->common.sysroot, err);

	if (!r)
		r = layout_read_machine(&sysfs, &topology, err);
	if (r)
		return r;
	allow_missing(boot, &topology);

	_cleanup_free_ const struct dax_layout_region **matches = calloc(topology.n_regions + 1, sizeof(*matches));
	if (!matches)
		return dax_no_memory(err);
	r = dax_layout_match(&topology, &change->layout, matches, err);
	for (size_t i = 0; !r && i < topology.n_regions; i++) {
		const struct dax_region *region = &topology.regions[i];

		if (matches[i] && (scope_is_everywhere(change->wish.region) ||
				   dax_region_matches(region, change->wish.region)))
			apply_region(boot, region->name);
	}
	return r;
}

int boot_run(const struct command *command, int argc, char **argv, struct dax_error *err)
{
	_cleanup_change_ struct change change;
	struct boot boot = { .change = &change, .command = command };
	bool answered = false;

	change_init(&change, err);
	change.apply.verb = command->name;
	int r = change_read_options(command, argc, argv, &change, &answered, err);

	if (r || answered)
		return r;
	if (change.report || change.dry_run || change.wish.risks)
		return dax_usage(err, "--boot cannot be combined with --report, --dry-run or --force");
	r = layout_wait(change.common.sysroot, &change.layout, change.wait_for, err);
	if (!r)
		r = apply_all(&boot, err);
	if (!r)
		report_count("changed", boot.changed, "region");
	if (r || !boot.failed)
		return r;
	return dax_fail(err, boot.code, "%zu of %zu regions did not get the devices of their layout", boot.failed,
			boot.regions);
}
