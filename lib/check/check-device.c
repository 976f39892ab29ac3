/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The promises of the kernel about device DAX. The commit introduced it, and describes most of them. */
#include "check/check-device.h"

#include "check/checker.h"

#include <stdio.h>
#include <string.h>

#define FIRST   "commit dee410792419"
#define MAPPED  (DAX_NEED_NODE | DAX_NEED_MAPPED)
#define TOUCHED (MAPPED | DAX_NEED_TOUCH)

/* clang-format off */
static const struct dax_check checks[] = {
	{ "device-number", "the node in /dev is a dax device, and has the number that /sys shows",
	  "Documentation/ABI/testing/sysfs-dev; drivers/dax/super.c, dax_core_init", 0,
	  dax_check_device_number },
	{ "open", "an enabled device can be opened; a disabled device, or system memory, cannot",
	  "drivers/dax/bus.c, kill_dev_dax; " FIRST, DAX_NEED_NODE, dax_check_open },
	{ "ranges-aligned", "the start and the length of each range are multiples of the alignment",
	  "drivers/dax/bus.c, dev_dax_validate_align, which looks at the lengths only", 0, dax_check_ranges_aligned },
	{ "ranges-claimed", "each range is claimed by the driver of the device and by no other",
	  "drivers/dax/device.c, dev_dax_probe; drivers/dax/kmem.c, dev_dax_kmem_probe", 0, dax_check_ranges_claimed },
	{ "read-refused", "read and write are refused with EINVAL: data are accessed through a mapping only",
	  "drivers/dax/device.c, dax_fops", MAPPED, dax_check_read_refused },
	{ "not-a-file", "lseek does not move; fallocate is refused with ENODEV, fsync with EINVAL, ioctl with ENOTTY",
	  "drivers/dax/device.c, dax_fops; fs/open.c, vfs_fallocate; fs/sync.c, vfs_fsync_range; ioctl(2)", DAX_NEED_NODE,
	  dax_check_not_a_file },
	{ "map-fsdev", "programs cannot map a device for file systems: ENODEV", "drivers/dax/fsdev.c, fsdev_fops",
	  DAX_NEED_NODE, dax_check_map_fsdev },
	{ "map-shared", "one unit, and the whole device, can be mapped shared",
	  "drivers/dax/device.c, dax_mmap", MAPPED, dax_check_map_shared },
	{ "map-private", "a private mapping is refused with EINVAL, even for reading only",
	  "drivers/dax/device.c, check_vma; " FIRST, MAPPED, dax_check_map_private },
	{ "map-length", "a length that is not a multiple of the alignment is refused with EINVAL",
	  "drivers/dax/device.c, check_vma; " FIRST, MAPPED | DAX_NEED_UNITS, dax_check_map_length },
	{ "map-offset", "an offset that is not a multiple of the alignment is refused with EINVAL",
	  "drivers/dax/device.c, check_vma and dax_get_unmapped_area", MAPPED | DAX_NEED_UNITS, dax_check_map_offset },
	{ "map-offset-fixed", "an offset that is not a multiple of the alignment is refused even at an aligned address",
	  "not promised: check_vma in drivers/dax/device.c looks at addresses only", MAPPED | DAX_NEED_UNITS, dax_check_map_offset_fixed },
	{ "map-hint", "a requested address that is not aligned is refused with EINVAL",
	  "drivers/dax/device.c, check_vma; " FIRST, MAPPED | DAX_NEED_UNITS, dax_check_map_hint },
	{ "map-address", "without a requested address the kernel chooses an aligned one",
	  "drivers/dax/device.c, dax_get_unmapped_area", MAPPED, dax_check_map_address },
	{ "map-sync", "MAP_SYNC is accepted",
	  "drivers/dax/device.c, dax_fops (MAP_SYNC); mmap(2)", MAPPED, dax_check_map_sync },
	{ "map-flag", "with MAP_SHARED_VALIDATE an unknown flag is refused with EOPNOTSUPP",
	  "mmap(2); mm/mmap.c, do_mmap", MAPPED, dax_check_map_flag },
	{ "map-split", "a mapping cannot be split within a unit: mprotect and munmap are refused with EINVAL",
	  "drivers/dax/device.c, dev_dax_may_split", MAPPED | DAX_NEED_UNITS, dax_check_map_split },
	{ "page-size", "the page size of a mapping is the alignment",
	  "drivers/dax/device.c, dev_dax_pagesize; Documentation/filesystems/proc.rst", TOUCHED, dax_check_page_size },
	{ "fault-granularity", "one page fault maps exactly one unit of the alignment",
	  "drivers/dax/device.c, dev_dax_huge_fault; " FIRST, TOUCHED, dax_check_fault_granularity },
	{ "fault-seam", "one page fault maps exactly one unit on each side of a boundary between ranges",
	  "drivers/dax/device.c, dax_pgoff_to_phys", TOUCHED | DAX_NEED_SEAM, dax_check_fault_seam },
	{ "fault-physical", "a mapping shows the memory of the device, in the order of its ranges",
	  "drivers/dax/device.c, dax_pgoff_to_phys; Documentation/ABI/testing/sysfs-bus-dax", TOUCHED,
	  dax_check_fault_physical },
	{ "fault-beyond", "an access beyond the end of the device gives SIGBUS, not data",
	  "drivers/dax/device.c, dax_pgoff_to_phys", TOUCHED, dax_check_fault_beyond },
	{ "keeps", "a mapping stays when the file is closed, and pages that were dropped are mapped again",
	  FIRST, TOUCHED, dax_check_keeps },
	{ "fork", "a child process inherits the mapping", "fork(2)", TOUCHED, dax_check_fork },
	{ "dontfork", "a child process does not inherit a mapping after MADV_DONTFORK: SIGSEGV", "madvise(2)", TOUCHED, dax_check_dontfork },
	{ "pin", "pages can be pinned for a long time, as hardware access needs it",
	  "Documentation/core-api/pin_user_pages.rst (FOLL_LONGTERM); mm/gup.c", TOUCHED, dax_check_pin },
	{ "write", "data written through one mapping can be read through another", "mmap(2), MAP_SHARED",
	  TOUCHED | DAX_NEED_WRITE, dax_check_write },
	{ "disable", "when the device is disabled, existing mappings give SIGBUS and new mappings and opens fail; when it is enabled, it works again",
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
