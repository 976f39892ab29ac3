/* SPDX-License-Identifier: GPL-2.0-or-later */
/* From the command line of a changing verb to requests. */
#include "change.h"

#include "input.h"
#include "paths.h"
#include "signals.h"

#include <errno.h>
#include <string.h>

/* A day: whoever waits longer does not wait for a busy page. */
#define MAX_SECONDS 86400

/* clang-format off */
static const struct argp_option change_options[] = {
	{ "dry-run", OPTION_DRY_RUN, NULL, 0, "Change nothing: print what would be done", 1 },
	{ "report", OPTION_REPORT, NULL, 0, "Print one JSON object: the steps, the devices, the error", 1 },
	{ NULL, 'f', NULL, 0, "Disable enabled devices first (destroy-device asks for it)", 1 },
	{ "force", OPTION_FORCE, "RISK", OPTION_ARG_OPTIONAL, "As -f; with RISK take that risk: lose-data, in-use, out-of-memory", 1 },
	{ "timeout", OPTION_TIMEOUT, "SECONDS", 0, "How long a busy memory block is tried again (default 30)", 1 },
	{ "wait", OPTION_WAIT, "SECONDS", 0, "How long to wait while another change is under way (default 10)", 1 },
	{ "no-progress", OPTION_NO_PROGRESS, NULL, 0, "Show no progress on a terminal", 1 },
	{ 0 },
};
/* clang-format on */
static error_t parse_shared(int key, char *arg, struct argp_state *state);
static const struct argp change_argp = {
	change_options, parse_shared, NULL, NULL, common_children, NULL, NULL
};
const struct argp_child change_children[] = { { &change_argp, 0, NULL, 0 }, { 0 } };

void change_release(struct change *change)
{
	dax_request_release(&change->wish);
	for (size_t i = 0; i < change->n_requests; i++)
		dax_request_release(&change->requests[i]);
	free(change->requests);
}

/* --force=WORD[,WORD...]; without a word it is -f. */
static int parse_force(struct change *change, const char *words)
{
	if (!words) {
		change->wish.force = true;
		return 0;
	}
	_cleanup_free_ char *copy = strdup(words);
	char *rest = copy;

	if (!copy)
		return dax_no_memory(change->err);
	for (char *word = strsep(&rest, ","); word; word = strsep(&rest, ",")) {
		int r = dax_request_add_risk(&change->wish, word, change->err);

		if (r)
			return r;
	}
	return 0;
}

int change_parse_seconds(struct change *change, const char *text, unsigned *seconds)
{
	uint64_t value = 0;

	if (dax_parse_u64(text, &value) || value > MAX_SECONDS)
		return dax_usage(change->err, "'%s' is not a number of seconds (0 to %d)", text, MAX_SECONDS);
	*seconds = (unsigned)value;
	return 0;
}

static error_t parse_shared(int key, char *arg, struct argp_state *state)
{
	struct change *change = state->input;

	switch (key) {
	case ARGP_KEY_INIT:
		state->child_inputs[0] = &change->common;
		return 0;
	case OPTION_DRY_RUN:
		change->dry_run = true;
		return 0;
	case OPTION_REPORT:
		change->report = true;
		return 0;
	case 'f':
		change->wish.force = true;
		return 0;
	case OPTION_FORCE:
		return -parse_force(change, arg);
	case OPTION_TIMEOUT:
		return -change_parse_seconds(change, arg, &change->apply.timeout);
	case OPTION_WAIT:
		return -change_parse_seconds(change, arg, &change->wait);
	case OPTION_NO_PROGRESS:
		change->no_progress = true;
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static int parse_range(struct change *change, const char *text)
{
	struct dax_range range;

	if (dax_parse_range(text, &range) == 0)
		return dax_request_add_range(&change->wish, range, change->err);
	int r = dax_usage(change->err, "'%s' is not a range", text);

	dax_error_hint(change->err, "a range is START-END, both in it: 0x100000000-0x13fffffff");
	return r;
}

error_t change_parse(int key, char *arg, struct argp_state *state)
{
	struct change *change = state->input;

	switch (key) {
	case ARGP_KEY_INIT:
		state->child_inputs[0] = change;
		return 0;
	case 's':
		return -dax_request_set_size(&change->wish, arg, change->err);
	case 'a':
		return -dax_request_set_align(&change->wish, arg, change->err);
	case 'm':
		return -dax_request_set_mode(&change->wish, arg, change->err);
	case 'N':
		change->wish.no_online = true;
		return 0;
	case OPTION_NO_MOVABLE:
		change->wish.no_movable = true;
		return 0;
	case OPTION_MEMMAP:
		return -dax_request_set_memmap(&change->wish, arg, change->err);
	case OPTION_MAP:
		return -dax_request_set_map(&change->wish, arg, change->err);
	case OPTION_NAME:
		return -dax_request_set_name(&change->wish, arg, change->err);
	case OPTION_UUID:
		return -dax_request_set_uuid(&change->wish, arg, change->err);
	case OPTION_COUNT:
		return -dax_request_set_count(&change->wish, arg, change->err);
	case OPTION_RANGE:
		return -parse_range(change, arg);
	case OPTION_INPUT:
		change->input = arg;
		return 0;
	case ARGP_KEY_ARG:
		return -dax_request_add_device(&change->wish, arg, change->err);
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

/* What a file says is never overridden by an option, nor the other way round. */
static int check_input_alone(const struct change *change, struct dax_error *err)
{
	const struct dax_request *wish = &change->wish;
	const struct {
		const char *option;
		bool given;
	} others[] = {
		{ "--size", wish->has_size },   { "--align", wish->has_align },
		{ "--mode", wish->has_mode },   { "--range", wish->n_ranges > 0 },
		{ "--count", wish->count > 0 }, { "--map", wish->map },
		{ "--name", wish->name[0] },    { "--uuid", wish->has_uuid },
	};

	for (size_t i = 0; i < ARRAY_SIZE(others); i++) {
		if (others[i].given)
			return dax_usage(err, "--input and %s do not go together: the file says it",
					 others[i].option);
	}
	return 0;
}

static int check_names(const struct dax_request *wish, struct dax_error *err)
{
	if (wish->verb != DAX_VERB_CREATE || (!wish->n_devices && !wish->all_devices))
		return 0;
	int r = dax_usage(err, "a new device cannot be named: the kernel names it");

	dax_error_hint(err, "-r REGION says where it is made; reconfigure changes a device that is there");
	return r;
}

void change_init(struct change *change, struct dax_error *err)
{
	*change = (struct change){
		.wait = DEFAULT_WAIT,
		.apply = {
			.run_folder = RUN_FOLDER,
			.state_folder = STATE_FOLDER,
			.timeout = DAX_DEFAULT_TIMEOUT,
			.interrupted = signals_interrupted(),
		},
		.err = err,
	};
}

int change_read_options(const struct command *command, int argc, char **argv, struct change *change,
			bool *answered, struct dax_error *err)
{
	int r = options_parse(command->argp, command->name, argc, argv, change, answered, err);

	if (r || *answered)
		return r;
	if (change->common.region && !(change->wish.region = strdup(change->common.region)))
		return dax_no_memory(err);
	r = check_names(&change->wish, err);
	if (!r && change->input)
		r = check_input_alone(change, err);
	if (!r && change->input)
		return input_read(change->input, &change->wish, &change->requests, &change->n_requests, err);
	return r ? r : dax_request_validate(&change->wish, err);
}
