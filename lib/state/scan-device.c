/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * One region and one device: the meaning of each attribute (Documentation/ABI/testing/sysfs-bus-dax,
 * drivers/dax/bus.c).
 */
#include "state/scan-device.h"

#include "base/fields.h"
#include "state/scan.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/sysmacros.h>
#include <time.h>

/* The delays double: 255 ms in total. */
#define MOST_TRIES 8
#define FIRST_WAIT_MS 1

bool dax_scan_try_again(const struct dax_sysfs *sysfs, int r, unsigned *tries)
{
	const struct timespec wait = { 0, (FIRST_WAIT_MS << *tries) * 1000000L };

	if (!r || r == -ENOMEM || r == -EACCES || r == -ENAMETOOLONG || *tries == MOST_TRIES)
		return false;
	++*tries;
	/* A recorded tree does not change. */
	if (!sysfs->recorded)
		nanosleep(&wait, NULL);
	return true;
}

static const char *base_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

/* The name of the driver that is bound to the device at DIR; "" for none. */
static int read_driver(struct dax_sysfs *sysfs, const char *dir, char driver[DAX_NAME_MAX], struct dax_error *err)
{
	char target[PATH_MAX];
	int r = dax_sysfs_read_link(sysfs, dir, "driver", target, sizeof(target), NULL);

	driver[0] = '\0';
	if (r == -ENOENT)
		return 0;
	if (r)
		return dax_fail(err, -r, "cannot read %s/driver: %s", dir, strerror(-r));
	const char *name = base_name(target);
	if (strlen(name) >= DAX_NAME_MAX)
		return dax_fail(err, EPROTO, "%s/driver: the driver's name is too long", dir);
	strcpy(driver, name);
	return 0;
}

int dax_scan_path(struct dax_sysfs *sysfs, const char *dir, const char *attr, char *buffer, size_t size,
		  struct dax_error *err)
{
	int r = dax_sysfs_read_link(sysfs, dir, attr, buffer, size, err);
	const char *path = buffer;

	if (r)
		return r;
	while (strncmp(path, "../", 3) == 0)
		path += 3;
	memmove(buffer, path, strlen(path) + 1);
	return 0;
}

int dax_scan_driver_of(struct dax_sysfs *sysfs, const char *device, char driver[DAX_NAME_MAX])
{
	char dir[32 + DAX_NAME_MAX];

	snprintf(dir, sizeof(dir), "bus/dax/devices/%s", device);
	return read_driver(sysfs, dir, driver, NULL);
}

static enum dax_region_kind kind_of(const char *driver)
{
	if (strcmp(driver, "hmem") == 0)
		return DAX_REGION_HMEM;
	if (strcmp(driver, "cxl_dax_region") == 0)
		return DAX_REGION_CXL;
	if (strcmp(driver, "dax_pmem") == 0)
		return DAX_REGION_PMEM;
	return DAX_REGION_OTHER;
}

static int read_region(struct dax_sysfs *sysfs, const char *dir, struct dax_region *region, struct dax_error *err)
{
	char driver[DAX_NAME_MAX];
	int r = read_driver(sysfs, region->path, driver, err);

	if (!r)
		r = dax_sysfs_read_u64(sysfs, dir, "size", &region->size, err);
	if (r)
		return r;
	region->kind = kind_of(driver);

	r = dax_sysfs_read_u64(sysfs, dir, "align", &region->align, err);
	if (r == -EACCES) /* only root can read it */
		region->align = 0;
	else if (r)
		return r;

	/* Exists only where devices can be created: not with IORESOURCE_DAX_STATIC. */
	r = dax_sysfs_read_u64(sysfs, dir, "available_size", &region->available, err);
	region->dynamic = r != -ENOENT;
	if (r && r != -ENOENT)
		return r;
	dax_error_release(err); /* these two absences are not errors */

	/*
	 * Finally read an attribute that always exists: if it does, the absence of others does not mean that
	 * the region was being removed.
	 */
	r = dax_sysfs_read_int(sysfs, dir, "id", &region->id, err);
	/* The names of its devices start with it. */
	if (!r && region->id < 0)
		r = dax_fail(err, EPROTO, "%s/id holds '%d', which is not the number of a region", dir,
			     region->id);
	return r;
}

