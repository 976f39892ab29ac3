/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "commands.h"
#include "door/proc.h"
#include "json-namespace.h"
#include "json.h"
#include "left-behind.h"
#include "listing.h"
#include "named.h"
#include "report.h"
#include "scope.h"

#include <errno.h>
#include <stdio.h>
#include <sys/sysmacros.h>

/* clang-format off */
static const struct argp_option options[] = {
	{ "dev", 'd', "DEVICE", OPTION_REPEATS, "Show only this device; repeat for more, or name devices as arguments", 0 },
	{ "devices", 'D', NULL, 0, "Show devices (the default); with -R inside their regions", 0 },
	{ "regions", 'R', NULL, 0, "Show regions", 0 },
	{ "namespaces", 'N', NULL, 0, "Show namespaces of persistent memory; with -R inside their nd regions", 0 },
	{ "mappings", 'M', NULL, 0, "Show the address ranges of devices", 0 },
	{ "blocks", 'B', NULL, 0, "Show the memory blocks of system-ram devices, and their zones", 0 },
	{ "holders", OPTION_HOLDERS, NULL, 0, "Show the programs that have devices open or mapped", 0 },
	{ "speed", OPTION_SPEED, NULL, 0, "Show the kind of memory: persistent or not, its tier, latency and bandwidth", 0 },
	{ "p2pmem", 'P', NULL, 0, "Show only PCI devices with peer-to-peer memory", 0 },
	{ "idle", 'i', NULL, 0, "Also show devices of size 0 and, without -R, devices of disabled namespaces", 0 },
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
		return -named_add(&list->named, arg, list->err);
	case 'D':
		list->devices = true;
		return 0;
	case 'R':
		list->regions = true;
		return 0;
	case 'N':
		list->namespaces = true;
		return 0;
	case 'M':
		list->mappings = true;
		return 0;
	case 'B':
		list->blocks = true;
		return 0;
	case OPTION_HOLDERS:
		list->holders = true;
		return 0;
	case OPTION_SPEED:
		list->speed = true;
		return 0;
	case 'P':
		list->p2pmem = true;
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
	dax_held_release(&list->held);
}

/* The facts that the output needs, and no others, because each fact costs system calls. */
static unsigned wanted_facts(const struct list *list)
{
	unsigned want = DAX_WANT_NAMESPACES;

	if (list->namespaces)
		return DAX_WANT_ALL_NAMESPACES;
	if (list->devices)
		want |= DAX_WANT_MEMORY;
	if (list->idle && !list->regions && !list->named.n_devices)
		want |= DAX_WANT_DISABLED;
	if (list->regions)
		want |= DAX_WANT_EMPTY_REGIONS | DAX_WANT_RANGES;
	if (list->mappings)
		want |= DAX_WANT_RANGES;
	if (list->holders)
		want |= DAX_WANT_DETAILS;
	if (list->common.verbose)
		want |= DAX_WANT_DETAILS | DAX_WANT_RANGES;
	return want;
}

/* If the holders are not known, the key is left out and a note says so: an empty list would be wrong. */
static int check_holders(struct list *list, const struct dax_sysfs *sysfs, struct dax_error *err)
{
	if (!list->holders)
		return 0;
	if (sysfs->recorded)
		return dax_usage(
			err, "--holders and --sysroot cannot be combined: programs run on this machine only");
	if (dax_proc_shows_all())
		return 0;
	report_note(geteuid() ? "cannot show which programs use a device: only root can see them"
			      : "cannot show which programs use a device: /proc does not show all processes "
				"here; run this outside of any container");
	list->holders = false;
	return 0;
}

/* One pass over all processes for all devices. */
static int find_holders(struct list *list, const struct dax_topology *topology, struct dax_error *err)
{
	for (size_t i = 0; i < topology->n_devices; i++) {
		if (dax_held_add(&list->held, false,
				 makedev(topology->devices[i].major, topology->devices[i].minor)))
			return dax_no_memory(err);
	}
	return dax_holders_find(&list->held, err);
}

