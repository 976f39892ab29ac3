/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The parts of dax_topology_read. */
#pragma once

#include "state/topology.h"

#include <sys/types.h>

/* Reads one device of REGION; *GONE when it is not there (any more). */
int dax_scan_device(struct dax_sysfs *sysfs, const struct dax_region *region, const char *name, unsigned want,
		    struct dax_device *device, bool *gone, struct dax_error *err) DAX_MUST_CHECK;

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

/* Fills in the memory blocks of every kmem device that SCOPE names, and the topology's block size. */
int dax_scan_memory(struct dax_sysfs *sysfs, const struct dax_scope *scope, struct dax_topology *topology,
		    struct dax_error *err) DAX_MUST_CHECK;

/* Works out where the free space of every region is; needs all devices with their ranges. */
int dax_scan_layout(struct dax_sysfs *sysfs, struct dax_topology *topology, struct dax_error *err) DAX_MUST_CHECK;

/*
 * Finds memory that is lost, in devices without a driver and, with SPACE, in the free space of regions; for
 * that all devices have to be known with their ranges. Reads one file, and nothing when neither is there.
 */
int dax_scan_lost(struct dax_sysfs *sysfs, bool space, struct dax_topology *topology,
		  struct dax_error *err) DAX_MUST_CHECK;

/* The ranges of a device that was read without; they stay unknown to who may not read them. */
int dax_scan_ranges(struct dax_sysfs *sysfs, const struct dax_region *region, struct dax_device *device,
		    struct dax_error *err) DAX_MUST_CHECK;

/* Brings regions and devices into their order; the indices of regions follow. */
int dax_scan_sort(struct dax_topology *topology, struct dax_error *err) DAX_MUST_CHECK;

/* The order of devices: by region id, then device id, as numbers. For qsort. */
int dax_scan_compare_devices(const void *a, const void *b);

/* The size of a memory block; 0 on a kernel without memory hotplug. */
int dax_scan_block_size(struct dax_sysfs *sysfs, uint64_t *bytes, struct dax_error *err) DAX_MUST_CHECK;

/* The machine's drivers, with DAX_WANT_DRIVERS, and its processor. */
int dax_scan_machine(struct dax_sysfs *sysfs, const struct dax_scope *scope, struct dax_topology *topology,
		     struct dax_error *err) DAX_MUST_CHECK;

/* What becomes of new memory blocks. */
int dax_scan_policy(struct dax_sysfs *sysfs, enum dax_policy *policy, struct dax_error *err) DAX_MUST_CHECK;

/*
 * Reads the state of one block by its number; -ENOENT when there is no such block. A block that is
 * just going offline is told as offline.
 */
int dax_scan_block(struct dax_sysfs *sysfs, struct dax_block *block, struct dax_error *err) DAX_MUST_CHECK;

/* Whether there is such a block at all. */
bool dax_scan_block_exists(struct dax_sysfs *sysfs, uint64_t number);

/* Whether a block is offline, for good: one that is just going there may come back. */
int dax_scan_block_is_offline(struct dax_sysfs *sysfs, uint64_t number, bool *offline,
			      struct dax_error *err) DAX_MUST_CHECK;

/*
 * Adds the namespaces that SCOPE wants, and the nd regions that they are in; regions are not sorted yet.
 * MISSING: names in SCOPE that are of no device are looked for, too. ALL_REGIONS: nd regions without a
 * namespace are wanted, too.
 */
int dax_scan_namespaces(struct dax_sysfs *sysfs, const struct dax_scope *scope, bool missing,
			bool all_regions, struct dax_topology *topology,
			struct dax_error *err) DAX_MUST_CHECK;

/* Reads one namespace, but for the index of its region; *GONE when it is not there (any more). */
int dax_scan_namespace(struct dax_sysfs *sysfs, const char *name, struct dax_namespace *namespace, bool *gone,
		       struct dax_error *err) DAX_MUST_CHECK;

/* Reads the attributes of the nd region at region->path, which is all that is filled before; *GONE when it is not there. */
int dax_scan_nd_region(struct dax_sysfs *sysfs, struct dax_region *region, bool *gone,
		       struct dax_error *err) DAX_MUST_CHECK;

/* Finds out what is on a namespace that is a disk, and what has it. What cannot be found out is left empty. */
void dax_scan_content(struct dax_sysfs *sysfs, struct dax_namespace *namespace);

/* What the kernel itself has on a disk or a partition of it: the first that is found; KIND is 0 for nothing. */
void dax_scan_disk_use(struct dax_sysfs *sysfs, const char *disk, struct dax_use *use);

/* Numbers of devices. */
struct dax_numbers {
	dev_t *items; /* owned */
	size_t n;
};

void dax_numbers_release(struct dax_numbers *numbers);

/* Those of a disk and of its partitions; none when it is gone. */
int dax_scan_disk_numbers(struct dax_sysfs *sysfs, const char *disk, struct dax_numbers *numbers,
			  struct dax_error *err) DAX_MUST_CHECK;

/* The same of one that is a device, which has no file system mounted: by what its memory begins with. */
void dax_scan_device_content(struct dax_sysfs *sysfs, const struct dax_device *device, struct dax_namespace *namespace);

/* The text of an attribute; "" where it is not there, or the kernel has no answer (ENXIO). */
int dax_scan_text(struct dax_sysfs *sysfs, const char *dir, const char *attr, char *text, size_t size,
		  struct dax_error *err) DAX_MUST_CHECK;

/* A number; 0 as above. */
int dax_scan_number(struct dax_sysfs *sysfs, const char *dir, const char *attr, uint64_t *value,
		    struct dax_error *err) DAX_MUST_CHECK;
