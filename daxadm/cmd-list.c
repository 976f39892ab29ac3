/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "commands.h"
#include "json.h"
#include "listing.h"
#include "report.h"

#include <errno.h>
#include <string.h>

/* clang-format off */
static const struct argp_option options[] = {
	{ "dev", 'd', "DEVICE", 0, "Only this device; repeat for more, or name them without an option", 0 },
	{ "devices", 'D', NULL, 0, "Show devices (the default); with -R inside their regions", 0 },
	{ "regions", 'R', NULL, 0, "Show regions", 0 },
	{ "mappings", 'M', NULL, 0, "Show the address ranges of devices", 0 },
	{ "idle", 'i', NULL, 0, "Show devices of size 0 as well", 0 },
	{ 0 },
};
/* clang-format on */

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct list *list = state->input;

	switch (key) {
	case ARGP_KEY_INIT:
		state->child_inputs[0] = &list->common;
		return 0;
	case 'd':
	case ARGP_KEY_ARG:
		return -dax_request_add_device(&list->named, arg, list->err);
	case 'D':
		list->devices = true;
		return 0;
	case 'R':
		list->regions = true;
		return 0;
	case 'M':
		list->mappings = true;
		return 0;
	case 'i':
		list->idle = true;
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

const struct argp list_argp = {
	.options = options,
	.parser = parse,
	.args_doc = "[DEVICE...]",
	.doc = "Show devices and regions as JSON.",
	.children = common_children,
};

static void list_release(struct list *list)
{
	dax_request_release(&list->named);
}

static int read_topology(const struct list *list, struct dax_topology *topology, struct dax_error *err)
{
	_cleanup_sysfs_ struct dax_sysfs sysfs = DAX_SYSFS_INIT;
	_cleanup_free_ const char **names = calloc(list->named.n_devices + 1, sizeof(*names));
	const char *region = list->common.region;
	struct dax_scope scope = { .devices = names };

	if (!names)
		return dax_no_memory(err);
	for (size_t i = 0; i < list->named.n_devices; i++)
		names[scope.n_devices++] = list->named.devices[i];
	if (region && !scope.n_devices && strcmp(region, "all") != 0)
		scope.region = region;
	if (list->devices)
		scope.want |= DAX_WANT_MEMORY;
	if (list->regions)
		scope.want |= DAX_WANT_EMPTY_REGIONS | DAX_WANT_RANGES;
	if (list->mappings)
		scope.want |= DAX_WANT_RANGES;
	if (list->common.verbose)
		scope.want |= DAX_WANT_DETAILS | DAX_WANT_RANGES;

	int r = dax_sysfs_open(&sysfs, list->common.sysroot, err);

	return r ? r : dax_topology_read(&sysfs, &scope, topology, err);
}

/* A device that is named and a region that is given have to fit together. */
static int check_region(const struct list *list, const struct dax_topology *topology, struct dax_error *err)
{
	const char *region = list->common.region;

	if (!region || strcmp(region, "all") == 0)
		return 0;
	for (size_t i = 0; i < topology->n_devices; i++) {
		const struct dax_device *device = &topology->devices[i];

		if (!dax_region_matches(&topology->regions[device->region], region))
			return dax_fail(err, ENODEV, "%s is not in region %s", device->name, region);
	}
	return 0;
}

int cmd_list(const struct command *command, int argc, char **argv, struct dax_error *err)
{
	_cleanup_topology_ struct dax_topology topology = DAX_TOPOLOGY_INIT;
	/* Names are checked as those of any other verb are. */
	_cleanup_(list_release) struct list list = { .named = { .verb = DAX_VERB_DISABLE }, .err = err };
	bool answered = false;
	int r = options_parse(command->argp, command->name, argc, argv, &list, &answered, err);

	if (r || answered)
		return r;
	list.devices = list.devices || !list.regions;
	list.named.all_devices = list.named.all_devices || !list.named.n_devices;
	r = dax_request_validate(&list.named, err);
	if (!r)
		r = read_topology(&list, &topology, err);
	if (!r)
		r = check_region(&list, &topology, err);
	if (r)
		return r;

	_cleanup_json_ struct json_object *array = listing(&list, &topology);

	return report_document(array, err);
}
