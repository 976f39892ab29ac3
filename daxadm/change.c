/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "change.h"

#include "base/error.h"
#include "change-options.h"
#include "document.h"
#include "door/proc.h"
#include "input.h"
#include "json.h"
#include "layout-run.h"
#include "left-behind.h"
#include "named.h"
#include "paths.h"
#include "plan/plan-layout.h"
#include "plan/plan-make.h"
#include "plan/plan.h"
#include "plan/request.h"
#include "progress.h"
#include "report.h"
#include "run/apply.h"
#include "run/attempt.h"
#include "run/guard-drivers.h"
#include "run/guard-memory.h"
#include "run/left-behind.h"
#include "run/lock.h"
#include "run/step-kinds.h"
#include "scope.h"
#include "signals.h"
#include "state/scan-uuid.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>

/* clang-format off */
static const char *const done_words[] = {
	[DAX_VERB_CREATE] = "created",
	[DAX_VERB_DESTROY] = "destroyed",
	[DAX_VERB_ENABLE] = "enabled",
	[DAX_VERB_DISABLE] = "disabled",
	[DAX_VERB_RECONFIGURE] = "reconfigured",
	[DAX_VERB_ONLINE] = "onlined memory for",
	[DAX_VERB_OFFLINE] = "offlined memory for",
};
/* clang-format on */

/* The region of all requests; NULL if they need more than one. */
static const char *common_region(const struct dax_request *requests, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (scope_is_everywhere(requests[i].region) ||
		    strcmp(requests[i].region, requests[0].region) != 0)
			return NULL;
	}
	return n ? requests[0].region : NULL;
}

/* The facts that the plan needs, and no others, because each fact costs system calls. */
static unsigned wanted_facts(const struct dax_request *request)
{
	unsigned want = DAX_WANT_CHANGE | DAX_WANT_NAMESPACES | DAX_WANT_CONTENT |
			(request->has_memmap ? DAX_WANT_DETAILS : 0) | (request->no_online ? DAX_WANT_ONLINERS : 0);

	switch (request->verb) {
	case DAX_VERB_CREATE:
		return (want & ~(unsigned)DAX_WANT_MEMORY) | DAX_WANT_EMPTY_REGIONS | DAX_WANT_ALL_NAMESPACES;
	case DAX_VERB_RECONFIGURE:
		return want | DAX_WANT_DEVICE_CONTENT |
		       (request->has_size || request->has_align ? DAX_WANT_NEIGHBOURS : 0);
	case DAX_VERB_ONLINE:
		return DAX_WANT_RANGES | DAX_WANT_MEMORY | DAX_WANT_NAMESPACES;
	case DAX_VERB_OFFLINE:
		return DAX_WANT_RANGES | DAX_WANT_MEMORY | DAX_WANT_NAMESPACES | DAX_WANT_ONLINERS;
	case DAX_VERB_DESTROY:
		/* Also its memmap_on_memory, in case it must be created again. */
		return want | DAX_WANT_DEVICE_CONTENT | DAX_WANT_DETAILS;
	case DAX_VERB_ENABLE:
	case DAX_VERB_DISABLE:
		return want | (request->all_devices ? DAX_WANT_DISABLED : 0);
	}
	return want;
}

/* The number of changed devices, for the line that other tools print too. */
static int count_changed(const struct dax_plan *plan, const struct dax_outcome *outcome, size_t *n,
			 struct dax_error *err)
{
	_cleanup_free_ bool *changed = calloc(plan->n_targets + 1, sizeof(*changed));

	if (!changed)
		return dax_no_memory(err);
	*n = 0;
	for (size_t i = 0; i < plan->n_steps; i++) {
		const struct dax_step *step = &plan->steps[i];

		if (!dax_step_has_target(step) || outcome->status[i] != DAX_STEP_DONE)
			continue;
		*n += !changed[step->target];
		changed[step->target] = true;
	}
	return 0;
}

static void print_steps(const struct document *document)
{
	const struct dax_plan *plan = document->plan;

	for (size_t i = 0; i < plan->n_steps; i++) {
		const char *name = document_step_device(document, &plan->steps[i]);
		_cleanup_free_ char *text = dax_step_describe(&plan->steps[i], name ? name : "");

		report_step(document->dry_run ? "would"
					      : dax_step_status_name(document_step_status(document, i)),
			    text ? text : dax_step_name(plan->steps[i].kind));
	}
}

/* If no plan could be made, its steps are not printed. */
static bool steps_are_wanted(const struct change *change, const struct document *document)
{
	if (change->dry_run)
		return !document->err->code && (change->common.verbose || !change->report);
	return document->outcome && change->common.verbose;
}

