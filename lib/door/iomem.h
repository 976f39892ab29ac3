/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The owners of physical addresses, as /proc/iomem shows them. */
#pragma once

#include "door/sysfs.h"
#include "base/text.h"

struct dax_resource {
	struct dax_range range;
	unsigned depth; /* 0 for the outermost level */
	char name[DAX_NAME_MAX];
};

struct dax_iomem {
	struct dax_resource *items; /* in the order of the file: a nested entry follows the entry that
				     * contains it; owned */
	size_t n;
};

#define DAX_IOMEM_INIT \
	{              \
		0      \
	}
#define _cleanup_iomem_ _cleanup_(dax_iomem_release)

/*
 * From the recorded tree, or from this machine without one. -EACCES if the kernel does not show the addresses
 * to this user.
 */
int dax_iomem_read(const struct dax_sysfs *sysfs, struct dax_iomem *iomem, struct dax_error *err) DAX_MUST_CHECK;
/* The same from text. */
int dax_iomem_parse(struct dax_iomem *iomem, const char *text, struct dax_error *err) DAX_MUST_CHECK;
void dax_iomem_release(struct dax_iomem *iomem);
