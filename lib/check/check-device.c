/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the kernel promises of device DAX. The commit is the one that brought it, and says most of it. */
#include "check/check-device.h"

#include "check/checker.h"

#include <stdio.h>
#include <string.h>

#define FIRST   "commit dee410792419"
#define MAPPED  (DAX_NEED_NODE | DAX_NEED_MAPPED)
#define TOUCHED (MAPPED | DAX_NEED_TOUCH)

/* clang-format off */
static const struct dax_check checks[] = {
	{ "device-number", "the node in /dev is the device that /sys has under that name, and one of dax",
	  "Documentation/ABI/testing/sysfs-dev; drivers/dax/super.c, dax_core_init", 0,
	  dax_check_device_number },
	{ "open", "a device can be opened while it is enabled, and not while it is disabled or system memory",
	  "drivers/dax/bus.c, kill_dev_dax; " FIRST, DAX_NEED_NODE, dax_check_open },
	{ "ranges-aligned", "each range starts on, and consists of, whole units of the alignment",
	  "drivers/dax/bus.c, dev_dax_validate_align, which looks at the lengths only", 0, dax_check_ranges_aligned },
	{ "ranges-claimed", "each range is taken by the driver of the device, and by nobody else",
	  "drivers/dax/device.c, dev_dax_probe; drivers/dax/kmem.c, dev_dax_kmem_probe", 0, dax_check_ranges_claimed },
	{ "read-refused", "nothing is read or written but through a mapping: read and write give EINVAL",
	  "drivers/dax/device.c, dax_fops", MAPPED, dax_check_read_refused },
	{ "not-a-file", "lseek does not move, and what else files do is refused: fallocate with ENODEV, fsync with EINVAL, ioctl with ENOTTY",
	  "drivers/dax/device.c, dax_fops; fs/open.c, vfs_fallocate; fs/sync.c, vfs_fsync_range; ioctl(2)", DAX_NEED_NODE,
	  dax_check_not_a_file },
	{ "map-fsdev", "a device for file systems is not mapped by programs: ENODEV", "drivers/dax/fsdev.c, fsdev_fops",
	  DAX_NEED_NODE, dax_check_map_fsdev },
	{ "map-shared", "a shared mapping is made, of a unit and of the whole device",
	  "drivers/dax/device.c, dax_mmap", MAPPED, dax_check_map_shared },
	{ "map-private", "a private mapping is refused with EINVAL, for reading, too",
	  "drivers/dax/device.c, check_vma; " FIRST, MAPPED, dax_check_map_private },
	{ "map-length", "a length that is not a multiple of the alignment is refused with EINVAL",
	  "drivers/dax/device.c, check_vma; " FIRST, MAPPED | DAX_NEED_UNITS, dax_check_map_length },
	{ "map-offset", "an offset that is not a multiple of the alignment is refused with EINVAL",
	  "drivers/dax/device.c, check_vma and dax_get_unmapped_area", MAPPED | DAX_NEED_UNITS, dax_check_map_offset },
	{ "map-offset-fixed", "such an offset is refused, too, when the program chooses an address that is aligned",
	  "not promised: check_vma in drivers/dax/device.c looks at addresses only", MAPPED | DAX_NEED_UNITS, dax_check_map_offset_fixed },
	{ "map-hint", "an address that the program wishes and that is not aligned is refused with EINVAL",
	  "drivers/dax/device.c, check_vma; " FIRST, MAPPED | DAX_NEED_UNITS, dax_check_map_hint },
	{ "map-address", "without a wish the kernel chooses an address that is aligned",
	  "drivers/dax/device.c, dax_get_unmapped_area", MAPPED, dax_check_map_address },
	{ "map-sync", "MAP_SYNC is accepted",
	  "drivers/dax/device.c, dax_fops (MAP_SYNC); mmap(2)", MAPPED, dax_check_map_sync },
	{ "map-flag", "with MAP_SHARED_VALIDATE an unknown flag is refused with EOPNOTSUPP",
	  "mmap(2); mm/mmap.c, do_mmap", MAPPED, dax_check_map_flag },
	{ "map-split", "a mapping is not taken apart within a unit: mprotect and munmap give EINVAL",
	  "drivers/dax/device.c, dev_dax_may_split", MAPPED | DAX_NEED_UNITS, dax_check_map_split },
	{ "page-size", "the pages of a mapping are of the alignment's size",
	  "drivers/dax/device.c, dev_dax_pagesize; Documentation/filesystems/proc.rst", TOUCHED, dax_check_page_size },
	{ "fault-granularity", "one touch maps one whole unit of the alignment, no more and no less",
	  "drivers/dax/device.c, dev_dax_huge_fault; " FIRST, TOUCHED, dax_check_fault_granularity },
	{ "fault-seam", "so it does on both sides of where one range ends and the next begins",
	  "drivers/dax/device.c, dax_pgoff_to_phys", TOUCHED | DAX_NEED_SEAM, dax_check_fault_seam },
	{ "fault-physical", "what is mapped is the memory of the device, in the order of its ranges",
	  "drivers/dax/device.c, dax_pgoff_to_phys; Documentation/ABI/testing/sysfs-bus-dax", TOUCHED,
	  dax_check_fault_physical },
	{ "fault-beyond", "beyond its end is SIGBUS, and no data",
	  "drivers/dax/device.c, dax_pgoff_to_phys", TOUCHED, dax_check_fault_beyond },
	{ "keeps", "a mapping stays when the file is closed, and what was thrown out of it comes back",
	  FIRST, TOUCHED, dax_check_keeps },
	{ "fork", "the child of a fork has the mapping, too", "fork(2)", TOUCHED, dax_check_fork },
	{ "dontfork", "after MADV_DONTFORK it has not: SIGSEGV", "madvise(2)", TOUCHED, dax_check_dontfork },
	{ "pin", "pages can be pinned for as long as hardware needs them",
	  "Documentation/core-api/pin_user_pages.rst (FOLL_LONGTERM); mm/gup.c", TOUCHED, dax_check_pin },
	{ "write", "what is written is read by another mapping", "mmap(2), MAP_SHARED",
	  TOUCHED | DAX_NEED_WRITE, dax_check_write },
	{ "disable", "when it is disabled, who has it mapped gets SIGBUS, new mappings and opens fail; then it works again",
	  "drivers/dax/bus.c, kill_dev_dax; drivers/dax/device.c, check_vma; " FIRST, TOUCHED | DAX_NEED_DISRUPT,
	  dax_check_disable },
};
/* clang-format on */

const struct dax_checks dax_device_checks = { "device", checks, ARRAY_SIZE(checks) };

int dax_checkup_device(const struct dax_checkup *checkup, const struct dax_topology *topology,
		       const struct dax_device *device, struct dax_error *err)
{
	char path[sizeof("/dev/") + DAX_NAME_MAX];
	struct dax_subject subject = {
		.checkup = checkup, .name = device->name, .path = path, .topology = topology, .device = device
	};

	snprintf(path, sizeof(path), "/dev/%s", device->name);
	return dax_checkup_run(&dax_device_checks, &subject, err);
}
