/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* One region and one device: which attribute means what. */
#pragma once

#include "state/scan.h"

/* Reads one device of REGION; *GONE when it is not there (any more). */
int dax_scan_device(struct dax_sysfs *sysfs, const struct dax_region *region, const char *name, unsigned want,
		    struct dax_device *device, bool *gone, struct dax_error *err) DAX_MUST_CHECK;

/* What a link of sysfs leads to, as a path below the root: "../../../devices/x/y" is "devices/x/y". */
int dax_scan_path(struct dax_sysfs *sysfs, const char *dir, const char *attr, char *buffer, size_t size,
		  struct dax_error *err) DAX_MUST_CHECK;

/* The driver that is bound to a device now; "" for none. -errno without words. */
int dax_scan_driver_of(struct dax_sysfs *sysfs, const char *device, char driver[DAX_NAME_MAX]) DAX_MUST_CHECK;

/* Reads the attributes of the region at region->path, which is all that is filled before; *GONE when it is not there. */
int dax_scan_region(struct dax_sysfs *sysfs, struct dax_region *region, bool *gone,
		    struct dax_error *err) DAX_MUST_CHECK;

/*
 * Whether what could not be read is worth to be read again: the kernel makes and removes an object attribute by
 * attribute (device_del), and several attributes of one that is just being changed do not fit together. Waits a
 * little; TRIES is 0 at first.
 */
bool dax_scan_try_again(const struct dax_sysfs *sysfs, int r, unsigned *tries);

/* Reads what all devices of a region share, from one of them; the region is left as it is when that is gone. */
int dax_scan_region_nodes(struct dax_sysfs *sysfs, struct dax_region *region, const char *device, unsigned want,
			  struct dax_error *err) DAX_MUST_CHECK;

/* The ranges of a device that was read without; they stay unknown to who may not read them. */
int dax_scan_ranges(struct dax_sysfs *sysfs, const struct dax_region *region, struct dax_device *device,
		    struct dax_error *err) DAX_MUST_CHECK;