/* The name may be that of a namespace without a device: a disk, or the seed. */
static int check_named(const struct list *list, const struct dax_topology *topology, struct dax_error *err)
{
	for (size_t i = 0; i < list->named.n_devices; i++) {
		const char *name = list->named.devices[i];
		const struct dax_namespace *namespace = dax_topology_namespace(topology, name);

		if (dax_topology_device(topology, name) || (namespace && json_may_be_disabled_device(namespace)))
			continue;
		dax_fail(err, ENODEV, "%s: no such device", name);
		dax_error_hint(err, "run 'daxadm list -N' to see its namespace");
		return -ENODEV;
	}
	return 0;
}

/* Each region that has lost memory; with or without --regions. */
static void note_lost(const struct dax_topology *topology)
{
	for (size_t i = 0; i < topology->n_regions; i++) {
		const struct dax_region *region = &topology->regions[i];
		_cleanup_free_ char *note = NULL;
		char size[DAX_SIZE_TEXT];

		if (!region->lost)
			continue;
		if (asprintf(&note,
			     "region %s: %s are lost until the next reboot: they were online when kmem was "
			     "unbound from them",
			     region->name, dax_format_size(region->lost, size)) >= 0)
			report_note(note);
		else
			note = NULL;
	}
}

/* Another kind of memory, and other devices. */
static int list_p2pmem(const struct list *list, struct dax_sysfs *sysfs, struct dax_error *err)
{
	_cleanup_p2pmem_list_ struct dax_p2pmem_list found = DAX_P2PMEM_LIST_INIT;

	if (list->devices || list->regions || list->named.n_devices || list->common.region)
		return dax_usage(err, "--p2pmem cannot be combined with options for dax devices");
	int r = dax_p2pmem_read_all(sysfs, &found, err);
	if (r)
		return r;

	_cleanup_json_ struct json_object *array = json_p2pmem(&found, list->common.human ? JSON_SHOW_HUMAN : 0);
	return report_document(array, err);
}

int cmd_list(const struct command *command, int argc, char **argv, struct dax_error *err)
{
	_cleanup_sysfs_ struct dax_sysfs sysfs = DAX_SYSFS_INIT;
	_cleanup_topology_ struct dax_topology topology = DAX_TOPOLOGY_INIT;
	/* Names are checked as for the other verbs. */
	_cleanup_(list_release) struct list list = { .named = { .verb = DAX_VERB_DISABLE }, .err = err };
	bool answered = false;
	int r = options_parse(command->argp, command->name, argc, argv, &list, &answered, err);

	if (r || answered)
		return r;
	if (list.p2pmem) {
		r = dax_sysfs_open(&sysfs, list.common.sysroot, err);
		return r ? r : list_p2pmem(&list, &sysfs, err);
	}
	if (list.namespaces && (list.devices || list.named.n_devices || list.holders))
		return dax_usage(
			err, "--namespaces cannot be combined with devices: use it alone, or with --regions");
	list.devices = list.devices || !list.regions;
	list.named.all_devices = list.named.all_devices || !list.named.n_devices;
	r = dax_request_validate(&list.named, err);
	if (!r)
		r = dax_sysfs_open(&sysfs, list.common.sysroot, err);
	if (!r)
		r = check_holders(&list, &sysfs, err);
	if (!r)
		r = named_look_up(&list.named, &sysfs, err);
	if (!r)
		r = scope_read(&sysfs, &list.named, list.common.region, wanted_facts(&list), &topology, err);
	if (!r)
		r = check_named(&list, &topology, err);
	if (!r && list.holders)
		r = find_holders(&list, &topology, err);
	if (r)
		return r;
	if (!sysfs.recorded)
		left_behind_note();
	note_lost(&topology);

	list.sysfs = &sysfs;
	_cleanup_json_ struct json_object *array = listing(&list, &topology);

	return report_document(array, err);
}
