/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "commands.h"
#include "json.h"
#include "listing.h"
#include "report.h"
#include "scope.h"

/* clang-format off */
static const struct argp_option options[] = {
	{ "dev", 'd', "DEVICE", 0, "Only this device; repeat for more, or name them without an option", 0 },
	{ "devices", 'D', NULL, 0, "Show devices (the default); with -R inside their regions", 0 },
	{ "regions", 'R', NULL, 0, "Show regions", 0 },
	{ "mappings", 'M', NULL, 0, "Show the address ranges of devices", 0 },
	{ "blocks", 'B', NULL, 0, "Show the memory blocks of system-ram devices, and their zones", 0 },
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
	case 'B':
		list->blocks = true;
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

/* What has to be known to print it: never more, since each fact costs system calls. */
static unsigned wanted_facts(const struct list *list)
{
	unsigned want = 0;

	if (list->devices)
		want |= DAX_WANT_MEMORY;
	if (list->regions)
		want |= DAX_WANT_EMPTY_REGIONS | DAX_WANT_RANGES;
	if (list->mappings)
		want |= DAX_WANT_RANGES;
	if (list->common.verbose)
		want |= DAX_WANT_DETAILS | DAX_WANT_RANGES;
	return want;
}

int cmd_list(const struct command *command, int argc, char **argv, struct dax_error *err)
{
	_cleanup_sysfs_ struct dax_sysfs sysfs = DAX_SYSFS_INIT;
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
		r = dax_sysfs_open(&sysfs, list.common.sysroot, err);
	if (!r)
		r = scope_read(&sysfs, &list.named, list.common.region, wanted_facts(&list), &topology, err);
	if (r)
		return r;

	_cleanup_json_ struct json_object *array = listing(&list, &topology);

	return report_document(array, err);
}
