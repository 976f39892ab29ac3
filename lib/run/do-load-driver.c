/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Loads the module of a driver by name: the alias that all dax devices have would load every driver. */
#include "run/do-load-driver.h"

#include "door/kmod.h"
#include "run/doer.h"

#include <errno.h>
#include <string.h>

/* "blacklist" blocks aliases, but not loading a module by its name (modprobe.d(5)). */
static int insert_module(const struct dax_kmod *kmod, const char *name)
{
	struct kmod_module *module = NULL;
	int r = kmod->module_new(kmod->context, name, &module);

	if (r)
		return r;
	r = kmod->insert(module, 0, NULL, NULL, NULL, NULL);
	kmod->module_unref(module);
	return r;
}

int dax_driver_load(struct dax_sysfs *sysfs, const char *driver, struct dax_error *err)
{
	_cleanup_kmod_ struct dax_kmod kmod = DAX_KMOD_INIT;
	int r = dax_kmod_open(&kmod, err);

	if (r)
		return r;
	char command[256];
	int inserted = insert_module(&kmod, driver);

	if (!inserted && dax_sysfs_exists(sysfs, "bus/dax/drivers", driver))
		return 0;
	if (!inserted)
		return dax_fail(err, ENODEV, "the module %s has no driver of that name", driver);
	dax_module_command(&kmod, driver, command, sizeof(command));
	if (command[0])
		return dax_fail(err, -inserted, "cannot load the driver %s: the command of modprobe.d failed: %s", driver,
				command);
	dax_fail(err, -inserted, "cannot load the driver %s: %s", driver,
		 inserted == -ENOENT ? "this kernel has no such module" : strerror(-inserted));
	return inserted;
}

/*
 * A new driver binds every device that it matches, unless autoprobe of the bus is off (drivers/base/bus.c).
 */
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
