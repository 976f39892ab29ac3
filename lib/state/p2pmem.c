/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "state/p2pmem.h"

#include "base/fields.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#define DEVICES "bus/pci/devices"

const char *dax_p2pmem_dir(const char *name, char dir[DAX_P2PMEM_DIR])
{
	snprintf(dir, DAX_P2PMEM_DIR, DEVICES "/%.60s/p2pmem", name);
	return dir;
}

/* A number of up to DIGITS digits, and the separator after it. */
static bool take_number(const char **text, size_t digits, const char *end, unsigned *value)
{
	const char *start = *text;
	uint64_t number = 0;

	if (dax_field_digits(text, 16, &number) || (size_t)(*text - start) > digits || !dax_field_word(text, end))
		return false;
	*value = (unsigned)number;
	return true;
}

int dax_parse_pci_name(const char *text, char name[DAX_NAME_MAX])
{
	unsigned domain = 0, bus = 0, slot = 0, function = 0;
	const char *colon = strchr(text, ':');

	if (colon && strchr(colon + 1, ':') && !take_number(&text, 4, ":", &domain))
		return -EINVAL;
	if (!take_number(&text, 2, ":", &bus) || !take_number(&text, 2, ".", &slot) ||
	    !take_number(&text, 1, "", &function) || *text)
		return -EINVAL;
	snprintf(name, DAX_NAME_MAX, "%04x:%02x:%02x.%x", domain, bus, slot, function);
	return 0;
}

int dax_p2pmem_read(struct dax_sysfs *sysfs, const char *name, struct dax_p2pmem *memory,
		    struct dax_error *err)
{
	char dir[DAX_P2PMEM_DIR];
	uint64_t published = 0;

	*memory = (struct dax_p2pmem){ 0 };
	snprintf(memory->name, sizeof(memory->name), "%.60s", name);
	if (!dax_sysfs_exists(sysfs, DEVICES, name))
		return dax_fail(err, ENODEV, "%s: no such PCI device", name);
	dax_p2pmem_dir(name, dir);
	if (!dax_sysfs_exists(sysfs, dir, "size")) {
		dax_fail(err, ENODEV, "%s has no peer-to-peer memory", name);
		dax_error_hint(err, "run 'daxadm list --p2pmem' to see the devices that have it; the kernel needs "
				    "CONFIG_PCI_P2PDMA");
		return -ENODEV;
	}
	int r = dax_sysfs_read_u64(sysfs, dir, "size", &memory->size, err);
	if (!r)
		r = dax_sysfs_read_u64(sysfs, dir, "available", &memory->available, err);
	if (!r)
		r = dax_sysfs_read_u64(sysfs, dir, "published", &published, err);
	memory->published = published;
	return r;
}

struct search {
	struct dax_sysfs *sysfs;
	struct dax_p2pmem_list *list;
	struct dax_error *err;
};

static int add_device(const char *name, void *data)
{
	const struct search *search = data;
	struct dax_p2pmem_list *list = search->list;
	char dir[DAX_P2PMEM_DIR];

	if (!dax_sysfs_exists(search->sysfs, dax_p2pmem_dir(name, dir), "size"))
		return 0;
	struct dax_p2pmem *grown = reallocarray(list->items, list->n + 1, sizeof(*grown));
	if (!grown)
		return dax_no_memory(search->err);
	list->items = grown;
	int r = dax_p2pmem_read(search->sysfs, name, &grown[list->n], search->err);
	list->n += !r;
	if (!r || dax_sysfs_exists(search->sysfs, dir, "size"))
		return r;
	dax_error_release(search->err); /* it was removed during the scan */
	return 0;
}

static int compare(const void *a, const void *b)
{
	const struct dax_p2pmem *first = a, *second = b;

	return strcmp(first->name, second->name);
}

int dax_p2pmem_read_all(struct dax_sysfs *sysfs, struct dax_p2pmem_list *list, struct dax_error *err)
{
	struct search search = { sysfs, list, err };
	int r = dax_sysfs_exists(sysfs, "bus/pci", "devices")
			? dax_sysfs_list(sysfs, DEVICES, add_device, &search, err)
			: 0;

	if (!r && list->n)
		qsort(list->items, list->n, sizeof(*list->items), compare);
	return r;
}

void dax_p2pmem_list_release(struct dax_p2pmem_list *list)
{
	free(list->items);
	*list = (struct dax_p2pmem_list)DAX_P2PMEM_LIST_INIT;
}
