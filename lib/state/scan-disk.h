/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the kernel has on a disk: mounts, swap, dm, md, loop. */
#pragma once

#include "state/scan.h"

/* What the kernel itself has on a disk or a partition of it: the first that is found; KIND is 0 for nothing. */
void dax_scan_disk_use(struct dax_sysfs *sysfs, const char *disk, struct dax_use *use);

void dax_numbers_release(struct dax_numbers *numbers);

/* Those of a disk and of its partitions; none when it is gone. */
int dax_scan_disk_numbers(struct dax_sysfs *sysfs, const char *disk, struct dax_numbers *numbers,
			  struct dax_error *err) DAX_MUST_CHECK;
