/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The devices below a block device: partitions, device mapper, md, down to a namespace. */
#pragma once

#include "state/backing.h"

/* For a block device. */
void dax_backing_of_block(struct dax_sysfs *sysfs, dev_t device, struct dax_backing *backing);
