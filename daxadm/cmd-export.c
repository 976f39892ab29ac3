/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "commands.h"
#include "json-layout.h"
#include "json.h"
#include "options.h"
#include "paths.h"
#include "report.h"
#include "run/node-notes.h"
#include "scope.h"
#include "state/scan.h"

struct export {
	struct common_options common;
	bool exact;
};

/* clang-format off */
static const struct argp_option options[] = {
	{ "exact", OPTION_EXACT, NULL, 0, "Also print the offset of each device in its region", 0 },
	{ 0 },
};
/* clang-format on */

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct export *export = state->input;

	(void)arg;
	switch (key) {
	case ARGP_KEY_INIT:
		state->child_inputs[0] = &export->common;
		return 0;
	case OPTION_EXACT:
		export->exact = true;
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

const struct argp export_argp = {
	.options = options,
	.parser = parse,
	.doc = "Print the layout of this machine: the document that apply reads.",
	.children = common_children,
};

int cmd_export(const struct command *command, int argc, char **argv, struct dax_error *err)
{
	_cleanup_topology_ struct dax_topology topology = DAX_TOPOLOGY_INIT;
	_cleanup_layout_ struct dax_layout layout = DAX_LAYOUT_INIT;
	_cleanup_sysfs_ struct dax_sysfs sysfs = DAX_SYSFS_INIT;
	struct dax_scope scope = { .want = DAX_WANT_RANGES | DAX_WANT_MEMORY | DAX_WANT_EMPTY_REGIONS };
	struct export export = { 0 };
	bool answered = false;
	int r = options_parse(command->argp, command->name, argc, argv, &export, &answered, err);

	if (r || answered)
		return r;
	/* All regions: a region whose start is not shown is identified by its number among the others. */
	r = dax_sysfs_open(&sysfs, export.common.sysroot, err);
	if (!r)
		r = dax_topology_read(&sysfs, &scope, &topology, err);
	if (!r && !sysfs.recorded)
		r = dax_node_notes_load(RUN_FOLDER, &topology, err);
	if (!r)
		r = dax_layout_of(&topology, scope_is_everywhere(export.common.region) ? NULL : export.common.region,
				  export.exact, &layout, err);
	if (r)
		return r;

	_cleanup_json_ struct json_object *document = json_layout(&layout);
	return document ? report_document(document, err) : dax_no_memory(err);
}
