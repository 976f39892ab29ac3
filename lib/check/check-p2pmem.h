/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The checks of memory for PCI peers. */
#pragma once

#include "check/check.h"

/* A PCI device by its whole name. -ENODEV when it has no memory for peers. */
int dax_checkup_p2pmem(const struct dax_checkup *checkup, const char *name,
		       struct dax_error *err) DAX_MUST_CHECK;
