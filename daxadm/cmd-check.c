/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Tests whether the kernel keeps its promises. */
#include "change-options.h"
#include "change.h"
#include "check/check-device.h"
#include "check/check-finding.h"
#include "check/check-host.h"
#include "check/check-node.h"
#include "check/check-p2pmem.h"
#include "check/check-place.h"
#include "findings.h"
#include "json.h"
#include "named.h"
#include "report.h"
#include "scope.h"
#include "state/p2pmem.h"
#include "state/scan.h"

#include <errno.h>
#include <string.h>

struct check {
	struct change change; /* for the lock, and for --force */
	bool table, list, write, disrupt;
	const char **words; /* the targets as typed; the array is owned, its elements are not */
	size_t n_words;
};

/* clang-format off */
static const struct argp_option options[] = {
	{ "table", OPTION_TABLE, NULL, 0, "Print text for people instead of JSON", 0 },
	{ "list", OPTION_LIST, NULL, 0, "List the checks and what they test; run none", 0 },
	{ "write", OPTION_WRITE, NULL, 0, "Also write to devices; requires --force=lose-data", 0 },
	{ "disruptive", OPTION_DISRUPTIVE, NULL, 0, "Also disable unused devices for a moment", 0 },
	{ "force", OPTION_FORCE, "RISK", OPTION_REPEATS, "Accept the risk: lose-data", 0 },
	{ "wait", OPTION_WAIT, "SECONDS", 0, "With --disruptive, wait this long for another change to end (default 10)", 0 },
	{ "json", 'j', NULL, 0, "Accepted for compatibility; JSON is the default", 0 },
	{ 0 },
};
/* clang-format on */

