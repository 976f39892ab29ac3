/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* One region and one device: the meaning of each attribute. */
#pragma once

#include "state/scan.h"

/* Reads one device of REGION; *GONE if it does not exist (any more). */
int dax_scan_device(struct dax_sysfs *sysfs, const struct dax_region *region, const char *name, unsigned want,
		    struct dax_device *device, bool *gone, struct dax_error *err) DAX_MUST_CHECK;

/* What a link of sysfs leads to, as a path below the root: "../../../devices/x/y" is "devices/x/y". */
int dax_scan_path(struct dax_sysfs *sysfs, const char *dir, const char *attr, char *buffer, size_t size,
		  struct dax_error *err) DAX_MUST_CHECK;

/* The driver that is bound to a device now; "" for none. -errno without text. */
int dax_scan_driver_of(struct dax_sysfs *sysfs, const char *device, char driver[DAX_NAME_MAX]) DAX_MUST_CHECK;

/*
 * Reads the attributes of the region at region->path, the only field that is set before; *GONE if it does not
 * exist.
 */
int dax_scan_region(struct dax_sysfs *sysfs, struct dax_region *region, bool *gone,
		    struct dax_error *err) DAX_MUST_CHECK;

/*
 * Whether it makes sense to repeat a read that failed. The kernel creates and removes an object attribute by
 * attribute (device_del), and the attributes of an object that is being changed may contradict each other.
 * Waits a little; TRIES is 0 for the first call.
 */
bool dax_scan_try_again(const struct dax_sysfs *sysfs, int r, unsigned *tries);

/*
 * Reads what all devices of a region share, from one of them; the region is unchanged if this device no
 * longer exists.
 */
int dax_scan_region_nodes(struct dax_sysfs *sysfs, struct dax_region *region, const char *device, unsigned want,
			  struct dax_error *err) DAX_MUST_CHECK;

/*
 * Reads the ranges of a device that was read without them; they stay unknown to a user who may not read them.
 */
int dax_scan_ranges(struct dax_sysfs *sysfs, const struct dax_region *region, struct dax_device *device,
		    struct dax_error *err) DAX_MUST_CHECK;
