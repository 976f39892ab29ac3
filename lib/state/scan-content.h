/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a namespace or device holds: file systems, partitions, pools. */
#pragma once

#include "state/scan.h"

/* Finds out what is on a namespace that is a disk, and what has it. What cannot be found out is left empty. */
void dax_scan_content(struct dax_sysfs *sysfs, struct dax_namespace *namespace);

/* The same of one that is a device, which has no file system mounted: by what its memory begins with. */
void dax_scan_device_content(struct dax_sysfs *sysfs, const struct dax_device *device, struct dax_namespace *namespace);
