/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The content of a namespace or device: file systems, partitions, pools. */
#pragma once

#include "state/scan.h"

/*
 * Finds the content of a namespace that is a disk, and its use by the kernel. What cannot be found is left
 * empty.
 */
void dax_scan_content(struct dax_sysfs *sysfs, struct dax_namespace *namespace);

/*
 * As above for a namespace that is a device, which has no mounted file system: from the first bytes of its
 * memory.
 */
void dax_scan_device_content(struct dax_sysfs *sysfs, const struct dax_device *device, struct dax_namespace *namespace);