/* Prints the document at the end. A printing error must not hide an error of the change. */
static int print_document(const struct change *change, const struct document *document, struct dax_error *err)
{
	_cleanup_error_ struct dax_error print_error = DAX_ERROR_INIT;
	bool failed = document->err->code;

	if (failed && !change->report)
		return 0;

	_cleanup_json_ struct json_object *object =
		change->report ? document_report(document) : document_devices(document);
	int r = report_document(object, &print_error);

	if (!r || failed)
		return 0;
	r = dax_fail(err, print_error.code, "%s", print_error.message);
	if (document->outcome && document->outcome->changed) {
		err->blame = DAX_BLAME_STUCK; /* something has changed */
		dax_error_hint(err, "the change was made; run 'daxadm list' to see it");
	}
	return r;
}

static int refuse_rights(const char *why, struct dax_error *err)
{
	dax_fail(err, EPERM, "%s", why);
	dax_error_hint(err, "use --dry-run to see what would be done");
	return -EPERM;
}

int change_enter(const struct change *change, const char *verb, int *lock, struct dax_error *err)
{
	if (dax_proc_in_user_namespace())
		return refuse_rights(geteuid() ? "only root can change devices, and only outside of a user namespace" :
				     "only root of the machine can change devices; this is root of a user namespace",
				     err);
	int r = dax_lock_take(RUN_FOLDER, change->wait, verb, lock, err);
	/* A capability can replace the uid: a process that has it can use the directory of the lock. */
	if (r == -EACCES && geteuid())
		return refuse_rights("only root can change devices", err);
	/* While the process only waits, a signal ends it as usual. */
	if (!r)
		signals_catch();
	return r;
}

/*
 * A random uuid (RFC 9562, version 4) for each request. The plan does not generate it, because it must be the
 * same plan as in the dry run.
 */
static int generate_uuids(struct dax_request *requests, size_t n, struct dax_error *err)
{
	for (size_t i = 0; i < n; i++) {
		unsigned char b[16];

		if (requests[i].has_uuid)
			continue;
		if (getrandom(b, sizeof(b), 0) != sizeof(b))
			return dax_fail(err, errno, "cannot generate a uuid: %s", strerror(errno));
		b[6] = (unsigned char)((b[6] & 0x0f) | 0x40);
		b[8] = (unsigned char)((b[8] & 0x3f) | 0x80);
		snprintf(requests[i].uuid, sizeof(requests[i].uuid),
			 "%02x%02x%02x%02x-%02x%02x-%02x%02x-%02x%02x-%02x%02x%02x%02x%02x%02x", b[0], b[1], b[2],
			 b[3], b[4], b[5], b[6], b[7], b[8], b[9], b[10], b[11], b[12], b[13], b[14], b[15]);
	}
	return 0;
}

/*
 * The kernel accepts a uuid only once in a region; and a uuid that names a device must be unique on the
 * machine.
 */
static int check_new_uuid(const struct dax_request *request, struct dax_sysfs *sysfs, struct dax_error *err)
{
	char name[DAX_NAME_MAX];

	if (request->verb != DAX_VERB_CREATE || !request->has_uuid)
		return 0;
	int r = dax_topology_find_uuid(sysfs, request->uuid, name, err);
	if (r == -ENODEV) {
		dax_error_release(err);
		return 0;
	}
	if (!r)
		r = dax_fail(err, EEXIST, "the uuid %s is already in use by namespace%s", request->uuid,
			     name + strlen("dax"));
	if (r == -EEXIST)
		dax_error_hint(err, "use another uuid; without a uuid a random one is generated");
	return r;
}

/* Only root can read the journals; for other users a dry run does not check them. */
static int check_left_behind(const struct change *change, struct dax_sysfs *sysfs, const struct dax_plan *plan,
			     struct dax_error *err)
{
	int r = dax_check_left_behind(sysfs, &change->apply, plan, err);

	if (!change->dry_run || (r != -EACCES && !dax_proc_in_user_namespace()))
		return r;
	dax_error_release(err);
	return 0;
}

/* Reads what REQUESTS need, and plans them. */
static int plan_requests(struct change *change, struct dax_sysfs *sysfs, struct dax_topology *before,
			 struct dax_plan *plan, struct dax_error *err)
{
	struct dax_request *requests = change->input ? change->requests : &change->wish;
	size_t n = change->input ? change->n_requests : 1;
	int r = 0;

	for (size_t i = 0; !r && i < n; i++)
		r = named_look_up(&requests[i], sysfs, err);
	for (size_t i = 0; !r && i < n; i++)
		r = check_new_uuid(&requests[i], sysfs, err);
	if (!r)
		r = scope_read(sysfs, &requests[0], common_region(requests, n), wanted_facts(&requests[0]), before, err);
	if (!r && change->input && !scope_is_everywhere(change->wish.region))
		r = input_check_regions(change->input, requests, n, change->wish.region, before, err);
	if (!r && before->n_namespaces && !change->dry_run)
		r = generate_uuids(requests, n, err);
	return r ? r : dax_plan_make(before, requests, n, plan, err);
}

/* The one region that a layout is applied to; NULL for all. */
static const char *only_region(const struct change *change)
{
	return scope_is_everywhere(change->wish.region) ? NULL : change->wish.region;
}

