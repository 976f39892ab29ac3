/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* PCI devices with peer-to-peer memory (drivers/pci/p2pdma.c). */
#pragma once

#include "base/error.h"
#include "door/sysfs.h"
#include "base/text.h"

struct dax_p2pmem {
	char name[DAX_NAME_MAX];  /* "0000:00:04.0" */
	uint64_t size, available; /* bytes */
	bool published;           /* other drivers may allocate from it */
};

struct dax_p2pmem_list {
	struct dax_p2pmem *items; /* sorted by name; owned */
	size_t n;
};

#define DAX_P2PMEM_LIST_INIT \
	{                    \
		0            \
	}
#define _cleanup_p2pmem_list_ _cleanup_(dax_p2pmem_list_release)

/* "0000:00:04.0", or "00:04.0" as lspci prints it: the full name into NAME. */
int dax_parse_pci_name(const char *text, char name[DAX_NAME_MAX]) DAX_MUST_CHECK;

/* One device by its full name; -ENODEV if it does not exist or has no such memory. */
int dax_p2pmem_read(struct dax_sysfs *sysfs, const char *name, struct dax_p2pmem *memory,
		    struct dax_error *err) DAX_MUST_CHECK;

/* All such devices. */
int dax_p2pmem_read_all(struct dax_sysfs *sysfs, struct dax_p2pmem_list *list,
			struct dax_error *err) DAX_MUST_CHECK;
void dax_p2pmem_list_release(struct dax_p2pmem_list *list);

/* The directory of its files: "bus/pci/devices/0000:00:04.0/p2pmem". */
#define DAX_P2PMEM_DIR (DAX_NAME_MAX + 40)
const char *dax_p2pmem_dir(const char *name, char dir[DAX_P2PMEM_DIR]);
