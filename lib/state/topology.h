/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The state of the machine. Plain arrays of regions and devices, read in one pass and sorted; nothing is read
 * later. A topology is const after it was read; the model works on a copy.
 */
#pragma once

#include "state/namespace.h"
#include "state/node-note.h"
#include "base/error.h"
#include "door/sysfs.h"

enum dax_region_kind {
	DAX_REGION_OTHER = 0,
	DAX_REGION_HMEM, /* soft-reserved memory: drivers/dax/hmem */
	DAX_REGION_CXL,  /* volatile CXL memory: drivers/dax/cxl.c */
	DAX_REGION_PMEM, /* a namespace in mode devdax: drivers/dax/pmem.c */
	DAX_REGION_ND,   /* persistent memory that contains namespaces: drivers/nvdimm; has no devices
			  * itself */
};

struct dax_region {
	char *path;       /* path below the root: "devices/platform/hmem.0"; it identifies the region,
			   * because ids are shared; owned */
	const char *name; /* last part of path: "hmem.0", "dax_region1" */
	int id;
	enum dax_region_kind kind;
	bool dynamic;       /* devices can be created and resized (not in pmem regions) */
	uint64_t size;      /* bytes */
	uint64_t available; /* sum of the holes in bytes; 0 if not dynamic */
	uint64_t align;     /* bytes; 0 if it could not be read (only root can) */
	int target_node;    /* the same for the whole region (drivers/dax/bus.c); -1 for none */
	int numa_node;

	/* Only for kind ND, where sizes of namespaces are multiples of align. */
	bool labelled;      /* can contain namespaces of any number and size; without labels it is one
			     * namespace */
	bool read_only;
	uint64_t largest;   /* bytes: the largest namespace that can be created */
	uint64_t aligns;    /* the alignments that the kernel offers, one bit each */
	int seed;           /* the id of the next namespace; -1 for none */
	char bus[32];       /* "ndbus0" */
	int slots;          /* number of namespaces for which labels are free; -1 if it is not known */
	uint64_t cookie;    /* cookie of its DIMMs (set_cookie), independent of its number; 0 for none */

	/*
	 * The location of the free space. It is known if the ranges of all devices could be read (only root
	 * can), and if the kernel showed the start of the region. Otherwise only the sums are known. If only
	 * the start is not shown, the lowest range is taken as the start, as in a region whose first device
	 * was never empty. This is enough to choose ranges, which the kernel accepts or refuses. It is not
	 * enough to predict what the kernel would choose.
	 */
	bool layout_known;
	bool layout_assumed; /* never together with layout_known */
	uint64_t start;
	struct dax_range *used; /* sorted, disjoint; owned */
	size_t n_used;

	/*
	 * Memory that is lost until the next reboot, because it was online when kmem was unbound; and the
	 * part of it without a device, which the kernel offers as free. It counts as used, not as available.
	 */
	uint64_t lost; /* bytes */
	struct dax_range *withheld; /* owned */
	size_t n_withheld;
};

/* The state of a memory block: offline, or online in a zone. */
enum dax_block_state {
	DAX_BLOCK_OFFLINE = 0,
	DAX_BLOCK_MOVABLE, /* zone Movable: can usually be taken offline again */
	DAX_BLOCK_KERNEL,  /* zone Normal, or another zone of the kernel */
	DAX_BLOCK_MIXED,   /* spans zones or nodes: the kernel never takes it offline */
};

struct dax_block {
	uint64_t number; /* its first physical address divided by the block size */
	enum dax_block_state state;
	bool fixed; /* the kernel cannot remove memory (CONFIG_MEMORY_HOTREMOVE) */
};

/*
 * The memory blocks of a device whose driver is kmem: those that are completely inside one of its ranges, and
 * exist.
 */
struct dax_memory {
	bool known;
	struct dax_block *blocks; /* sorted by number; owned */
	size_t total;
	size_t online;
	size_t movable; /* the online blocks that are in zone Movable only */
};

/* The policy of the kernel for new memory blocks: devices/system/memory/auto_online_blocks. */
enum dax_policy {
	DAX_POLICY_UNKNOWN = 0, /* not read, or the kernel does not have it */
	DAX_POLICY_OFFLINE, /* this and all later values bring new blocks online */
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
	char driver[DAX_NAME_MAX]; /* "" if no driver is bound */
	bool ranges_known;
	struct dax_range *ranges; /* in the order of their page offsets, which follow from the sizes; owned */
	size_t n_ranges;
	struct dax_memory memory;
	uint64_t lost; /* bytes that are lost until the next reboot; only without a driver */
	unsigned major, minor; /* with DAX_WANT_DETAILS */
	int memmap_on_memory;  /* with DAX_WANT_DETAILS: 0, 1, or -1 if the kernel does not have it */
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
	uint64_t block_size;  /* bytes of a memory block; 0 if not read, or if the kernel does not have
			       * blocks */
	enum dax_policy policy; /* with DAX_WANT_DRIVERS */
	char onliner[DAX_PLACE_TEXT]; /* with DAX_WANT_ONLINERS: a udev rule that brings memory online; ""
				       * for none */
	bool onliner_takes_offline;   /* it also acts on memory that goes offline */
	bool has_huge_1g;     /* the processor has 1 GiB pages */
	bool famfs_any_ranges; /* with DAX_WANT_DRIVERS: fsdev_dax is known to be correct for devices of
			        * several ranges */
	bool autoprobe;       /* with DAX_WANT_DRIVERS: a new driver binds the devices that it matches */
	unsigned drivers;     /* with DAX_WANT_DRIVERS: bits of dax_driver_bit() for the drivers on the bus */
};

