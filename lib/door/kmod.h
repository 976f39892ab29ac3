/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * libkmod knows what modprobe knows: dependencies, options, blacklists. It is opened only if it is needed,
 * which is rare: loading it and its dependencies costs more instructions than listing a machine.
 */
#pragma once

#include "base/error.h"

#include <libkmod.h>

struct dax_kmod {
	void *library;
	struct kmod_ctx *context;
	__typeof__(&kmod_new) new_context;
	__typeof__(&kmod_unref) unref;
	__typeof__(&kmod_set_log_priority) set_log_priority;
	__typeof__(&kmod_module_new_from_name) module_new;
	__typeof__(&kmod_module_unref) module_unref;
	__typeof__(&kmod_module_probe_insert_module) insert;
	__typeof__(&kmod_module_get_initstate) get_state;
	__typeof__(&kmod_module_get_path) get_path;
	__typeof__(&kmod_module_get_install_commands) get_command;
	__typeof__(&kmod_config_get_blacklists) get_blacklists;
	__typeof__(&kmod_config_iter_next) iter_next;
	__typeof__(&kmod_config_iter_get_key) iter_key;
	__typeof__(&kmod_config_iter_free_iter) iter_free;
};

#define DAX_KMOD_INIT \
	{             \
		0     \
	}
#define _cleanup_kmod_ _cleanup_(dax_kmod_close)

int dax_kmod_open(struct dax_kmod *kmod, struct dax_error *err) DAX_MUST_CHECK;
void dax_kmod_close(struct dax_kmod *kmod);

enum dax_module_state {
	DAX_MODULE_MISSING = 0, /* this kernel does not have it */
	DAX_MODULE_BUILTIN,
	DAX_MODULE_LOADED,
	DAX_MODULE_LOADABLE,
	DAX_MODULE_BLACKLISTED, /* not loaded, and not loaded automatically */
	DAX_MODULE_REPLACED,    /* not loaded, and modprobe runs a command instead */
};

/* The command of modprobe.d that replaces loading a module; "" if there is none. */
void dax_module_command(struct dax_kmod *kmod, const char *name, char *command, size_t size);

/* Whether module_blacklist= names it. This is a parameter of the kernel, which libkmod does not know. */
bool dax_module_is_refused(const char *name);

/* The state of a module, by its name. */
int dax_module_state(struct dax_kmod *kmod, const char *name, enum dax_module_state *state,
		     struct dax_error *err) DAX_MUST_CHECK;
