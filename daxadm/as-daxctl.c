/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "as-daxctl.h"

#include "as-daxctl-change.h"
#include "as-daxctl-options.h"
#include "as-daxctl-print.h"
#include "json.h"
#include "report.h"
#include "scope.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

/* Scripts compare it with the version that they need. */
#define DAXCTL_VERSION "85"

struct command {
	const char *name;
	enum daxctl_set set;
	const char *usage;
	int (*run)(const struct command *command, const struct daxctl_options *options);
	enum dax_verb verb; /* of those that change something */
	struct daxctl_words words;
};

bool as_daxctl_is_wanted(const char *program)
{
	const char *slash = program ? strrchr(program, '/') : NULL;

	return program && strcmp(slash ? slash + 1 : program, "daxctl") == 0;
}

static int print_usage(void)
{
	fputs("\n usage: daxctl [--version] [--help] COMMAND [ARGS]\n\n\n"
	      " See 'daxctl help COMMAND' for more information on a specific command.\n"
	      " daxctl --list-cmds to see all available commands\n\n",
	      stdout);
	return 0;
}

static int run_version(const struct command *command, const struct daxctl_options *options)
{
	(void)command;
	(void)options;
	puts(DAXCTL_VERSION);
	return 0;
}

static int run_migrate(const struct command *command, const struct daxctl_options *options)
{
	(void)command;
	(void)options;
	report_line("nothing to do: kernels since 5.1 have the dax bus only");
	return 0;
}

static int run_split(const struct command *command, const struct daxctl_options *options)
{
	(void)command;
	(void)options;
	report_line("split-acpi is not supported: use the daxctl of ndctl to rewrite ACPI tables");
	return 256 - EOPNOTSUPP;
}

static bool is_wanted_device(const struct daxctl_options *options, const struct dax_device *device)
{
	int region_id = 0, id = 0;

	if (!device->size && !options->idle)
		return false;
	if (!options->dev || strcmp(options->dev, "all") == 0)
		return true;
	return dax_parse_device_name(options->dev, &region_id, &id) == 0 && device->region_id == region_id &&
	       device->id == id;
}

/* The devices of one region, added to ARRAY. */
static bool add_devices(const struct daxctl_options *options, const struct dax_topology *topology, size_t region,
			struct json_object *array)
{
	bool added = array;

	for (size_t i = 0; added && i < topology->n_devices; i++) {
		const struct dax_device *device = &topology->devices[i];

		if (device->region == region && is_wanted_device(options, device))
			added = json_append(array, daxctl_device(topology, device, options->mappings, options->human));
	}
	return added;
}

static struct json_object *list(const struct daxctl_options *options, const struct dax_topology *topology)
{
	_cleanup_json_ struct json_object *array = json_object_new_array();
	bool built = array;

	for (size_t i = 0; built && i < topology->n_regions; i++) {
		const struct dax_region *region = &topology->regions[i];
		struct json_object *devices = NULL;

		if (region->kind == DAX_REGION_ND ||
		    (!scope_is_everywhere(options->region) && !dax_region_matches(region, options->region)))
			continue;
		if (!options->regions) {
			built = add_devices(options, topology, i, array);
			continue;
		}
		if (options->devices) {
			devices = json_object_new_array();
			built = add_devices(options, topology, i, devices);
		}
		built = json_append(array, daxctl_region(topology, region, devices, options->human)) && built;
	}
	return built ? TAKE_PTR(array) : NULL;
}

static int run_list(const struct command *command, const struct daxctl_options *given)
{
	_cleanup_error_ struct dax_error err = DAX_ERROR_INIT;
	_cleanup_sysfs_ struct dax_sysfs sysfs = DAX_SYSFS_INIT;
	_cleanup_topology_ struct dax_topology topology = DAX_TOPOLOGY_INIT;
	struct daxctl_options options = *given;
	struct dax_request everything = DAX_REQUEST_INIT;

	if (options.word) {
		report_line("  Error: unknown parameter \"%s\"", options.word);
		report_line("%s", "");
		return daxctl_options_usage(command->set, command->usage);
	}
	/* A region alone is that region, and not what is in it. */
	if (!options.devices && !options.regions) {
		options.regions = options.region;
		options.devices = options.dev || !options.region;
	}
	int r = dax_sysfs_open(&sysfs, options.sysroot, &err);

	if (!r)
		r = scope_read(&sysfs, &everything, NULL, DAX_WANT_RANGES | DAX_WANT_MEMORY | DAX_WANT_EMPTY_REGIONS,
			       &topology, &err);
	if (!r) {
		_cleanup_json_ struct json_object *array = list(&options, &topology);

		r = array ? daxctl_print(array, options.human, &err) : dax_no_memory(&err);
	}
	if (r)
		report_error(NULL, &err);
	return r & 0xff;
}

