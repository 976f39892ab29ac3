/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Regions of persistent memory. */
#pragma once

#include "state/scan.h"

/*
 * Reads the attributes of the nd region at region->path, the only field that is set before; *GONE if it does
 * not exist.
 */
int dax_scan_nd_region(struct dax_sysfs *sysfs, struct dax_region *region, bool *gone,
		       struct dax_error *err) DAX_MUST_CHECK;

/* The text of an attribute; "" if it does not exist, or if the kernel has no value (ENXIO). */
int dax_scan_text(struct dax_sysfs *sysfs, const char *dir, const char *attr, char *text, size_t size,
		  struct dax_error *err) DAX_MUST_CHECK;

/* A number; 0 as above. */
int dax_scan_number(struct dax_sysfs *sysfs, const char *dir, const char *attr, uint64_t *value,
		    struct dax_error *err) DAX_MUST_CHECK;