int dax_scan_region(struct dax_sysfs *sysfs, struct dax_region *region, bool *gone, struct dax_error *err)
{
	char dir[PATH_MAX];
	unsigned tries = 0;
	int r = 0;

	region->name = base_name(region->path);
	region->target_node = -1;
	region->numa_node = -1;
	if (snprintf(dir, sizeof(dir), "%s/dax_region", region->path) >= (int)sizeof(dir))
		return dax_fail(err, ENAMETOOLONG, "the path of region %s is too long", region->name);
	do {
		r = read_region(sysfs, dir, region, err);
		*gone = r && !dax_sysfs_exists(sysfs, region->path, "dax_region");
	} while (!*gone && dax_scan_try_again(sysfs, r, &tries));
	if (!r || *gone)
		dax_error_release(err);
	return *gone ? 0 : r;
}

int dax_scan_region_nodes(struct dax_sysfs *sysfs, struct dax_region *region, const char *device, unsigned want,
			  struct dax_error *err)
{
	char dir[PATH_MAX];

	if (snprintf(dir, sizeof(dir), "%s/%s", region->path, device) >= (int)sizeof(dir))
		return dax_fail(err, ENAMETOOLONG, "%s: its path is too long", device);
	/* The kernel hides target_node if it is negative. */
	int r = dax_sysfs_read_int(sysfs, dir, "target_node", &region->target_node, err);
	if (!r && (want & DAX_WANT_DETAILS))
		r = dax_sysfs_read_int(sysfs, dir, "numa_node", &region->numa_node, err);
	if (r == -ENOENT || r == -ENODEV) {
		dax_error_release(err);
		r = 0;
	}
	return r;
}

/* Counts the mappingN directories; a device with more than one is rare. */
static int read_mappings(struct dax_sysfs *sysfs, const char *dir, struct dax_device *device, struct dax_error *err)
{
	char attr[32];
	uint64_t total = 0;

	/* The ranges add up to the size, so the size limits their number. */
	while (total < device->size) {
		struct dax_range range = { 0, 0 };
		struct dax_range *grown = reallocarray(device->ranges, device->n_ranges + 1, sizeof(*grown));

		if (!grown)
			return dax_no_memory(err);
		device->ranges = grown;
		snprintf(attr, sizeof(attr), "mapping%zu/start", device->n_ranges);
		int r = dax_sysfs_read_u64(sysfs, dir, attr, &range.start, err);
		if (r)
			return r;
		snprintf(attr, sizeof(attr), "mapping%zu/end", device->n_ranges);
		r = dax_sysfs_read_u64(sysfs, dir, attr, &range.end, err);
		if (r)
			return r;
		if (range.end < range.start || range.end == UINT64_MAX)
			return dax_fail(err, EPROTO, "%s/mapping%zu: the range ends before it starts", dir,
					device->n_ranges);
		device->ranges[device->n_ranges++] = range;
		total += dax_range_size(range);
	}
	if (total != device->size)
		return dax_fail(err, EPROTO, "%s: the mappings do not add up to the size", dir);
	return 0;
}

/*
 * The ranges of a device. `resource` is the start of the first range. If there is no second one, the size
 * gives its end, and mapping0 is not read. Unknown for a user who may not read them.
 */
static int read_ranges(struct dax_sysfs *sysfs, const char *dir, struct dax_device *device, struct dax_error *err)
{
	struct dax_range first = { 0, 0 };

	device->ranges_known = device->size == 0;
	if (device->ranges_known)
		return 0;
	int r = dax_sysfs_read_u64(sysfs, dir, "resource", &first.start, err);
	if (r == -EACCES) {
		dax_error_release(err);
		return 0;
	}
	if (r)
		return r;
	if (dax_sysfs_exists(sysfs, dir, "mapping1")) {
		r = read_mappings(sysfs, dir, device, err);
	} else {
		if (__builtin_add_overflow(first.start, device->size - 1, &first.end) || first.end == UINT64_MAX)
			return dax_fail(err, EPROTO, "%s: the device ends beyond the last address", dir);
		device->ranges = malloc(sizeof(first));
		if (!device->ranges)
			return dax_no_memory(err);
		device->ranges[0] = first;
		device->n_ranges = 1;
	}
	device->ranges_known = r == 0;
	return r;
}

