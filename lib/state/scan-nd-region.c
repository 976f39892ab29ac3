/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* An nd region, which contains namespaces (drivers/nvdimm/region_devs.c). */
#include "state/scan-nd-region.h"

#include "base/fields.h"
#include "state/scan-device.h"
#include "state/scan.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

/* include/linux/libnvdimm.h: the DIMMs of one region. */
#define ND_MAX_MAPPINGS 32

int dax_scan_text(struct dax_sysfs *sysfs, const char *dir, const char *attr, char *text, size_t size,
		     struct dax_error *err)
{
	int r = dax_sysfs_read(sysfs, dir, attr, text, size, err);

	if (!r)
		return 0;
	text[0] = '\0';
	if (r != -ENOENT && r != -ENXIO && r != -EACCES)
		return r;
	if (err)
		dax_error_release(err);
	return 0;
}

int dax_scan_number(struct dax_sysfs *sysfs, const char *dir, const char *attr, uint64_t *value,
		       struct dax_error *err)
{
	char text[64];
	int r = dax_scan_text(sysfs, dir, attr, text, sizeof(text), err);

	*value = 0;
	if (r || !text[0] || dax_parse_u64(text, value) == 0)
		return r;
	return dax_fail(err, EPROTO, "%s/%s holds '%.32s', which is not a number", dir, attr, text);
}

/* The alignments that the kernel offers for the next namespace. The seed shows them. */
static int read_aligns(struct dax_sysfs *sysfs, const char *dir, uint64_t *aligns, struct dax_error *err)
{
	char seed[DAX_NAME_MAX], text[128], seed_dir[128];
	int r = dax_scan_text(sysfs, dir, "dax_seed", seed, sizeof(seed), err);

	if (r || !seed[0])
		return r;
	snprintf(seed_dir, sizeof(seed_dir), "bus/nd/devices/%s", seed);
	r = dax_scan_text(sysfs, seed_dir, "supported_alignments", text, sizeof(text), err);
	*aligns = dax_field_powers(text);
	return r;
}

/* The namespace that is created next. */
static int read_seed(struct dax_sysfs *sysfs, const char *dir, int *seed, struct dax_error *err)
{
	char name[DAX_NAME_MAX];
	int region_id = 0, r = dax_scan_text(sysfs, dir, "namespace_seed", name, sizeof(name), err);

	if (dax_parse_namespace_name(name, &region_id, seed))
		*seed = -1;
	return r;
}

/* The directory above it is its bus: ".../ndbus0/region0". */
static void find_bus(struct dax_region *region)
{
	const char *at = strstr(region->path, "/ndbus");

	if (at)
		snprintf(region->bus, sizeof(region->bus), "%.*s", (int)strcspn(at + 1, "/"), at + 1);
}

/* The smallest number of free labels on a DIMM of the region: each namespace takes one label on each DIMM. */
static int read_slots(struct dax_sysfs *sysfs, const char *dir, int *slots, struct dax_error *err)
{
	uint64_t mappings = 0;
	int r = dax_scan_number(sysfs, dir, "mappings", &mappings, err);

	*slots = -1;
	for (unsigned i = 0; !r && i < mappings && i < ND_MAX_MAPPINGS; i++) {
		char attr[32], text[128], dimm[64 + sizeof(text)];
		uint64_t free_slots = 0;
		bool known = false;

		snprintf(attr, sizeof(attr), "mapping%u", i);
		r = dax_scan_text(sysfs, dir, attr, text, sizeof(text), err); /* "nmem0,0,1071644672,0" */
		text[strcspn(text, ",")] = '\0';
		snprintf(dimm, sizeof(dimm), "bus/nd/devices/%s", text);
		if (!r && text[0])
			r = dax_scan_text(sysfs, dimm, "available_slots", text, sizeof(text), err);
		known = !r && text[0] && dax_parse_u64(text, &free_slots) == 0;
		if (known && (*slots < 0 || free_slots < (uint64_t)*slots))
			*slots = (int)free_slots;
	}
	return r;
}

static int read_nd_region(struct dax_sysfs *sysfs, struct dax_region *region, struct dax_error *err)
{
	const char *dir = region->path, *slash = strrchr(dir, '/');
	uint64_t type = 0, read_only = 0;
	char node[32] = "";

	region->name = slash ? slash + 1 : dir;
	region->kind = DAX_REGION_ND;
	region->target_node = region->numa_node = -1;
	if (dax_parse_region_id(region->name, &region->id))
		return dax_fail(err, EPROTO, "'%.32s' on the nd bus is not a region", region->name);
	int r = dax_sysfs_read_u64(sysfs, dir, "size", &region->size, err);
	if (!r)
		r = dax_scan_number(sysfs, dir, "nstype", &type, err);
	if (!r)
		r = dax_scan_number(sysfs, dir, "available_size", &region->available, err);
	if (!r)
		r = dax_scan_number(sysfs, dir, "max_available_extent", &region->largest, err);
	if (!r)
		r = dax_scan_number(sysfs, dir, "align", &region->align, err);
	if (!r)
		r = dax_scan_number(sysfs, dir, "read_only", &read_only, err);
	if (!r)
		r = dax_scan_number(sysfs, dir, "set_cookie", &region->cookie, err);
	if (!r)
		r = dax_scan_text(sysfs, dir, "target_node", node, sizeof(node), err);
	if (!r)
		r = read_aligns(sysfs, dir, &region->aligns, err);
	if (!r)
		r = dax_scan_number(sysfs, dir, "resource", &region->start, err);
	if (!r)
		r = read_seed(sysfs, dir, &region->seed, err);
	if (dax_parse_numbered(node, "", &region->target_node))
		region->target_node = -1;
	/*
	 * 5: ND_DEVICE_NAMESPACE_PMEM. 4, ND_DEVICE_NAMESPACE_IO, is the whole region, whatever size is
	 * reported as free.
	 */
	region->labelled = type == 5;
	region->read_only = read_only;
	region->slots = -1;
	find_bus(region);
	if (!r && region->labelled)
		r = read_slots(sysfs, dir, &region->slots, err);
	if (!region->labelled)
		region->available = region->largest = 0;
	/*
	 * An attribute that is absent for a reason, and one of an object that was just removed, look the
	 * same: the object must still exist at the end.
	 */
	return r || dax_sysfs_exists(sysfs, dir, "size") ? r
							 : dax_fail(err, ENOENT, "%s no longer exists", dir);
}

int dax_scan_nd_region(struct dax_sysfs *sysfs, struct dax_region *region, bool *gone, struct dax_error *err)
{
	unsigned tries = 0;
	int r = 0;

	do {
		r = read_nd_region(sysfs, region, err);
		*gone = r && !dax_sysfs_exists(sysfs, region->path, ".");
	} while (!*gone && dax_scan_try_again(sysfs, r, &tries));
	if (!r || *gone)
		dax_error_release(err);
	return *gone ? 0 : r;
}