/* All regions are read: an entry can match any region, and an entry that matches two is refused. */
static int plan_layout(const struct change *change, struct dax_sysfs *sysfs, struct dax_topology *before,
		       struct dax_plan *plan, struct dax_error *err)
{
	int r = layout_read_machine(sysfs, before, err);

	return r ? r : dax_plan_layout(before, &change->layout, only_region(change), change->wish.risks, plan, err);
}

/* A layout that crashed an earlier boot is not applied by this one. */
static int apply_at_boot(struct change *change, struct dax_sysfs *sysfs, const struct dax_topology *before,
			 const struct dax_plan *plan, struct dax_outcome *outcome, struct dax_error *err)
{
	int r = dax_attempt_begin(STATE_FOLDER, change->layout.digest, err);

	if (r)
		return r;
	r = dax_apply(sysfs, before, plan, &change->apply, outcome, err);
	dax_attempt_end(STATE_FOLDER);
	return r;
}

/* Reads the machine into BEFORE, plans, and checks what only the machine can tell of a plan. */
static int read_and_plan(struct change *change, struct dax_sysfs *sysfs, struct dax_topology *before,
			 struct dax_plan *plan, struct dax_error *err)
{
	int r = change->has_layout ? plan_layout(change, sysfs, before, plan, err) :
				     plan_requests(change, sysfs, before, plan, err);

	/* A recorded tree does not contain the modules of its machine. */
	if (!r && !sysfs->recorded)
		r = dax_check_drivers(plan, err);
	/* The reason for the failure may be an interrupted change. */
	if (r && !sysfs->recorded)
		left_behind_note();
	if (!r && !sysfs->recorded)
		r = check_left_behind(change, sysfs, plan, err);
	if (!r && change->dry_run)
		dax_note_memory(sysfs, before, plan);
	return r;
}

int change_carry_out(struct change *change, struct dax_plan *plan, struct dax_outcome *outcome,
		     struct document *document, struct dax_error *err)
{
	_cleanup_sysfs_ struct dax_sysfs sysfs = DAX_SYSFS_INIT;
	_cleanup_topology_ struct dax_topology before = DAX_TOPOLOGY_INIT;
	_cleanup_close_ int lock = -1;

	if (change->input && !change->n_requests)
		return 0;
	int r = dax_sysfs_open(&sysfs, change->common.sysroot, err);
	/*
	 * The machine is read under the lock, so that no other holder of the lock changes it before the plan
	 * is applied.
	 */
	if (!r && !change->dry_run && !sysfs.recorded)
		r = change_enter(change, document->verb, &lock, err);
	if (!r)
		r = read_and_plan(change, &sysfs, &before, plan, err);
	if (r || change->dry_run)
		return r;
	document->outcome = outcome;
	r = change->boot && plan->n_steps ? apply_at_boot(change, &sysfs, &before, plan, outcome, err) :
					    dax_apply(&sysfs, &before, plan, &change->apply, outcome, err);
	if (r || !change->has_layout || sysfs.recorded)
		return r;
	return layout_name_devices(&sysfs, &before, plan->n_steps, &change->layout, only_region(change), err);
}

int change_run(const struct command *command, int argc, char **argv, struct dax_error *err)
{
	struct progress progress = PROGRESS_INIT;
	_cleanup_change_ struct change change;
	_cleanup_plan_ struct dax_plan plan = DAX_PLAN_INIT;
	_cleanup_outcome_ struct dax_outcome outcome = DAX_OUTCOME_INIT;
	struct document document = { .verb = command->name, .plan = &plan, .err = err };
	bool answered = false;
	size_t n_changed = 0;

	change_init(&change, err);
	change.wish.verb = command->verb;
	change.apply.verb = command->name;
	int r = change_read_options(command, argc, argv, &change, &answered, err);

	if (answered)
		return r;
	/* With --report a report is printed even if the command line is not valid. */
	change.report = change.report || options_mention(argc, argv, "--report");
	document.dry_run = change.dry_run;
	document.show = change.common.human ? JSON_SHOW_HUMAN : 0;
	change.apply.risks = change.wish.risks;
	if (!change.no_progress && progress_is_wanted()) {
		change.apply.progress = progress_show;
		change.apply.data = &progress;
	}
	if (!r && change.wait_for)
		r = layout_wait(change.common.sysroot, &change.layout, change.wait_for, err);
	if (!r)
		r = change_carry_out(&change, &plan, &outcome, &document, err);
	progress_end(&progress);
	/* The notes describe the change, so they are not printed if it was not made. */
	for (size_t i = 0; !r && i < plan.n_notes; i++)
		report_note(plan.notes[i]);
	if (steps_are_wanted(&change, &document))
		print_steps(&document);
	if (!r && document.outcome && outcome.status)
		r = count_changed(&plan, &outcome, &n_changed, err);
	if (!r && !change.dry_run)
		report_count(change.has_layout ? "changed" : done_words[command->verb], n_changed, "device");

	int print = print_document(&change, &document, err);

	return r ? r : print;
}
