/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Recovers a run that was killed, or that could not be undone. */
#include "change-options.h"
#include "change.h"
#include "document.h"
#include "foresight.h"
#include "json-build.h"
#include "json.h"
#include "listing.h"
#include "paths.h"
#include "report.h"
#include "run/find-target.h"
#include "run/journal-folder.h"
#include "run/journal-read.h"
#include "run/recover.h"
#include "run/step-kinds.h"
#include "scope.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

struct recover {
	struct change change;
	struct list list; /* the devices of the journals */
	bool dry_run, forget, report;
	enum dax_recovery direction;
	const char *chosen; /* --back, --forward or --forget; NULL for none */
	size_t n_found, n_done;
	bool changed;
	struct json_object *steps; /* steps of all journals, with --report; owned */
	struct dax_plan notes;     /* only notes */
	struct dax_sysfs sysfs;
};

/* clang-format off */
static const struct argp_option options[] = {
	{ "dry-run", OPTION_DRY_RUN, NULL, 0, "Print what would be done, and change nothing", 0 },
	{ "back", OPTION_BACK, NULL, 0, "Restore the devices to their state before the change (the default)", 0 },
	{ "forward", OPTION_FORWARD, NULL, 0, "Finish the interrupted change", 0 },
	{ "forget", OPTION_FORGET, NULL, 0, "Remove the journal only; the devices stay as they are", 0 },
	{ "force", OPTION_FORCE, "RISK", OPTION_REPEATS, "Accept a risk: in-use, out-of-memory", 0 },
	{ "timeout", OPTION_TIMEOUT, "SECONDS", 0, "Retry a busy memory block for this long (default 30)", 0 },
	{ "wait", OPTION_WAIT, "SECONDS", 0, "Wait this long for another change to end (default 10)", 0 },
	{ "report", OPTION_REPORT, NULL, 0, "Print one JSON object: the steps, the devices, the error", 0 },
	{ "human", 'u', NULL, 0, "Print sizes and addresses as text for people, not as numbers", 0 },
	{ "json", 'j', NULL, 0, "Accepted for compatibility; the output is always JSON", 0 },
	{ 0 },
};
/* clang-format on */

