/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Namespaces of persistent memory. A namespace is a piece of an nd region; its label says
 * how large it is, and a block of information at its start what it is set up as. In mode devdax it
 * holds a dax device.
 */
#pragma once

#include "base/text.h"

enum dax_namespace_mode {
	DAX_NAMESPACE_RAW = 0,
	DAX_NAMESPACE_FSDAX,  /* a disk whose files can be mapped */
	DAX_NAMESPACE_DEVDAX, /* a dax device */
	DAX_NAMESPACE_SECTOR, /* a disk whose sectors are written whole */
};

/* Where the kernel keeps its page structures of the memory. */
enum dax_map {
	DAX_MAP_NONE = 0,
	DAX_MAP_MEM, /* in main memory */
	DAX_MAP_DEV, /* in the namespace itself, which gets smaller by that */
};

/* What can be changed of a namespace: its label, and what it is set up as. */
struct dax_shape {
	uint64_t size; /* bytes of the nd region; 0 for a seed, which is none yet */
	enum dax_namespace_mode mode;
	enum dax_map map;                 /* fsdax and devdax */
	uint64_t align;                   /* fsdax and devdax */
	char uuid[DAX_UUID_TEXT];         /* of what it is set up as; "" for raw */
	char label_uuid[DAX_UUID_TEXT];   /* "" without labels, and of a seed */
	char label[DAX_NAME_MAX];         /* the name that the user gave it; "" for none */
	uint64_t sector_size;
};

/* What the kernel itself has a disk for, which it is never taken from. */
enum dax_use_kind {
	DAX_USE_NONE = 0,
	DAX_USE_MOUNT,   /* a file system; BY: where */
	DAX_USE_SWAP,    /* BY: the disk, or the partition */
	DAX_USE_DISK,    /* of the device mapper, of md; BY: its name */
	DAX_USE_LOOP,    /* BY: the loop device */
	DAX_USE_UNKNOWN, /* something has it for itself alone */
};

struct dax_use {
	enum dax_use_kind kind;
	char by[128];
};

#define DAX_USE_TEXT 192

/* "mounted on /mnt", "in use by dm-0", "the backing file of loop0"; "" for none. */
char *dax_describe_use(const struct dax_use *use, char text[DAX_USE_TEXT]);

/* How that is ended. */
const char *dax_use_hint(enum dax_use_kind kind);

struct dax_namespace {
	char name[DAX_NAME_MAX]; /* "namespace0.1" */
	int region_id;
	int id;
	size_t region; /* index of its nd region */
	struct dax_shape shape;
	bool enabled;
	enum dax_namespace_mode marked; /* of one that is disabled: what it holds when it is enabled; RAW: that is not said */
	uint64_t start;  /* physical; 0 when it is not known */
	uint64_t usable; /* bytes of the device or disk; 0 when it is not enabled */
	char block[DAX_NAME_MAX]; /* the disk: "pmem0"; "" for none */

	/* With DAX_WANT_CONTENT, of a disk. */
	bool content_read;          /* it was looked at */
	char content[DAX_NAME_MAX]; /* what is on it: "ext4", "dos"; "" for nothing that is known */
	struct dax_use use;         /* what the kernel itself has it for */
};

/*
 * Whether the device of a namespace is not there since both are disabled: it comes back as it was when the
 * namespace is enabled. The kernel says so of those with labels only (holder_class in drivers/nvdimm/namespace_devs.c).
 */
bool dax_namespace_is_disabled_device(const struct dax_namespace *namespace);

/* Whether it is all the same. */
bool dax_shape_is(const struct dax_shape *a, const struct dax_shape *b);

/* What the kernel refuses to make a namespace smaller than. */
#define DAX_NAMESPACE_MIN (16 * DAX_MIB)

/*
 * The part of a namespace at START that its device or disk has, by the kernel's own rule (nd_pfn_init
 * in drivers/nvdimm/pfn_devs.c): behind the block of information, and the page structures where they
 * are kept there, from one multiple of the alignment to another. -ENXIO when nothing is left.
 */
int dax_shape_data(const struct dax_shape *shape, uint64_t start, struct dax_range *data) DAX_MUST_CHECK;

/* "raw", "fsdax", "devdax", "sector". */
const char *dax_namespace_mode_name(enum dax_namespace_mode mode);

/* "mem", "dev"; NULL for none. */
const char *dax_map_name(enum dax_map map);

/* "namespaceX.Y" as the kernel writes it. */
int dax_parse_namespace_name(const char *text, int *region_id, int *id) DAX_MUST_CHECK;
