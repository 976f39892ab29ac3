/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Drivers that a plan must load: what cannot work is refused before the first step, also in a dry run. */
#include "run/guard-drivers.h"

#include "base/error.h"
#include "door/kmod.h"
#include "door/proc.h"
#include "plan/plan.h"

#include <errno.h>
#include <string.h>

/* kernel.modules_disabled (kernel/module/main.c): no module can be loaded until a reboot. */
static bool is_loading_disabled(void)
{
	_cleanup_free_ char *text = NULL;

	return dax_proc_read("/proc/sys/kernel/modules_disabled", &text, NULL) == 0 && text[0] == '1';
}

/* "/bin/false": the usual way to forbid a module (modprobe.d(5)). */
static bool is_refusal(const char *command)
{
	size_t length = strcspn(command, " \t");
	const char *name = memrchr(command, '/', length);

	name = name ? name + 1 : command;
	length -= (size_t)(name - command);
	return (length == 5 && strncmp(name, "false", 5) == 0) || (length == 4 && strncmp(name, "true", 4) == 0);
}

static int refuse_command(const char *driver, const char *command, struct dax_error *err)
{
	dax_fail(err, EPERM, "cannot load the driver %s: modprobe.d has 'install %s %s'", driver, driver, command);
	dax_error_hint(err, "remove that line; 'grep -rs \"install %s\" /etc/modprobe.d /run/modprobe.d /usr/lib/modprobe.d' "
		       "shows the file", driver);
	return -EPERM;
}

static int check_driver(struct dax_kmod *kmod, const char *driver, struct dax_plan *plan, struct dax_error *err)
{
	enum dax_module_state state = DAX_MODULE_MISSING;
	char command[256] = "";
	int r = dax_module_state(kmod, driver, &state, err);

	if (r)
		return r;
	if (state == DAX_MODULE_BUILTIN || state == DAX_MODULE_LOADED)
		return 0;
	if (state == DAX_MODULE_MISSING) {
		dax_fail(err, ENOENT, "cannot load the driver %s: this kernel has no such module", driver);
		dax_error_hint(err, "install all modules of this kernel, or boot a kernel that has the module");
		return -ENOENT;
	}
	if (is_loading_disabled()) {
		dax_fail(err, EPERM, "cannot load the driver %s: kernel.modules_disabled is 1", driver);
		dax_error_hint(err, "reboot: until then it stays 1");
		return -EPERM;
	}
	if (dax_module_is_refused(driver)) {
		dax_fail(err, EPERM,
			 "cannot load the driver %s: module_blacklist= on the kernel's command line names it",
			 driver);
		dax_error_hint(err, "boot without this parameter");
		return -EPERM;
	}
	if (state != DAX_MODULE_REPLACED)
		return 0; /* "blacklist" blocks aliases, not names */
	dax_module_command(kmod, driver, command, sizeof(command));
	if (is_refusal(command))
		return refuse_command(driver, command, err);
	dax_plan_note(plan, "modprobe.d has a command that loads the driver %s: %s", driver, command);
	return 0;
}

int dax_check_drivers(struct dax_plan *plan, struct dax_error *err)
{
	_cleanup_kmod_ struct dax_kmod kmod = DAX_KMOD_INIT;
	int r = 0;

	for (size_t i = 0; !r && i < plan->n_steps; i++) {
		if (plan->steps[i].kind != DAX_STEP_LOAD_DRIVER)
			continue;
		if (!kmod.context)
			r = dax_kmod_open(&kmod, err);
		if (!r)
			r = check_driver(&kmod, plan->steps[i].driver, plan, err);
	}
	return r;
}