#define DAX_TOPOLOGY_INIT { 0 }
#define _cleanup_topology_ _cleanup_(dax_topology_release)

/* The facts to read. Names, sizes, alignments and drivers are always read. */
enum dax_want {
	DAX_WANT_RANGES = 1 << 0,     /* ranges of devices, layout of regions */
	DAX_WANT_MEMORY = 1 << 1,     /* memory blocks of kmem devices; also reads their ranges */
	DAX_WANT_DETAILS = 1 << 2,    /* device numbers, memmap_on_memory */
	DAX_WANT_NEIGHBOURS = 1 << 3, /* with names: also the other devices, or namespaces, in the regions
				       * of the named ones */
	DAX_WANT_EMPTY_REGIONS =
		1 << 4,               /* also regions without devices; with namespaces, all nd regions */
	DAX_WANT_NAMESPACES = 1 << 6, /* namespaces of persistent memory that contain a device, and their
				       * nd regions */
	DAX_WANT_ALL_NAMESPACES = 1 << 7, /* also namespaces that contain none */
	DAX_WANT_CONTENT = 1 << 8,    /* with namespaces: the content of those that are disks */
	DAX_WANT_DEVICE_CONTENT = 1 << 10, /* also the content of those that are devices, which requires
					    * reading their memory */
	DAX_WANT_DISABLED = 1 << 9,   /* with namespaces: also those of devices that do not exist because
				       * they are disabled */
	DAX_WANT_DRIVERS = 1 << 5,    /* the drivers on the bus, and the policy for memory blocks of kmem */

	/*
	 * What brings memory online apart from the policy. With DAX_WANT_DRIVERS also if memory of a device
	 * is online.
	 */
	DAX_WANT_ONLINERS = 1 << 11,

	/* What a change needs to know about the devices in its request. */
	DAX_WANT_CHANGE = DAX_WANT_RANGES | DAX_WANT_MEMORY | DAX_WANT_DRIVERS,
};

/*
 * The scope: the named devices, or one region (by id, "regionN" or its own name), or everything if both are
 * empty. The cost depends on the scope only.
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

/* By the canonical name; NULL if it does not exist. Logarithmic. */
struct dax_device *dax_topology_device(const struct dax_topology *topology, const char *name);

/*
 * The namespace that holds a device, or would: dax0.1 is of namespace0.1 (drivers/dax/pmem.c). NULL
 * when there is none, or it was not read. Logarithmic.
 */
struct dax_namespace *dax_topology_namespace(const struct dax_topology *topology, const char *device);

/* The nd region above the region of a namespace's device; NULL if it was not read. */
const struct dax_region *dax_region_parent(const struct dax_topology *topology, const struct dax_region *region);

/* The nd region of a device or namespace in REGION; NULL if there is none, or if it was not read. */
const struct dax_region *dax_region_nd(const struct dax_topology *topology, const struct dax_region *region);

/* Whether NOW is the same nd region as WAS, regardless of their numbers. */
bool dax_region_is_same(const struct dax_region *was, const struct dax_region *now);

/* Whether TEXT (an id, "regionN" or the region's own name) names REGION. */
bool dax_region_matches(const struct dax_region *region, const char *text);

/* -ENODEV: no region matches TEXT, which was given as a region. */
int dax_region_missing(const char *text, struct dax_error *err);

/* The largest hole in bytes; 0 if the layout is not known. */
uint64_t dax_region_largest_free(const struct dax_region *region);

/* "hmem", "cxl", "pmem", "nd", "other". */
const char *dax_region_kind_name(enum dax_region_kind kind);

/*
 * "devdax", "system-ram", "famfs" for a driver; "devdax" for none (the default of enable-device); "unknown"
 * for another driver.
 */
const char *dax_driver_mode(const char *driver);

/* The drivers of the modes, by number; NULL after the last. */
const char *dax_driver_name(size_t number);

/* The bit of such a driver in the drivers of a topology; 0 for another driver. */
unsigned dax_driver_bit(const char *driver);

/* The driver of a mode; NULL if it is not a mode. */
const char *dax_mode_driver(const char *mode);
