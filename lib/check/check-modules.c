/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Whether this kernel has the drivers, and whether they may be loaded. */
#include "check/checker.h"

#include "door/kmod.h"
#include "door/kernel-text.h"
#include "door/proc.h"

#include <stdio.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

/* The drivers, and the purpose of each. */
static const struct {
	const char *check, *module, *config;
	bool needed; /* every kernel that we know can have it, so its absence is reported */
} drivers[] = {
	{ "driver-device_dax", "device_dax", "CONFIG_DEV_DAX", true },
	{ "driver-kmem", "kmem", "CONFIG_DEV_DAX_KMEM", true },
	{ "driver-dax_hmem", "dax_hmem", "CONFIG_DEV_DAX_HMEM", true },
	{ "driver-dax_cxl", "dax_cxl", "CONFIG_DEV_DAX_CXL", false },
	{ "driver-dax_pmem", "dax_pmem", "CONFIG_DEV_DAX_PMEM", true },
	{ "driver-fsdev_dax", "fsdev_dax", "CONFIG_DEV_DAX_FSDEV", false },
	{ "driver-nd_pmem", "nd_pmem", "CONFIG_BLK_DEV_PMEM", true },
	{ "driver-nfit", "nfit", "CONFIG_ACPI_NFIT", true },
	{ "driver-cxl_core", "cxl_core", "CONFIG_CXL_BUS", true },
	{ "driver-cxl_acpi", "cxl_acpi", "CONFIG_CXL_ACPI", true },
	{ "driver-cxl_pci", "cxl_pci", "CONFIG_CXL_PCI", true },
	{ "driver-cxl_mem", "cxl_mem", "CONFIG_CXL_MEM", true },
	{ "driver-cxl_port", "cxl_port", "CONFIG_CXL_PORT", true },
	{ "driver-cxl_pmem", "cxl_pmem", "CONFIG_CXL_PMEM", true },
};

/* "kmem is not set" if the kernel's configuration can be read; otherwise nothing is added. */
static void add_config(struct dax_finding *finding, const char *config)
{
	_cleanup_free_ char *text = NULL;
	struct utsname kernel;
	char path[128];
	size_t length = 0;

	if (uname(&kernel))
		return;
	snprintf(path, sizeof(path), "/boot/config-%.90s", kernel.release);
	/* Where other distributions than Debian keep it. */
	if (access(path, R_OK))
		snprintf(path, sizeof(path), "/lib/modules/%.90s/config", kernel.release);
	if (dax_proc_read(path, &text, NULL)) {
		dax_found_detail(finding, "%s; cannot read %s", config, path);
		return;
	}
	const char *line = dax_text_config(text, config, &length);
	if (line) {
		dax_found_detail(finding, "%.*s (%s)", (int)length, line, path);
		return;
	}
	dax_found_detail(finding, "%s does not exist (%s)", config, path);
}

static void judge_driver(struct dax_finding *finding, size_t i, enum dax_module_state state)
{
	static const char expected[] = "built in, loaded or loadable";
	const char *module = drivers[i].module;

	if (state != DAX_MODULE_LOADED && state != DAX_MODULE_BUILTIN && dax_module_is_refused(module)) {
		dax_found(finding, DAX_WARN, expected, "blocked by the kernel's command line");
		dax_found_hint(finding, "boot without %s in module_blacklist=", module);
		return;
	}
	switch (state) {
	case DAX_MODULE_BUILTIN:
		dax_found(finding, DAX_PASS, expected, "built in");
		return;
	case DAX_MODULE_LOADED:
		dax_found(finding, DAX_PASS, expected, "loaded");
		return;
	case DAX_MODULE_LOADABLE:
		dax_found(finding, DAX_PASS, expected, "loadable");
		return;
	case DAX_MODULE_BLACKLISTED:
		dax_found(finding, DAX_WARN, expected, "blacklisted");
		dax_found_hint(finding,
			       "run 'modprobe --showconfig | grep %s' to see where; 'modprobe %s' loads it "
			       "nevertheless",
			       module, module);
		return;
	case DAX_MODULE_REPLACED:
		dax_found(finding, DAX_WARN, expected, "an install command is run instead");
		dax_found_hint(finding, "run 'modprobe --showconfig | grep %s' to see the command", module);
		return;
	case DAX_MODULE_MISSING:
		dax_found(finding, drivers[i].needed ? DAX_WARN : DAX_SKIP,
			  drivers[i].needed ? expected : NULL, "this kernel does not have it");
		add_config(finding, drivers[i].config);
		return;
	}
}

void dax_check_driver(struct dax_subject *subject, struct dax_finding *finding)
{
	_cleanup_kmod_ struct dax_kmod kmod = DAX_KMOD_INIT;
	_cleanup_error_ struct dax_error err = DAX_ERROR_INIT;
	enum dax_module_state state = DAX_MODULE_MISSING;
	size_t i = 0;

	(void)subject;
	while (i < ARRAY_SIZE(drivers) - 1 && strcmp(drivers[i].check, finding->check) != 0)
		i++;
	if (dax_kmod_open(&kmod, &err) || dax_module_state(&kmod, drivers[i].module, &state, &err))
		dax_found_skip(finding, "%s", err.message ? err.message : strerror(ENOMEM));
	else
		judge_driver(finding, i, state);
}
