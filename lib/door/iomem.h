/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Who has which physical addresses, as /proc/iomem says it. */
#pragma once

#include "door/sysfs.h"
#include "base/text.h"

struct dax_resource {
	struct dax_range range;
	unsigned depth; /* 0 for the outermost */
	char name[DAX_NAME_MAX];
};

struct dax_iomem {
	struct dax_resource *items; /* in the order of the file: what lies in another one follows it; owned */
	size_t n;
};

#define DAX_IOMEM_INIT \
	{              \
		0      \
	}
#define _cleanup_iomem_ _cleanup_(dax_iomem_release)

/* Of a recorded tree what was recorded of it; without one, of this machine. -EACCES for who is not shown the addresses. */
int dax_iomem_read(const struct dax_sysfs *sysfs, struct dax_iomem *iomem, struct dax_error *err) DAX_MUST_CHECK;
/* The same from text. */
int dax_iomem_parse(struct dax_iomem *iomem, const char *text, struct dax_error *err) DAX_MUST_CHECK;
void dax_iomem_release(struct dax_iomem *iomem);
