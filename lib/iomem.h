/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Floor 1: /proc/iomem, which says whose each physical address is. To all but root it shows no address. */
#pragma once

#include "sysfs.h"
#include "text.h"

/* Memory that kmem has given to the system; it lies in a range of the device whose name stands above it. */
struct dax_kmem_range {
	struct dax_range range;
	int region_id; /* of that device, which need not be there any more */
};

/* All of them, in the order of addresses. None where there is no such file. The caller frees *RANGES. */
int dax_iomem_read(const struct dax_sysfs *sysfs, struct dax_kmem_range **ranges, size_t *n,
		   struct dax_error *err) DAX_MUST_CHECK;
