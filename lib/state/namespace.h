/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Namespaces of persistent memory. A namespace is a part of an nd region. Its label defines its size; an info
 * block at its start defines its configuration. In mode devdax it contains a dax device.
 */
#pragma once

#include "base/text.h"

enum dax_namespace_mode {
	DAX_NAMESPACE_RAW = 0,
	DAX_NAMESPACE_FSDAX,  /* a disk whose files can be mapped directly */
	DAX_NAMESPACE_DEVDAX, /* a dax device */
	DAX_NAMESPACE_SECTOR, /* a disk that writes whole sectors atomically */
};

/* Where the kernel stores its page structures for the memory. */
enum dax_map {
	DAX_MAP_NONE = 0,
	DAX_MAP_MEM, /* in main memory */
	DAX_MAP_DEV, /* in the namespace itself, which reduces its usable size */
};

/* What can be changed in a namespace: its label and its configuration. */
struct dax_shape {
	uint64_t size; /* bytes of the nd region; 0 for a seed, which is not a namespace yet */
	enum dax_namespace_mode mode;
	enum dax_map map;                 /* fsdax and devdax */
	uint64_t align;                   /* fsdax and devdax */
	char uuid[DAX_UUID_TEXT];         /* uuid of the configuration; "" for raw */
	char label_uuid[DAX_UUID_TEXT];   /* "" without labels, and for a seed */
	char label[DAX_NAME_MAX];         /* the name that the user gave to it; "" for none */
	uint64_t sector_size;
};

/* Uses of a disk by the kernel itself. A disk in such a use is never removed. */
enum dax_use_kind {
	DAX_USE_NONE = 0,
	DAX_USE_MOUNT,   /* a mounted file system; BY: the mount point */
	DAX_USE_SWAP,    /* BY: the disk, or the partition */
	DAX_USE_DISK,    /* the device mapper or md; BY: its name */
	DAX_USE_LOOP,    /* BY: the loop device */
	DAX_USE_UNKNOWN, /* exclusive use by another part of the kernel */
};

struct dax_use {
	enum dax_use_kind kind;
	char by[128];
};

#define DAX_USE_TEXT 192

/* "mounted on /mnt", "in use by dm-0", "the backing file of loop0"; "" for none. */
char *dax_describe_use(const struct dax_use *use, char text[DAX_USE_TEXT]);

/* How the user ends this use. */
const char *dax_use_hint(enum dax_use_kind kind);

struct dax_namespace {
	char name[DAX_NAME_MAX]; /* "namespace0.1" */
	int region_id;
	int id;
	size_t region; /* index of its nd region */
	struct dax_shape shape;
	bool enabled;
	enum dax_namespace_mode marked; /* for a disabled namespace: its mode when it is enabled; RAW: not
					 * recorded */
	uint64_t start;  /* physical address; 0 if it is not known */
	uint64_t usable; /* bytes of the device or disk; 0 if it is not enabled */
	char block[DAX_NAME_MAX]; /* the disk: "pmem0"; "" for none */

	/* With DAX_WANT_CONTENT, for a disk. */
	bool content_read;          /* it was looked at */
	char content[DAX_NAME_MAX]; /* its content: "ext4", "dos"; "" for nothing that is known */
	struct dax_use use;         /* its use by the kernel */
};

/*
 * Whether the device of a namespace does not exist because both are disabled. It returns unchanged when the
 * namespace is enabled. The kernel shows this only with labels (holder_class in
 * drivers/nvdimm/namespace_devs.c).
 */
bool dax_namespace_is_disabled_device(const struct dax_namespace *namespace);

/* Whether both are equal in all respects. */
bool dax_shape_is(const struct dax_shape *a, const struct dax_shape *b);

/* The smallest size of a namespace that the kernel accepts. */
#define DAX_NAMESPACE_MIN (16 * DAX_MIB)

/*
 * The part of a namespace at START that its device or disk can use, by the rule of the kernel (nd_pfn_init in
 * drivers/nvdimm/pfn_devs.c): after the info block, and after the page structures if they are stored there,
 * from one multiple of the alignment to another. -ENXIO if nothing is left.
 */
int dax_shape_data(const struct dax_shape *shape, uint64_t start, struct dax_range *data) DAX_MUST_CHECK;

/* "raw", "fsdax", "devdax", "sector". */
const char *dax_namespace_mode_name(enum dax_namespace_mode mode);

/* "mem", "dev"; NULL for none. */
const char *dax_map_name(enum dax_map map);

/* "namespaceX.Y" as the kernel writes it. */
int dax_parse_namespace_name(const char *text, int *region_id, int *id) DAX_MUST_CHECK;
