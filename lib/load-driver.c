/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Loads a driver's module through libkmod, which knows what modprobe knows: dependencies, options,
 * blacklists. By name: the alias that all dax devices have would load every driver there is.
 * The library is opened only when a module has to be loaded, which is seldom: with what it links,
 * it costs a process more instructions to start than listing a machine does.
 */
#include "doer.h"

#include <dlfcn.h>
#include <errno.h>
#include <libkmod.h>
#include <stdarg.h>
#include <string.h>

struct kmod {
	void *library;
	__typeof__(&kmod_new) new_context;
	__typeof__(&kmod_unref) unref;
	__typeof__(&kmod_set_log_fn) set_log;
	__typeof__(&kmod_module_new_from_name) module_new;
	__typeof__(&kmod_module_unref) module_unref;
	__typeof__(&kmod_module_probe_insert_module) insert;
};

static void kmod_close(struct kmod *kmod)
{
	if (kmod->library)
		dlclose(kmod->library);
}

static int kmod_open(struct kmod *kmod, struct dax_error *err)
{
	kmod->library = dlopen("libkmod.so.2", RTLD_NOW | RTLD_LOCAL);
	if (!kmod->library)
		return dax_fail(err, ELIBACC, "cannot open libkmod: %s", dlerror());
	/* Through void **, as POSIX has it for functions. */
	*(void **)&kmod->new_context = dlsym(kmod->library, "kmod_new");
	*(void **)&kmod->unref = dlsym(kmod->library, "kmod_unref");
	*(void **)&kmod->set_log = dlsym(kmod->library, "kmod_set_log_fn");
	*(void **)&kmod->module_new = dlsym(kmod->library, "kmod_module_new_from_name");
	*(void **)&kmod->module_unref = dlsym(kmod->library, "kmod_module_unref");
	*(void **)&kmod->insert = dlsym(kmod->library, "kmod_module_probe_insert_module");
	if (!kmod->new_context || !kmod->unref || !kmod->set_log || !kmod->module_new || !kmod->module_unref ||
	    !kmod->insert)
		return dax_fail(err, ELIBBAD, "libkmod lacks a function that is needed: %s", dlerror());
	return 0;
}

/* In place of the one that prints to stderr: what went wrong is told once, by the program. */
static void say_nothing(void *data, int priority, const char *file, int line, const char *function,
			const char *format, va_list args)
{
	(void)data;
	(void)priority;
	(void)file;
	(void)line;
	(void)function;
	(void)format;
	(void)args;
}

/* -errno; a blacklisted module is -EPERM. */
static int insert_module(const struct kmod *kmod, const char *name)
{
	struct kmod_module *module = NULL;
	struct kmod_ctx *context = kmod->new_context(NULL, NULL);

	if (!context)
		return -ENOMEM;
	kmod->set_log(context, say_nothing, NULL);
	int r = kmod->module_new(context, name, &module);
	if (!r) {
		r = kmod->insert(module, KMOD_PROBE_APPLY_BLACKLIST, NULL, NULL, NULL, NULL);
		kmod->module_unref(module);
	}
	kmod->unref(context);
	return r > 0 ? -EPERM : r;
}

int dax_driver_load(struct dax_sysfs *sysfs, const char *driver, struct dax_error *err)
{
	_cleanup_(kmod_close) struct kmod kmod = { 0 };
	int r = kmod_open(&kmod, err);

	if (r)
		return r;
	int inserted = insert_module(&kmod, driver);

	if (!inserted && dax_sysfs_exists(sysfs, "bus/dax/drivers", driver))
		return 0;
	if (!inserted)
		return dax_fail(err, ENODEV, "the module %s brought no driver of that name", driver);
	dax_fail(err, -inserted, "cannot load the driver %s: %s", driver,
		 inserted == -ENOENT ? "this kernel has no such module" :
		 inserted == -EPERM  ? "it is blacklisted, or may not be loaded" :
				       strerror(-inserted));
	return inserted;
}

/* A new driver binds every device that it matches, unless the bus is told not to (drivers/base/bus.c). */
int dax_do_set_autoprobe(struct dax_doer *doer, const struct dax_step *step, struct dax_error *err)
{
	int r = dax_sysfs_write(doer->sysfs, "bus/dax", "drivers_autoprobe", step->to ? "1" : "0");

	return r ? dax_fail(err, -r, "cannot write %d to bus/dax/drivers_autoprobe: %s", (int)step->to, strerror(-r)) : 0;
}

bool dax_unchanged_autoprobe(struct dax_doer *doer, const struct dax_step *step)
{
	uint64_t flag = 0;

	return dax_sysfs_read_u64(doer->sysfs, "bus/dax", "drivers_autoprobe", &flag, NULL) == 0 && flag == step->from;
}
