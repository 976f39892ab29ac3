/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What is. Plain arrays of regions and devices, read in one pass and sorted; nothing is
 * fetched later. A topology that was read is const; the model works on a copy.
 */
#pragma once

#include "state/namespace.h"
#include "state/node-note.h"
#include "base/error.h"
#include "door/sysfs.h"

enum dax_region_kind {
	DAX_REGION_OTHER = 0,
	DAX_REGION_HMEM, /* soft-reserved memory: drivers/dax/hmem */
	DAX_REGION_CXL,  /* CXL volatile memory: drivers/dax/cxl.c */
	DAX_REGION_PMEM, /* a namespace in devdax mode: drivers/dax/pmem.c */
	DAX_REGION_ND,   /* persistent memory that namespaces are made of: drivers/nvdimm; holds no device itself */
};

struct dax_region {
	char *path;       /* below the root: "devices/platform/hmem.0"; the key, since ids are shared; owned */
	const char *name; /* last part of path: "hmem.0", "dax_region1" */
	int id;
	enum dax_region_kind kind;
	bool dynamic;       /* devices can be created and resized (not in pmem regions) */
	uint64_t size;      /* bytes */
	uint64_t available; /* bytes in all holes together; 0 when not dynamic */
	uint64_t align;     /* bytes; 0 when it could not be read (it needs root) */
	int target_node;    /* one for the whole region (drivers/dax/bus.c); -1 when there is none */
	int numa_node;

	/* Of kind ND only, whose align is what sizes of namespaces are multiples of. */
	bool labelled;      /* namespaces of any number and size; without labels there is one, of all */
	bool read_only;
	uint64_t largest;   /* bytes: the largest namespace that could be made */
	uint64_t aligns;    /* the alignments that the kernel offers, each of them a bit */
	int seed;           /* the id of the next namespace; -1 when there is none */
	char bus[32];       /* "ndbus0" */
	int slots;          /* how many namespaces there still are labels for; -1 where that is not known */
	uint64_t cookie;    /* of its DIMMs (set_cookie), whatever number it has; 0 where there is none */

	/*
	 * Where the free space is. Known when every range of every device could be read (needs root)
	 * and the kernel showed where the region starts; otherwise only the sums are known.
	 * When only the start is not shown, the lowest range is taken to be it, as in a region whose
	 * first device never was empty. That is enough to choose ranges, which the kernel takes or
	 * refuses; it is not enough to foretell what the kernel would choose.
	 */
	bool layout_known;
	bool layout_assumed; /* never together with layout_known */
	uint64_t start;
	struct dax_range *used; /* sorted, disjoint; owned */
	size_t n_used;

	/*
	 * Memory that is gone until the next reboot, since it was online when kmem was unbound from it; and
	 * where that is of no device, so that the kernel offers it as free. It counts as used, not as available.
	 */
	uint64_t lost; /* bytes */
	struct dax_range *withheld; /* owned */
	size_t n_withheld;
};

/* Where a memory block is: offline, or online in a zone. */
enum dax_block_state {
	DAX_BLOCK_OFFLINE = 0,
	DAX_BLOCK_MOVABLE, /* zone Movable: can be taken offline again, as a rule */
	DAX_BLOCK_KERNEL,  /* zone Normal, or another that the kernel uses for itself */
	DAX_BLOCK_MIXED,   /* spans zones or nodes: the kernel takes it offline no more */
};

struct dax_block {
	uint64_t number; /* its first physical address divided by the block size */
	enum dax_block_state state;
	bool fixed; /* the kernel can remove no memory (CONFIG_MEMORY_HOTREMOVE) */
};

/* The memory blocks of a device whose driver is kmem: those that lie whole in one of its ranges, and exist. */
struct dax_memory {
	bool known;
	struct dax_block *blocks; /* sorted by number; owned */
	size_t total;
	size_t online;
	size_t movable; /* those of the online ones that are in zone Movable and no other */
};

/* What the kernel does with a new memory block: devices/system/memory/auto_online_blocks. */
enum dax_policy {
	DAX_POLICY_UNKNOWN = 0, /* not read, or the kernel has none */
	DAX_POLICY_OFFLINE, /* and each one after it brings new blocks online */
	DAX_POLICY_ONLINE, /* in a zone that the kernel chooses */
	DAX_POLICY_ONLINE_KERNEL,
	DAX_POLICY_ONLINE_MOVABLE,
};

struct dax_device {
	char name[DAX_NAME_MAX]; /* "dax0.1" */
	int region_id;
	int id;
	size_t region; /* index into the topology's regions */
	uint64_t size;
	uint64_t align;
	char driver[DAX_NAME_MAX]; /* "" when no driver is bound */
	bool ranges_known;
	struct dax_range *ranges; /* in the order of their page offsets, which add up; owned */
	size_t n_ranges;
	struct dax_memory memory;
	uint64_t lost; /* bytes of it that are gone until the next reboot; only without a driver */
	unsigned major, minor; /* with DAX_WANT_DETAILS */
	int memmap_on_memory;  /* with DAX_WANT_DETAILS: 0, 1, or -1 where the kernel does not have it */
	struct dax_node_note note; /* of its node, where that has been read */
	char kmem_state[24];   /* with DAX_WANT_DETAILS, bound to kmem: "unplugged", ...; "" on older kernels */
};

/* "FILE:LINE" */
#define DAX_PLACE_TEXT 256

