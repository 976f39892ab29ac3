/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "door/kmod.h"

#include "door/kernel-text.h"
#include "door/library.h"
#include "door/proc.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

void dax_kmod_close(struct dax_kmod *kmod)
{
	if (kmod->context)
		kmod->unref(kmod->context);
	dax_library_close(&kmod->library);
	*kmod = (struct dax_kmod)DAX_KMOD_INIT;
}

int dax_kmod_open(struct dax_kmod *kmod, struct dax_error *err)
{
	const struct dax_symbol functions[] = {
		{ "kmod_new", (void **)&kmod->new_context },
		{ "kmod_unref", (void **)&kmod->unref },
		{ "kmod_set_log_priority", (void **)&kmod->set_log_priority },
		{ "kmod_module_new_from_name", (void **)&kmod->module_new },
		{ "kmod_module_unref", (void **)&kmod->module_unref },
		{ "kmod_module_probe_insert_module", (void **)&kmod->insert },
		{ "kmod_module_get_initstate", (void **)&kmod->get_state },
		{ "kmod_module_get_path", (void **)&kmod->get_path },
		{ "kmod_module_get_install_commands", (void **)&kmod->get_command },
		{ "kmod_config_get_blacklists", (void **)&kmod->get_blacklists },
		{ "kmod_config_iter_next", (void **)&kmod->iter_next },
		{ "kmod_config_iter_get_key", (void **)&kmod->iter_key },
		{ "kmod_config_iter_free_iter", (void **)&kmod->iter_free },
	};

	*kmod = (struct dax_kmod)DAX_KMOD_INIT;
	int r = dax_library_open(&kmod->library, "libkmod.so.2", functions, ARRAY_SIZE(functions), err);
	if (r) {
		dax_error_context(err, "cannot use libkmod");
		return r;
	}
	kmod->context = kmod->new_context(NULL, NULL);
	if (!kmod->context) {
		dax_kmod_close(kmod);
		return dax_no_memory(err);
	}
	kmod->set_log_priority(kmod->context, DAX_LIBRARY_SILENT);
	return 0;
}

bool dax_module_is_refused(const char *name)
{
	_cleanup_free_ char *line = NULL;

	return dax_proc_read("/proc/cmdline", &line, NULL) == 0 &&
	       dax_text_parameter_has(line, "module_blacklist", name);
}

void dax_module_command(struct dax_kmod *kmod, const char *name, char *command, size_t size)
{
	struct kmod_module *module = NULL;

	command[0] = '\0';
	if (kmod->module_new(kmod->context, name, &module))
		return;
	const char *text = kmod->get_command(module);
	if (text)
		snprintf(command, size, "%s", text);
	kmod->module_unref(module);
}

/* modules.dep can name a file that does not exist. */
static bool has_file(const char *path)
{
	return path && access(path, R_OK) == 0;
}

static bool is_blacklisted(struct dax_kmod *kmod, const char *name)
{
	struct kmod_config_iter *iter = kmod->get_blacklists(kmod->context);
	bool found = false;

	while (iter && !found && kmod->iter_next(iter))
		found = strcmp(kmod->iter_key(iter), name) == 0;
	if (iter)
		kmod->iter_free(iter);
	return found;
}

int dax_module_state(struct dax_kmod *kmod, const char *name, enum dax_module_state *state,
		     struct dax_error *err)
{
	struct kmod_module *module = NULL;
	int r = kmod->module_new(kmod->context, name, &module);

	if (r)
		return dax_fail(err, -r, "cannot look up the module %s: %s", name, strerror(-r));
	int now = kmod->get_state(module);
	if (now == KMOD_MODULE_BUILTIN)
		*state = DAX_MODULE_BUILTIN;
	else if (now == KMOD_MODULE_LIVE || now == KMOD_MODULE_COMING)
		*state = DAX_MODULE_LOADED;
	else if (!has_file(kmod->get_path(module)))
		*state = DAX_MODULE_MISSING;
	else if (kmod->get_command(module))
		*state = DAX_MODULE_REPLACED;
	else
		*state = is_blacklisted(kmod, name) ? DAX_MODULE_BLACKLISTED : DAX_MODULE_LOADABLE;
	kmod->module_unref(module);
	return 0;
}
