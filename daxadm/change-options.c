/* SPDX-License-Identifier: GPL-2.0-or-later */
/* From the command line of a changing verb to requests. */
#include "change-options.h"

#include "change.h"
#include "input.h"
#include "named.h"
#include "paths.h"
#include "signals.h"

#include <errno.h>
#include <string.h>

/* One day: nobody waits longer for a busy page. */
#define MAX_SECONDS 86400

/* clang-format off */
static const struct argp_option change_options[] = {
	{ "dry-run", OPTION_DRY_RUN, NULL, 0, "Print what would be done, and change nothing", 1 },
	{ "report", OPTION_REPORT, NULL, 0, "Print one JSON object: the steps, the devices, the error", 1 },
	{ NULL, 'f', NULL, 0, "Disable enabled devices first (required by destroy-device)", 1 },
	{ "force", OPTION_FORCE, "RISK", OPTION_ARG_OPTIONAL | OPTION_REPEATS, "Same as -f; with RISK also accept that risk: lose-data, in-use, out-of-memory", 1 },
	{ "timeout", OPTION_TIMEOUT, "SECONDS", 0, "Retry a busy memory block for this long (default 30)", 1 },
	{ "wait", OPTION_WAIT, "SECONDS", 0, "Wait this long for another change to end (default 10)", 1 },
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
	free(change->paths);
	dax_layout_release(&change->layout);
}

/* --force=RISK[,RISK...]; without a risk it is -f. */
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
	int r = dax_usage(change->err, "'%s' is not a valid range", text);

	dax_error_hint(change->err, "use START-END, where END is the last byte, as in: 0x100000000-0x13fffffff");
	return r;
}

/* The kernel names new devices: a word without an option is probably a value whose option was forgotten. */
static int refuse_word(const char *word, struct dax_error *err)
{
	int r = dax_usage(err, "unexpected argument '%s'", word);
	int region_id = 0, id = 0;
	struct dax_amount amount;

	if (dax_parse_device_name(word, &region_id, &id) == 0 ||
	    dax_parse_namespace_name(word, &region_id, &id) == 0) {
		dax_error_append(err, "the kernel chooses the name of a new device");
		dax_error_hint(err, "use -r %d to create it in region %d; reconfigure changes an existing device",
			       region_id, region_id);
	} else if (dax_parse_amount(word, &amount) == 0 && (amount.share || amount.bytes >= DAX_MIB)) {
		dax_error_hint(err, "use -s %s to set the size", word);
	} else if (dax_mode_driver(word) || strcmp(word, "fsdax") == 0) {
		dax_error_hint(err, "use -m %s to set the mode", word);
	} else if (dax_looks_like_region(word) || strcmp(word, "all") == 0) {
		dax_error_hint(err, "use -r %s to set the region", word);
	} else {
		dax_error_hint(err, "run 'daxadm create-device --help' to see the options");
	}
	return r;
}

static int refuse_check_config(struct dax_error *err)
{
	dax_usage(err, "--check-config is not supported: daxadm has no configuration file");
	dax_error_hint(err, "write a systemd unit that runs 'daxadm reconfigure' with the options that the device needs");
	return -EINVAL;
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
	case OPTION_ONLINE:
		change->wish.no_online = false;
		return 0;
	case OPTION_MOVABLE:
		change->wish.no_movable = false;
		return 0;
	case 'C':
		return -refuse_check_config(change->err);
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
		return change->wish.verb == DAX_VERB_CREATE ? -refuse_word(arg, change->err) :
							      -named_add(&change->wish, arg, change->err);
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

/* A file never overrides an option, and an option never overrides a file. */
static int check_input_alone(const struct change *change, struct dax_error *err)
{
	const struct dax_request *wish = &change->wish;
	const struct {
		const char *option;
		bool given;
	} others[] = {
		{ "--size", wish->has_size },   { "--align", wish->has_align },
		{ "--mode", wish->has_mode },   { "--range", wish->n_ranges > 0 },
		{ "--count", wish->count || wish->count_max }, { "--map", wish->map },
		{ "--name", wish->name[0] },    { "--uuid", wish->has_uuid },
	};

	for (size_t i = 0; i < ARRAY_SIZE(others); i++) {
		if (others[i].given)
			return dax_usage(err, "--input and %s cannot be combined: the file defines it",
					 others[i].option);
	}
	return 0;
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
	if (change->has_layout)
		return 0;
	if (change->input)
		r = check_input_alone(change, err);
	if (!r && change->input)
		return input_read(change->input, &change->wish, &change->requests, &change->n_requests, err);
	return r ? r : dax_request_validate(&change->wish, err);
}
