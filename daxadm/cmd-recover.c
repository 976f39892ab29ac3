/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a run left behind that was killed, or could not take back what it did. */
#include "change.h"

#include "paths.h"
#include "recover.h"
#include "report.h"

#include <errno.h>
#include <string.h>

struct recover {
	struct change change;
	bool dry_run, forget;
	enum dax_recovery direction;
	size_t n_found;
	struct dax_sysfs sysfs;
};

/* clang-format off */
static const struct argp_option options[] = {
	{ "dry-run", OPTION_DRY_RUN, NULL, 0, "Change nothing: print what would be done", 0 },
	{ "back", OPTION_BACK, NULL, 0, "Make the devices what they were before (the default)", 0 },
	{ "forward", OPTION_FORWARD, NULL, 0, "Finish what was begun", 0 },
	{ "forget", OPTION_FORGET, NULL, 0, "Do nothing but forget it: the devices stay as they are", 0 },
	{ "force", OPTION_FORCE, "RISK", 0, "Take that risk: in-use", 0 },
	{ "timeout", OPTION_TIMEOUT, "SECONDS", 0, "How long a busy memory block is tried again (default 30)", 0 },
	{ "wait", OPTION_WAIT, "SECONDS", 0, "How long to wait while another change is under way (default 10)", 0 },
	{ 0 },
};
/* clang-format on */

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct recover *recover = state->input;
	struct change *change = &recover->change;

	switch (key) {
	case ARGP_KEY_INIT:
		state->child_inputs[0] = &change->common;
		return 0;
	case OPTION_DRY_RUN:
		recover->dry_run = true;
		return 0;
	case OPTION_BACK:
		recover->direction = DAX_RECOVER_BACK;
		return 0;
	case OPTION_FORWARD:
		recover->direction = DAX_RECOVER_FORWARD;
		return 0;
	case OPTION_FORGET:
		recover->forget = true;
		return 0;
	case OPTION_FORCE:
		return -dax_request_add_risk(&change->wish, arg, change->err);
	case OPTION_TIMEOUT:
		return -change_parse_seconds(change, arg, &change->apply.timeout);
	case OPTION_WAIT:
		return -change_parse_seconds(change, arg, &change->wait);
	case ARGP_KEY_ARG:
		return -dax_usage(change->err, "unexpected word '%s': all that was left behind is recovered", arg);
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

const struct argp recover_argp = {
	.options = options,
	.parser = parse,
	.doc = "Take back what a run left half done that was killed, or finish it.",
	.children = common_children,
};

static void print_steps(const struct dax_record *record, enum dax_recovery direction, const char *word)
{
	for (size_t i = 0; i < record->plan.n_steps; i++) {
		const struct dax_step *step = &record->plan.steps[i];
		const char *name = dax_step_has_device(step) ? record->journal.names[step->device] : "";
		_cleanup_free_ char *text = dax_step_describe(step, name[0] ? name : "a new device");

		if (dax_recovery_wants(record, i, direction) && text)
			report_step(word, text);
	}
}

static int forget(const struct recover *recover, const char *path, struct dax_error *err)
{
	if (recover->dry_run)
		return 0;
	return unlink(path) ? dax_fail(err, errno, "cannot remove %s: %s", path, strerror(errno)) : 0;
}

static int recover_one(const char *path, void *data)
{
	struct recover *recover = data;
	struct dax_error *err = recover->change.err;
	_cleanup_record_ struct dax_record record = DAX_RECORD_INIT;
	bool forward = recover->direction == DAX_RECOVER_FORWARD;

	recover->n_found++;
	if (recover->forget)
		return forget(recover, path, err);
	int r = dax_journal_read(path, &record, err);
	if (r)
		return r;
	if (record.alive)
		return dax_fail(err, EBUSY, "pid %d is still at work on %s", record.pid, path);
	if (recover->dry_run)
		print_steps(&record, recover->direction, forward ? "would do" : "would take back");
	else
		r = dax_recover(&recover->sysfs, &record, recover->direction, &recover->change.apply, err);
	if (r) {
		dax_error_context(err, "%s (%s, pid %d)", forward ? "cannot finish" : "cannot take back", record.verb,
				  record.pid);
		err->blame = DAX_BLAME_STUCK;
		dax_error_hint(err, "mend what is in the way and try again; --%s goes the other way; --forget leaves "
				    "the devices as they are", forward ? "back" : "forward");
	}
	return r;
}

static int recover_all(struct recover *recover, struct dax_error *err)
{
	_cleanup_close_ int lock = -1;
	int r = recover->dry_run ? 0 : change_enter(&recover->change, "recover", &lock, err);

	if (!r)
		r = dax_sysfs_open(&recover->sysfs, recover->change.common.sysroot, err);
	if (!r)
		r = dax_journal_list(RUN_FOLDER, recover_one, recover, err);
	dax_sysfs_close(&recover->sysfs);
	if (!r && !recover->dry_run)
		report_count(recover->forget ? "forgot" : "recovered", recover->n_found, "change");
	return r;
}

int cmd_recover(const struct command *command, int argc, char **argv, struct dax_error *err)
{
	struct recover recover = { .sysfs = DAX_SYSFS_INIT };
	bool answered = false;

	change_init(&recover.change, err);
	recover.change.apply.verb = command->name;
	int r = options_parse(command->argp, command->name, argc, argv, &recover, &answered, err);
	recover.change.apply.risks = recover.change.wish.risks;
	if (!r && !answered)
		r = recover_all(&recover, err);
	change_release(&recover.change);
	return r;
}
