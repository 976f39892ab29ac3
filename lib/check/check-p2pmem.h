/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The checks of peer-to-peer memory. */
#pragma once

#include "check/check.h"

/* A PCI device by its full name. -ENODEV if it has no peer-to-peer memory. */
int dax_checkup_p2pmem(const struct dax_checkup *checkup, const char *name,
		       struct dax_error *err) DAX_MUST_CHECK;
