/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What DAX memory needs on a machine, and what interferes with it. */
#include "check/check-host.h"

#include "check/checker.h"

#define DRIVER(name, purpose)                                                                              \
	{                                                                                                  \
		"driver-" name, purpose " (" name ") is built in, loaded, or can be loaded",               \
			"drivers/dax/Kconfig, drivers/cxl/Kconfig, drivers/nvdimm/Kconfig; modprobe.d(5)", \
			0, dax_check_driver                                                                \
	}

/* clang-format off */
static const struct dax_check checks[] = {
	{ "dax-devices", "there are dax devices; if not, this check says why",
	  "Documentation/driver-api/cxl/linux/dax-driver.rst", 0, dax_check_dax_devices },
	{ "soft-reserved", "special-purpose memory of the firmware is in dax regions",
	  "drivers/dax/Kconfig, DEV_DAX_HMEM; drivers/dax/hmem/device.c", 0, dax_check_soft_reserved },
	{ "cxl-memory", "CXL memory devices are in regions", "drivers/dax/Kconfig, DEV_DAX_CXL", 0, dax_check_cxl_memory },
	{ "left-over", "no interrupted change is left", "daxadm-recover(8)", 0, dax_check_left_over },
	{ "libdaxctl", "other tools see the same devices as daxadm", "daxctl(1)", 0, dax_check_libdaxctl },
	DRIVER("device_dax", "the driver of devices for programs"),
	DRIVER("kmem", "the driver of devices as system memory"),
	DRIVER("dax_hmem", "the driver of soft-reserved memory"),
	DRIVER("dax_cxl", "the driver of volatile CXL memory"),
	DRIVER("dax_pmem", "the driver of persistent memory in mode devdax"),
	DRIVER("fsdev_dax", "the driver of devices for file systems"),
	DRIVER("nd_pmem", "the driver of persistent memory as a block device"),
	DRIVER("nfit", "the driver of NVDIMMs"),
	DRIVER("cxl_core", "the core of the drivers of CXL"),
	DRIVER("cxl_acpi", "the driver of CXL windows"),
	DRIVER("cxl_pci", "the driver of CXL devices"),
	DRIVER("cxl_mem", "the driver of CXL memory devices"),
	DRIVER("cxl_port", "the driver of CXL ports"),
	DRIVER("cxl_pmem", "the driver of persistent CXL memory"),
	{ "huge-pages", "pages of 2 MiB can be mapped", "drivers/dax/Kconfig, DEV_DAX; Documentation/admin-guide/mm/transhuge.rst",
	  0, dax_check_huge_pages },
	{ "huge-1g", "pages of 1 GiB can be mapped", "arch/x86/include/asm/cpufeatures.h, X86_FEATURE_GBPAGES", 0,
	  dax_check_huge_1g },
	{ "memory-hotplug", "the kernel can add system memory while the machine runs",
	  "Documentation/admin-guide/mm/memory-hotplug.rst", 0, dax_check_memory_hotplug },
	{ "memory-blocks", "devices consist of whole memory blocks, so that all their memory can be system memory",
	  "drivers/dax/kmem.c, dax_kmem_range; Documentation/ABI/testing/sysfs-devices-memory", 0, dax_check_memory_blocks },
	{ "online-policy", "the kernel does not bring new memory online in zone Normal by itself",
	  "Documentation/admin-guide/mm/memory-hotplug.rst, auto_online_blocks", 0, dax_check_online_policy },
	{ "udev-rules", "no udev rule brings new memory online", "udev(7)", 0, dax_check_udev_rules },
	{ "region-nodes", "each region has a NUMA node for its memory", "drivers/dax/kmem.c, dev_dax_kmem_probe", 0,
	  dax_check_region_nodes },
	{ "nodes", "the memory of regions is on nodes without processors, apart from main memory",
	  "Documentation/ABI/stable/sysfs-devices-node", 0, dax_check_nodes },
	{ "tiers", "nodes without processors are in memory tiers of their own", "Documentation/ABI/testing/sysfs-kernel-mm-memory-tiers", 0,
	  dax_check_tiers },
	{ "node-speed", "the firmware reports the speed of each node's memory",
	  "Documentation/admin-guide/mm/numaperf.rst", 0, dax_check_node_speed },
};
/* clang-format on */

const struct dax_checks dax_host_checks = { "host", checks, ARRAY_SIZE(checks) };

int dax_checkup_host(const struct dax_checkup *checkup, const struct dax_topology *topology,
		     struct dax_error *err)
{
	struct dax_subject subject = { .checkup = checkup, .name = "host", .topology = topology };

	return dax_checkup_run(&dax_host_checks, &subject, err);
}