/* These options exclude each other. */
static error_t choose(struct recover *recover, const char *option)
{
	if (recover->chosen && strcmp(recover->chosen, option) != 0)
		return -dax_usage(recover->change.err, "%s and %s cannot be used together", recover->chosen, option);
	recover->chosen = option;
	return 0;
}

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct recover *recover = state->input;
	struct change *change = &recover->change;

	switch (key) {
	case OPTION_DRY_RUN:
		recover->dry_run = true;
		return 0;
	case OPTION_BACK:
		recover->direction = DAX_RECOVER_BACK;
		return choose(recover, "--back");
	case OPTION_FORWARD:
		recover->direction = DAX_RECOVER_FORWARD;
		return choose(recover, "--forward");
	case OPTION_FORGET:
		recover->forget = true;
		return choose(recover, "--forget");
	case OPTION_REPORT:
		recover->report = true;
		return 0;
	case OPTION_FORCE:
		return -dax_request_add_risk(&change->wish, arg, change->err);
	case OPTION_TIMEOUT:
		return -change_parse_seconds(change, arg, &change->apply.timeout);
	case OPTION_WAIT:
		return -change_parse_seconds(change, arg, &change->wait);
	case 'u':
		recover->list.common.human = true;
		return 0;
	case 'j':
		return 0;
	case ARGP_KEY_ARG:
		return -dax_usage(change->err,
				  "unexpected argument '%s': recover handles all interrupted changes", arg);
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

const struct argp recover_argp = {
	.options = options,
	.parser = parse,
	.doc = "Undo, or finish, a change that was interrupted, for example by SIGKILL.",
	.children = base_children,
};

/* Prints a note, and adds it to the report. */
static void note(struct recover *recover, const char *text)
{
	struct dax_plan *notes = &recover->notes;
	char **grown = reallocarray(notes->notes, notes->n_notes + 1, sizeof(*grown));

	report_note(text);
	if (!grown)
		return;
	notes->notes = grown;
	grown[notes->n_notes] = strdup(text);
	notes->n_notes += grown[notes->n_notes] != NULL;
}

/* "undoing create-device (pid 71)" */
static void say(struct recover *recover, const char *what, const struct dax_record *record)
{
	_cleanup_free_ char *text = NULL;

	if (asprintf(&text, "%s %s (pid %d)", what, record->verb, record->pid) < 0)
		text = NULL;
	else
		note(recover, text);
}

/* Also forgets a damaged journal, or a directory in its place. */
static int forget(struct recover *recover, const char *path, const struct dax_record *record,
		  struct dax_error *err)
{
	if (!record)
		note(recover, path);
	else
		say(recover, recover->dry_run ? "would forget" : "forgetting", record);
	if (recover->dry_run || unlink(path) == 0 || (errno == EISDIR && rmdir(path) == 0))
		return 0;
	return dax_fail(err, errno, "cannot remove %s: %s", path, strerror(errno));
}

/* An undo restores the previous state, with these exceptions. */
static void tell_notes(struct recover *recover, const struct dax_record *record)
{
	for (size_t i = 0; i < record->n_notes; i++)
		note(recover, record->notes[i]);
	for (size_t i = 0; record->lost && i < record->plan.n_targets; i++) {
		_cleanup_free_ char *text = record->lost[i] ? dax_step_describe_loss(record->names[i]) : NULL;

		if (text)
			note(recover, text);
	}
}

/* The current steps of RECORD, for the report. */
static int keep_steps(struct recover *recover, const struct dax_record *record, struct dax_error *err)
{
	_cleanup_free_ enum dax_step_status *status = calloc(record->plan.n_steps + 1, sizeof(*status));
	struct dax_outcome outcome = { .status = status, .names = record->names };
	const struct document document = { .plan = &record->plan, .outcome = &outcome };

	if (!status)
		return dax_no_memory(err);
	for (size_t i = 0; i < record->plan.n_steps; i++)
		status[i] = dax_record_status(record, i);
	return document_add_steps(&document, recover->steps) ? 0 : dax_no_memory(err);
}

static bool is_changed(const struct dax_record *record, const char *marks)
{
	return memcmp(record->journal.marks, marks, record->plan.n_steps) != 0;
}

/* The steps that would be done, and what would be refused. */
static int preview(struct recover *recover, const struct dax_record *record, struct dax_error *err)
{
	struct dax_judgement *judgements = NULL;
	int r = dax_judge(&recover->sysfs, record, recover->direction, &judgements, err);

	for (size_t i = 0; !r && i < record->plan.n_targets; i++) {
		_cleanup_free_ char *text = foresight_describe(record, &judgements[i], i);

		if (text)
			note(recover, text);
	}
	if (!r)
		recover->changed |= foresight_print(record, judgements, recover->direction);
	dax_judgements_free(judgements, record->plan.n_targets);
	return r;
}

static int work(struct recover *recover, struct dax_record *record, struct dax_error *err)
{
	bool forward = recover->direction == DAX_RECOVER_FORWARD;

	if (recover->dry_run) {
		say(recover, forward ? "to finish:" : "to undo:", record);
		return preview(recover, record, err);
	}
	_cleanup_free_ char *marks = strndup(record->journal.marks, record->plan.n_steps);
	if (!marks)
		return dax_no_memory(err);
	say(recover, forward ? "finishing" : "undoing", record);
	int r = dax_recover(&recover->sysfs, record, recover->direction, &recover->change.apply, err);
	tell_notes(recover, record);
	recover->changed = recover->changed || is_changed(record, marks);
	if (!r)
		return 0;
	dax_error_context(err, "cannot %s %s (pid %d)", forward ? "finish" : "undo", record->verb,
			  record->pid);
	err->blame = DAX_BLAME_STUCK;
	if (!err->hint)
		dax_error_hint(err,
			       "fix the cause, then run 'daxadm recover' again; use --%s for the other "
			       "direction, or --forget to leave the devices as they are",
			       forward ? "back" : "forward");
	return r;
}

/* Adds the devices of RECORD, which are printed at the end. */
static int add_devices(struct recover *recover, const struct dax_record *record, struct dax_error *err)
{
	int r = 0;

	for (size_t i = 0; !r && i < record->plan.n_targets; i++) {
		if (record->names[i][0])
			r = dax_request_add_device(&recover->list.named, record->names[i], err);
	}
	return r;
}

/* The first failure is the error; the other journals are handled nevertheless. */
static void keep_error(struct recover *recover, struct dax_error *err)
{
	struct dax_error *first = recover->change.err;

	if (first->code) {
		note(recover, err->message);
		return;
	}
	*first = *err;
	*err = (struct dax_error)DAX_ERROR_INIT;
}

static int recover_one(const char *path, void *data)
{
	struct recover *recover = data;
	_cleanup_record_ struct dax_record record = DAX_RECORD_INIT;
	_cleanup_error_ struct dax_error err = DAX_ERROR_INIT;
	int r = dax_journal_read(path, &record, &err);

	if (r == -ENOENT)
		return 0; /* it has just ended */
	recover->n_found++;
	/* A journal that cannot be read can still be forgotten. */
	if (!r && !recover->forget)
		r = dax_record_find(&recover->sysfs, &record, &err);
	if (record.alive)
		r = dax_fail(&err, EBUSY, "pid %d still works on %s", record.pid, path);
	else if (recover->forget && (!r || r == -EPROTO))
		r = forget(recover, path, r ? NULL : &record, &err);
	else if (!r)
		r = work(recover, &record, &err);
	/* In all cases. */
	_cleanup_error_ struct dax_error no_memory = DAX_ERROR_INIT;
	if (recover->steps && record.journal.marks && record.names && keep_steps(recover, &record, &no_memory) && !r)
		r = dax_fail(&err, no_memory.code, "%s", no_memory.message);
	if (!r && record.names)
		r = add_devices(recover, &record, &err);
	if (r)
		keep_error(recover, &err);
	else
		recover->n_done++;
	return 0;
}

/* The existing ones of the devices, in their current state. */
static int read_devices(struct recover *recover, struct json_object **devices, struct dax_error *err)
{
	_cleanup_topology_ struct dax_topology topology = DAX_TOPOLOGY_INIT;
	struct dax_request *named = &recover->list.named;
	size_t n = 0;
	int r = named->n_devices ? dax_request_validate(named, err) : 0;

	for (size_t i = 0; !r && i < named->n_devices; i++) {
		if (dax_sysfs_exists(&recover->sysfs, "bus/dax/devices", named->devices[i]))
			memmove(named->devices[n++], named->devices[i], DAX_NAME_MAX);
	}
	named->n_devices = n;
	if (!r && n)
		r = scope_read(&recover->sysfs, named, NULL, DAX_WANT_MEMORY, &topology, err);
	if (r)
		return r;
	*devices = listing(&recover->list, &topology);
	return *devices ? 0 : dax_no_memory(err);
}

/* A printing error must not hide an error of the recovery. */
static int print(struct recover *recover, struct dax_error *err)
{
	_cleanup_error_ struct dax_error print_error = DAX_ERROR_INIT;
	_cleanup_json_ struct json_object *devices = NULL, *report = NULL;
	bool failed = err->code;
	struct document document = { .verb = "recover", .dry_run = recover->dry_run, .plan = &recover->notes, .err = err,
				     .changed = recover->changed, .steps = recover->steps };

	if (failed && !recover->report)
		return 0;
	int r = read_devices(recover, &devices, &print_error);
	/* With --report a report is always printed. */
	if (r && recover->report)
		devices = json_object_new_array();
	document.devices = devices;
	json_array_end(recover->steps);
	if (recover->report)
		report = document_report(&document);
	if (!r || recover->report)
		r = report_document(recover->report ? report : devices, &print_error);
	if (!r || failed)
		return 0;
	*err = print_error;
	print_error = (struct dax_error)DAX_ERROR_INIT;
	return r;
}

/* Handles the journals in one of the directories. */
static int recover_folder(struct recover *recover, const char *folder, struct dax_error *err)
{
	size_t n_before = recover->n_found;
	/* A later change may depend on an earlier one, or block it. */
	int r = dax_journal_list(folder, recover->direction == DAX_RECOVER_BACK, recover_one, recover, err);
	_cleanup_close_ int fd = r ? -1 : dax_journal_folder(folder, false, NULL);

	if (fd >= 0 && !recover->dry_run)
		dax_journal_sweep(fd);
	/* If no journal was seen, there may be journals nevertheless. */
	return r || recover->n_found > n_before ? r : dax_journal_check_folder(folder, err);
}

static int recover_all(struct recover *recover, struct dax_error *err)
{
	static const char *const folders[] = { RUN_FOLDER, STATE_FOLDER };
	_cleanup_close_ int lock = -1;
	int r = recover->dry_run ? 0 : change_enter(&recover->change, "recover", &lock, err);

	if (!r)
		r = dax_sysfs_open(&recover->sysfs, NULL, err);
	if (r)
		return r;
	/* A problem with one directory does not affect the journals in the other one. */
	for (size_t i = 0; i < ARRAY_SIZE(folders); i++) {
		_cleanup_error_ struct dax_error folder_error = DAX_ERROR_INIT;

		if (recover_folder(recover, folders[i], &folder_error))
			keep_error(recover, &folder_error);
	}
	if (err->code)
		return -err->code;
	if (!recover->dry_run)
		report_count(recover->forget ? "forgot" : "recovered", recover->n_done, "change");
	return 0;
}

int cmd_recover(const struct command *command, int argc, char **argv, struct dax_error *err)
{
	struct recover recover = { .sysfs = DAX_SYSFS_INIT, .list = { .named = { .verb = DAX_VERB_DISABLE } } };
	bool answered = false;

	change_init(&recover.change, err);
	recover.change.apply.verb = command->name;
	int r = options_parse(command->argp, command->name, argc, argv, &recover, &answered, err);
	recover.change.apply.risks = recover.change.wish.risks;
	recover.list.devices = true;
	/* With --report a report is printed even if the command line is not valid. */
	recover.report = recover.report || options_mention(argc, argv, "--report");
	recover.steps = recover.report && !answered ? json_object_new_array() : NULL;
	if (!r && !answered)
		r = recover_all(&recover, err);
	int printed = answered ? 0 : print(&recover, err);
	if (recover.steps)
		json_object_put(recover.steps);
	dax_plan_release(&recover.notes);
	dax_sysfs_close(&recover.sysfs);
	dax_request_release(&recover.list.named);
	change_release(&recover.change);
	return r ? r : printed;
}