static int add_word(struct check *check, const char *word)
{
	const char **grown = reallocarray(check->words, check->n_words + 1, sizeof(*grown));

	if (!grown)
		return dax_no_memory(check->change.err);
	check->words = grown;
	grown[check->n_words++] = word;
	return 0;
}

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct check *check = state->input;
	struct change *change = &check->change;

	switch (key) {
	case OPTION_TABLE:
		check->table = true;
		return 0;
	case OPTION_LIST:
		check->list = true;
		return 0;
	case OPTION_WRITE:
		check->write = true;
		return 0;
	case OPTION_DISRUPTIVE:
		check->disrupt = true;
		return 0;
	case OPTION_FORCE:
		return -dax_request_add_risk(&change->wish, arg, change->err);
	case OPTION_WAIT:
		return -change_parse_seconds(change, arg, &change->wait);
	case 'j':
		return 0;
	case ARGP_KEY_ARG:
		return -add_word(check, arg);
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

const struct argp check_argp = {
	.options = options,
	.parser = parse,
	.args_doc = "[TARGET...]",
	.doc = "Test whether the kernel behaves as documented.",
	.children = base_children,
};

static void check_release(struct check *check)
{
	change_release(&check->change);
	free(check->words);
}

static int validate(const struct check *check, struct dax_error *err)
{
	bool loses = check->change.wish.risks & DAX_RISK_LOSE_DATA;

	if (check->write && !loses) {
		int r = dax_usage(err, "--write may destroy data in the target");

		dax_error_hint(err, "use --write --force=lose-data to allow this");
		return r;
	}
	if (check->change.wish.risks & DAX_RISK_OUT_OF_MEMORY)
		return dax_usage(
			err, "--force=out-of-memory is not valid for check: check takes no memory offline");
	if (check->change.wish.risks & DAX_RISK_IN_USE)
		return dax_usage(
			err, "--force=in-use is not valid for check: check does not touch devices in use");
	if (loses && !check->write)
		return dax_usage(err, "--force=lose-data requires --write");
	return 0;
}

static int check_host(const struct dax_checkup *checkup, struct dax_error *err)
{
	_cleanup_topology_ struct dax_topology topology = DAX_TOPOLOGY_INIT;
	const struct dax_scope everything = { .want = DAX_WANT_RANGES | DAX_WANT_EMPTY_REGIONS |
						      DAX_WANT_DRIVERS };
	int r = dax_topology_read(checkup->sysfs, &everything, &topology, err);

	return r ? r : dax_checkup_host(checkup, &topology, err);
}

/* "all", "daxX.Y", "X.Y", "/dev/daxX.Y" and uuids are devices; other words with a slash are paths. */
static bool names_device(const char *word)
{
	char uuid[DAX_UUID_TEXT];
	int region = 0, id = 0;

	if (strcmp(word, "all") == 0 || dax_parse_uuid(word, uuid) == 0)
		return true;
	return dax_parse_device_name(word, &region, &id) == 0;
}

static int check_device(const struct dax_checkup *checkup, const char *word, struct dax_error *err)
{
	_cleanup_topology_ struct dax_topology topology = DAX_TOPOLOGY_INIT;
	_cleanup_request_ struct dax_request named = { .verb = DAX_VERB_DISABLE };
	int r = named_add(&named, word, err);

	if (!r)
		r = dax_request_validate(&named, err);
	if (!r)
		r = named_look_up(&named, checkup->sysfs, err);
	if (!r)
		r = scope_read(checkup->sysfs, &named, NULL, DAX_WANT_RANGES | DAX_WANT_DETAILS, &topology,
			       err);
	for (size_t i = 0; !r && i < topology.n_devices; i++) {
		if (topology.devices[i].size || !named.all_devices)
			r = dax_checkup_device(checkup, &topology, &topology.devices[i], err);
	}
	return r;
}

static int check_target(const struct dax_checkup *checkup, const char *word, struct dax_error *err)
{
	char name[DAX_NAME_MAX];

	if (names_device(word))
		return check_device(checkup, word, err);
	if (dax_parse_pci_name(word, name) == 0)
		return dax_checkup_p2pmem(checkup, name, err);
	if (dax_device_of_node(checkup->sysfs, word, name))
		return check_device(checkup, name, err);
	return dax_checkup_path(checkup, word, err);
}

static int print(const struct check *check, const struct dax_findings *findings, struct dax_error *err)
{
	if (check->table)
		return findings_print_table(findings, err);

	_cleanup_json_ struct json_object *array = findings_array(findings);
	return report_document(array, err);
}

static int print_checks(struct dax_error *err)
{
	_cleanup_json_ struct json_object *array = findings_checks();

	return report_document(array, err);
}

/* This error takes precedence over all others. */
static int tell_stuck(struct dax_error *err)
{
	if (err->code)
		report_note(err->message);
	dax_fail(err, EIO, "a device was disabled and could not be enabled again");
	err->blame = DAX_BLAME_STUCK;
	dax_error_hint(err, "run 'daxadm list --idle' to see it, and 'daxadm recover' or 'daxadm "
			    "enable-device' to enable it");
	return -EIO;
}

/* Findings are not an error, but scripts need them in the exit status. */
static int judge(const struct dax_findings *findings, struct dax_error *err)
{
	size_t failed = dax_findings_count(findings, DAX_FAIL);

	if (!failed)
		return 0;
	dax_fail(err, EBADE, "%zu of %zu checks failed", failed, findings->n);
	err->blame = DAX_BLAME_FOUND;
	return -EBADE;
}

/*
 * R is the result of the checks. Findings before an error are printed too; of two errors the first one is
 * reported.
 */
static int conclude(const struct check *check, const struct dax_findings *findings, int r,
		    struct dax_error *err)
{
	if (!r || findings->n) {
		int printed = print(check, findings, r ? NULL : err);

		r = r ? r : printed;
	}
	if (findings->stuck)
		return tell_stuck(err);
	return r ? r : judge(findings, err);
}

static int work(struct check *check, const char *verb, struct dax_findings *findings, struct dax_error *err)
{
	_cleanup_sysfs_ struct dax_sysfs sysfs = DAX_SYSFS_INIT;
	_cleanup_close_ int lock = -1;
	struct dax_checkup checkup = {
		.sysfs = &sysfs,
		.may = (check->write ? DAX_MAY_WRITE : 0) | (check->disrupt ? DAX_MAY_DISRUPT : 0),
		.apply = &check->change.apply,
		.findings = findings,
	};
	int r = dax_sysfs_open(&sysfs, NULL, err);

	if (!r && check->disrupt)
		r = change_enter(&check->change, verb, &lock, err);
	if (!r && !check->n_words)
		r = check_host(&checkup, err);
	for (size_t i = 0; !r && i < check->n_words; i++)
		r = check_target(&checkup, check->words[i], err);
	return r;
}

int cmd_check(const struct command *command, int argc, char **argv, struct dax_error *err)
{
	_cleanup_(check_release) struct check check = { 0 };
	_cleanup_findings_ struct dax_findings findings = DAX_FINDINGS_INIT;
	bool answered = false;

	change_init(&check.change, err);
	check.change.apply.verb = command->name;
	int r = options_parse(command->argp, command->name, argc, argv, &check, &answered, err);

	if (r || answered)
		return r;
	if (check.list)
		return print_checks(err);
	r = validate(&check, err);
	if (r)
		return r;
	r = work(&check, command->name, &findings, err);
	return conclude(&check, &findings, r, err);
}
