/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "commands.h"

#include "change.h"

#include <string.h>

const struct command commands[] = {
	{ "list", NULL, "show devices, regions and namespaces", &list_argp, cmd_list },
	{ "create-device", "create", "create devices from the free space of a region",
	  &create_device_argp, change_run, DAX_VERB_CREATE },
	{ "destroy-device", "destroy", "destroy devices and free their space",
	  &destroy_device_argp, change_run, DAX_VERB_DESTROY },
	{ "enable-device", "enable", "bind devices to the driver of a mode",
	  &enable_device_argp, change_run, DAX_VERB_ENABLE },
	{ "disable-device", "disable", "unbind devices from their driver",
	  &disable_device_argp, change_run, DAX_VERB_DISABLE },
	{ "reconfigure", "reconfigure-device", "change mode, size or alignment of devices",
	  &reconfigure_argp, change_run, DAX_VERB_RECONFIGURE },
	{ "align", NULL, "change the alignment of devices",
	  &align_argp, change_run, DAX_VERB_RECONFIGURE },
	{ "online-memory", NULL, "bring memory of system-ram devices online",
	  &online_memory_argp, change_run, DAX_VERB_ONLINE },
	{ "offline-memory", NULL, "take memory of system-ram devices offline",
	  &offline_memory_argp, change_run, DAX_VERB_OFFLINE },
	{ "apply", NULL, "create, change and destroy devices to match a layout",
	  &apply_argp, cmd_apply, DAX_VERB_RECONFIGURE },
	{ "export", NULL, "print the layout of this machine", &export_argp, cmd_export },
	{ "check", NULL, "test whether the kernel behaves as documented", &check_argp, cmd_check },
	{ "recover", NULL, "undo, or finish, an interrupted change", &recover_argp, cmd_recover },
	{ "version", NULL, "print the version", &version_argp, cmd_version },
	{ "help", NULL, "explain a verb", &help_argp, cmd_help },
};

const size_t n_commands = ARRAY_SIZE(commands);

int command_find(const char *name, const struct command **command, struct dax_error *err)
{
	for (size_t i = 0; i < n_commands; i++) {
		const struct command *c = &commands[i];

		if (strcmp(name, c->name) == 0 || (c->alias && strcmp(name, c->alias) == 0)) {
			*command = c;
			return 0;
		}
	}
	int r = dax_usage(err, "unknown verb '%s'", name);

	dax_error_hint(err, "run 'daxadm --help' to see all verbs");
	return r;
}