struct dax_topology {
	struct dax_region *regions; /* sorted by id, then path */
	size_t n_regions;
	struct dax_device *devices; /* sorted by region id, then device id */
	size_t n_devices;
	struct dax_namespace *namespaces; /* with DAX_WANT_NAMESPACES: sorted by region id, then id */
	size_t n_namespaces;
	uint64_t block_size;  /* bytes of a memory block; 0 when not read, or the kernel has no blocks */
	enum dax_policy policy; /* with DAX_WANT_DRIVERS */
	char onliner[DAX_PLACE_TEXT]; /* with DAX_WANT_ONLINERS: a rule of udev that brings memory online; "" for none */
	bool onliner_takes_offline;   /* it acts on memory that goes offline, too */
	bool has_huge_1g;     /* the processor has 1 GiB pages */
	bool famfs_any_ranges; /* with DAX_WANT_DRIVERS: fsdev_dax is known to be right about devices of several ranges */
	bool autoprobe;       /* with DAX_WANT_DRIVERS: a new driver binds what it matches */
	unsigned drivers;     /* with DAX_WANT_DRIVERS: bits of dax_driver_bit() for those on the bus */
};

#define DAX_TOPOLOGY_INIT { 0 }
#define _cleanup_topology_ _cleanup_(dax_topology_release)

/* Which facts are read. Names, sizes, alignments and drivers always are. */
enum dax_want {
	DAX_WANT_RANGES = 1 << 0,     /* ranges of devices, layout of regions */
	DAX_WANT_MEMORY = 1 << 1,     /* memory blocks of kmem devices; reads their ranges too */
	DAX_WANT_DETAILS = 1 << 2,    /* device numbers, memmap_on_memory */
	DAX_WANT_NEIGHBOURS = 1 << 3, /* with names: also the other devices, or namespaces, in the regions of those named */
	DAX_WANT_EMPTY_REGIONS =
		1 << 4,               /* also regions that hold no device; with namespaces, all nd regions */
	DAX_WANT_NAMESPACES = 1 << 6, /* of persistent memory, as far as they hold a device; and their nd regions */
	DAX_WANT_ALL_NAMESPACES = 1 << 7, /* and those that hold none */
	DAX_WANT_CONTENT = 1 << 8,    /* with namespaces: what is on those that are disks */
	DAX_WANT_DEVICE_CONTENT = 1 << 10, /* and on those that are devices: it takes a look into their memory */
	DAX_WANT_DISABLED = 1 << 9,   /* with namespaces: also those of devices that are not there, being disabled */
	DAX_WANT_DRIVERS = 1 << 5,    /* which drivers are on the bus, and what kmem's memory blocks would meet */

	/* Who brings memory online beside the policy. With DAX_WANT_DRIVERS also when memory of a device is online. */
	DAX_WANT_ONLINERS = 1 << 11,

	/* What a change needs to know of the devices that it is asked for. */
	DAX_WANT_CHANGE = DAX_WANT_RANGES | DAX_WANT_MEMORY | DAX_WANT_DRIVERS,
};

/*
 * What is looked at: the named devices, or one region (by id, "regionN" or its own name), or, when
 * both are empty, everything. The cost grows with what is looked at and with nothing else.
 */
struct dax_scope {
	const char *const *devices; /* canonical names: "dax0.1" */
	size_t n_devices;
	const char *region;
	unsigned want;
};

int dax_topology_copy(const struct dax_topology *from, struct dax_topology *to, struct dax_error *err) DAX_MUST_CHECK;
void dax_topology_release(struct dax_topology *topology);

/* For qsort: the order of devices (that of namespaces is the same): by the id of the region, then their own. */
int dax_compare_devices(const void *a, const void *b);

/* Brings namespaces into their order, and drops those that are there twice. */
void dax_topology_sort_namespaces(struct dax_topology *topology);

/* NULL when it is not there. By the canonical name; logarithmic. */
struct dax_device *dax_topology_device(const struct dax_topology *topology, const char *name);

/*
 * The namespace that holds a device, or would: dax0.1 is of namespace0.1 (drivers/dax/pmem.c). NULL
 * when there is none, or it was not read. Logarithmic.
 */
struct dax_namespace *dax_topology_namespace(const struct dax_topology *topology, const char *device);

/* The nd region above the region of a namespace's device; NULL when it was not read. */
const struct dax_region *dax_region_parent(const struct dax_topology *topology, const struct dax_region *region);

/*
 * The nd region that a device, or namespace, of REGION belongs to; NULL when it is of none, or that
 * was not read.
 */
const struct dax_region *dax_region_nd(const struct dax_topology *topology, const struct dax_region *region);

/* Whether NOW is the nd region that WAS was, whatever their numbers. */
bool dax_region_is_same(const struct dax_region *was, const struct dax_region *now);

/* Whether TEXT (an id, "regionN" or the region's own name) means REGION. */
bool dax_region_matches(const struct dax_region *region, const char *text);

/* -ENODEV: TEXT, which was given as a region, does not match any. */
int dax_region_missing(const char *text, struct dax_error *err);

/* The largest hole; 0 when the layout is not known. Bytes. */
uint64_t dax_region_largest_free(const struct dax_region *region);

/* "hmem", "cxl", "pmem", "nd", "other". */
const char *dax_region_kind_name(enum dax_region_kind kind);

/* "devdax", "system-ram", "famfs" for a driver; "devdax" for none (what enabling would give); "unknown" for a foreign one. */
const char *dax_driver_mode(const char *driver);

/* The drivers of the modes, by number; NULL behind the last. */
const char *dax_driver_name(size_t number);

/* The bit of such a driver in a topology's drivers; 0 for a foreign one. */
unsigned dax_driver_bit(const char *driver);

/* The driver for a mode; NULL for a word that is none. */
const char *dax_mode_driver(const char *mode);
