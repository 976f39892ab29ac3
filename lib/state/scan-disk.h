/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Uses of a disk by the kernel: mounts, swap, dm, md, loop. */
#pragma once

#include "state/scan.h"

/* The first use of a disk or its partitions by the kernel; KIND is 0 for none. */
void dax_scan_disk_use(struct dax_sysfs *sysfs, const char *disk, struct dax_use *use);

void dax_numbers_release(struct dax_numbers *numbers);

/* The device numbers of a disk and of its partitions; none if it no longer exists. */
int dax_scan_disk_numbers(struct dax_sysfs *sysfs, const char *disk, struct dax_numbers *numbers,
			  struct dax_error *err) DAX_MUST_CHECK;
