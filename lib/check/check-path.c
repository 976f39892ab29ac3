/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The promises about files in DAX file systems, and about their directories and block devices. */
#include "check/checker.h"

#define DOCUMENT "Documentation/filesystems/dax.rst"

/* clang-format off */
static const struct dax_check file_checks[] = {
	{ "file-dax", "programs access the file's memory directly, if the mount option or the inode flag says so",
	  DOCUMENT "; statx(2), STATX_ATTR_DAX", 0, dax_check_file_dax },
	{ "file-sync", "MAP_SYNC is accepted for such a file, and refused with EOPNOTSUPP for others", "mmap(2)", 0,
	  dax_check_file_sync },
	{ "file-align", "each unit of 2 MiB is placed so that one page table entry can map it", "fs/dax.c, dax_iomap_pmd_fault",
	  DAX_NEED_EXTENTS, dax_check_file_align },
	{ "file-huge", "one page fault maps such a unit", "fs/dax.c, dax_iomap_pmd_fault", DAX_NEED_EXTENTS, dax_check_file_huge },
	{ "file-shared", "no part is shared with another file (a write would move it)",
	  "Documentation/filesystems/fiemap.rst, FIEMAP_EXTENT_SHARED", DAX_NEED_EXTENTS, dax_check_file_shared },
	{ "file-unwritten", "no part is allocated but not written (a write would change that)",
	  "Documentation/filesystems/fiemap.rst, FIEMAP_EXTENT_UNWRITTEN", DAX_NEED_EXTENTS, dax_check_file_unwritten },
	{ "file-holes", "no part is missing (a write would allocate it)", "Documentation/filesystems/fiemap.rst",
	  DAX_NEED_EXTENTS, dax_check_file_holes },
	{ "file-strange", "no part is inline, encoded, or without a place on the disk", "Documentation/filesystems/fiemap.rst",
	  DAX_NEED_EXTENTS, dax_check_file_strange },
	{ "file-pin", "pinning it for hardware is refused with EOPNOTSUPP: the file system may move its data",
	  "Documentation/core-api/pin_user_pages.rst; mm/gup.c, check_vma_flags", DAX_NEED_EXTENTS, dax_check_file_pin },
	{ "file-direct", "no access would move its data, as MAP_DIRECT would have promised",
	  "not promised: MAP_DIRECT was proposed in 2017, and never became part of Linux", DAX_NEED_EXTENTS,
	  dax_check_map_direct },
};

static const struct dax_check place_checks[] = {
	{ "place-memory", "the path is on persistent memory", "Documentation/driver-api/nvdimm/nvdimm.rst", 0,
	  dax_check_place_memory },
	{ "place-queue", "its block device supports DAX", "Documentation/ABI/stable/sysfs-block, queue/dax", 0,
	  dax_check_place_queue },
	{ "place-align", "its block device starts on a multiple of 2 MiB", "fs/dax.c, dax_iomap_pmd_fault", 0, dax_check_place_align },
	{ "place-fs", "its file system supports DAX", DOCUMENT, 0, dax_check_place_fs },
	{ "place-blocks", "its file system has blocks of the page size", DOCUMENT, 0, dax_check_place_blocks },
	{ "place-new", "programs will access the memory of new files directly", DOCUMENT, 0, dax_check_place_new },
};
/* clang-format on */

const struct dax_checks dax_file_checks = { "file", file_checks, ARRAY_SIZE(file_checks) };
const struct dax_checks dax_place_checks = { "place", place_checks, ARRAY_SIZE(place_checks) };