/* What daxctl refuses before it looks at any device: the usage text follows. False when it was said. */
static bool is_complete(const struct command *command, const struct daxctl_options *options)
{
	bool complete = true;

	if (!options->word && command->verb != DAX_VERB_CREATE) {
		report_line("specify a device to %s, or \"all\"", command->words.action);
		complete = false;
	}
	if (options->extra || (options->word && command->verb == DAX_VERB_CREATE)) {
		report_line("unknown extra parameter \"%s\"", options->extra ? options->extra : options->word);
		complete = false;
	}
	if (!complete || command->verb != DAX_VERB_RECONFIGURE)
		return complete;
	if (!options->size && !options->align && !options->mode) {
		report_line("error: a 'align', 'mode' or 'size' option is required");
		return false;
	}
	if (options->no_online && options->mode && strcmp(options->mode, "devdax") == 0) {
		report_line("--no-online is incompatible with --mode=devdax");
		return false;
	}
	return true;
}

static int run_change(const struct command *command, const struct daxctl_options *options)
{
	if (options->check_config) {
		report_line("--check-config is not supported: give the mode with --mode");
		return 256 - EOPNOTSUPP;
	}
	return is_complete(command, options) ? as_daxctl_change(command->verb, &command->words, options)
					     : daxctl_options_usage(command->set, command->usage);
}

static int run_help(const struct command *command, const struct daxctl_options *options);

/* clang-format off */
static const struct command commands[] = {
	{ "version", DAXCTL_NONE, "version", run_version, 0, { 0 } },
	{ "list", DAXCTL_LIST, "list [<options>]", run_list, 0, { 0 } },
	{ "help", DAXCTL_NONE, "help [command]", run_help, 0, { 0 } },
	{ "split-acpi", DAXCTL_SPLIT, "split-acpi <options>", run_split, 0, { 0 } },
	{ "migrate-device-model", DAXCTL_NONE, "migrate-device-model", run_migrate, 0, { 0 } },
	{ "create-device", DAXCTL_CREATE, "create-device [<options>]", run_change, DAX_VERB_CREATE,
	  { "create-device", "create", "created", "creating devices" } },
	{ "destroy-device", DAXCTL_DESTROY, "destroy-device <device> [<options>]", run_change, DAX_VERB_DESTROY,
	  { "destroy-device", "destroy", "destroyed", "destroying devices" } },
	{ "reconfigure-device", DAXCTL_RECONFIGURE, "reconfigure-device <device> [<options>]", run_change,
	  DAX_VERB_RECONFIGURE, { "reconfigure-device", "reconfigure", "reconfigured", "reconfiguring devices" } },
	{ "online-memory", DAXCTL_ONLINE, "online-memory <device> [<options>]", run_change, DAX_VERB_ONLINE,
	  { "online-memory", "online memory for", "onlined memory for", "onlining memory" } },
	{ "offline-memory", DAXCTL_SWITCH, "offline-memory <device> [<options>]", run_change, DAX_VERB_OFFLINE,
	  { "offline-memory", "offline memory for", "offlined memory for", "offlining memory" } },
	{ "disable-device", DAXCTL_SWITCH, "disable-device <device>", run_change, DAX_VERB_DISABLE,
	  { "disable-device", "disable", "disabled", "disabling device" } },
	{ "enable-device", DAXCTL_SWITCH, "enable-device <device>", run_change, DAX_VERB_ENABLE,
	  { "enable-device", "enable", "enabled", "enabling device" } },
};
/* clang-format on */

static const struct command *find_command(const char *name)
{
	for (size_t i = 0; i < ARRAY_SIZE(commands); i++) {
		if (strcmp(commands[i].name, name) == 0)
			return &commands[i];
	}
	return NULL;
}

/* daxctl opens a manual page here. */
static int run_help(const struct command *command, const struct daxctl_options *options)
{
	const struct command *about = options->word ? find_command(options->word) : NULL;

	(void)command;
	if (!options->word)
		return print_usage();
	if (!about) {
		report_line("No manual entry for daxctl-%s", options->word);
		return 16;
	}
	(void)daxctl_options_usage(about->set, about->usage);
	return 0;
}

static int run_command(const struct command *command, int argc, char **argv)
{
	struct daxctl_options options = { 0 };

	if (argc > 1 && strcmp(argv[1], "--help") == 0) {
		(void)daxctl_options_usage(command->set, command->usage);
		return 0;
	}
	int status = daxctl_options_read(command->set, command->usage, argc, argv, &options);

	return status ? status : command->run(command, &options);
}

int as_daxctl(int argc, char **argv)
{
	const char *word = argc > 1 ? argv[1] : NULL;

	if (!word) {
		print_usage();
		return 1;
	}
	if (strcmp(word, "--version") == 0 || strcmp(word, "-v") == 0)
		word = "version";
	if (strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0)
		word = "help";
	if (strcmp(word, "--list-cmds") == 0) {
		for (size_t i = 0; i < ARRAY_SIZE(commands); i++)
			puts(commands[i].name);
		return 0;
	}
	if (word[0] == '-') {
		report_line("Unknown option: %s", word);
		report_line("%s", "");
		report_line(" Usage: daxctl [--version] [--help] COMMAND [ARGS]");
		return DAXCTL_STATUS_USAGE;
	}
	const struct command *command = find_command(word);

	if (!command) {
		report_line("Unknown command: '%s'", word);
		return 1;
	}
	return run_command(command, argc - 1, argv + 1);
}