int dax_scan_ranges(struct dax_sysfs *sysfs, const struct dax_region *region, struct dax_device *device,
		    struct dax_error *err)
{
	char dir[PATH_MAX];

	if (snprintf(dir, sizeof(dir), "%s/%s", region->path, device->name) >= (int)sizeof(dir))
		return dax_fail(err, ENAMETOOLONG, "%s: its path is too long", device->name);
	return read_ranges(sysfs, dir, device, err);
}

static int read_details(struct dax_sysfs *sysfs, const char *dir, struct dax_device *device, struct dax_error *err)
{
	char text[64];
	uint64_t flag = 0;
	dev_t number = 0;
	int r = dax_sysfs_read(sysfs, dir, "dev", text, sizeof(text), err);

	if (r)
		return r;
	if (dax_parse_device_number(text, &number))
		return dax_fail(err, EPROTO, "%s/dev holds '%.32s', which is not a device number", dir, text);
	device->major = major(number);
	device->minor = minor(number);
	device->memmap_on_memory = -1;
	r = dax_sysfs_read_u64(sysfs, dir, "memmap_on_memory", &flag, err);
	if (!r)
		device->memmap_on_memory = flag != 0;
	else if (r == -ENOENT) /* kernels before 6.8 */
		dax_error_release(err);
	if (r && r != -ENOENT)
		return r;
	/* Since 7.3. It shows the state of the whole memory, and does not change with single blocks. */
	if (strcmp(device->driver, "kmem") != 0 ||
	    dax_sysfs_read(sysfs, dir, "state", device->kmem_state, sizeof(device->kmem_state), NULL))
		device->kmem_state[0] = '\0';
	return 0;
}

static int read_device(struct dax_sysfs *sysfs, const char *dir, unsigned want, struct dax_device *device,
		       struct dax_error *err)
{
	int r = read_driver(sysfs, dir, device->driver, err);

	bool ranges = (want & DAX_WANT_RANGES) ||
		      ((want & DAX_WANT_MEMORY) && strcmp(device->driver, "kmem") == 0);
	if (!r && ranges)
		r = read_ranges(sysfs, dir, device, err);
	if (!r && (want & DAX_WANT_DETAILS))
		r = read_details(sysfs, dir, device, err);
	/*
	 * Finally read an attribute that always exists: if it does, the absence of others does not mean that
	 * the device was being removed.
	 */
	if (!r)
		r = dax_sysfs_read_u64(sysfs, dir, "align", &device->align, err);
	if (r) {
		free(device->ranges);
		device->ranges = NULL;
		device->n_ranges = 0;
	}
	return r;
}

int dax_scan_device(struct dax_sysfs *sysfs, const struct dax_region *region, const char *name, unsigned want,
		    struct dax_device *device, bool *gone, struct dax_error *err)
{
	char dir[PATH_MAX];
	unsigned tries = 0;
	int r = 0;

	*device = (struct dax_device){ .memmap_on_memory = -1 };
	if (dax_parse_device_name(name, &device->region_id, &device->id) || strlen(name) >= sizeof(device->name))
		return dax_fail(err, EPROTO, "'%.32s' on the dax bus is not a device name", name);
	strcpy(device->name, name);
	if (snprintf(dir, sizeof(dir), "%s/%s", region->path, name) >= (int)sizeof(dir))
		return dax_fail(err, ENAMETOOLONG, "%s: its path is too long", name);
	do {
		r = dax_sysfs_read_u64(sysfs, dir, "size", &device->size, err);
		*gone = r == -ENOENT;
		if (!r)
			r = read_device(sysfs, dir, want, device, err);
	} while (!*gone && dax_scan_try_again(sysfs, r, &tries));
	if (!r || *gone)
		dax_error_release(err);
	return *gone ? 0 : r;
}
