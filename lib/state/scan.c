/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* One pass over the dax bus: finds the devices and regions in the scope, then reads each of them once. */
#include "state/scan.h"

#include "state/scan-device.h"
#include "state/scan-layout.h"
#include "state/scan-lost.h"
#include "state/scan-machine.h"
#include "state/scan-memory.h"
#include "state/scan-namespace.h"
#include "state/scan-sort.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

static const char bus_dir[] = "bus/dax/devices";

static const char nd_dir[] = "bus/nd/devices";

/*
 * A region is a directory that contains dax_region. It belongs to one of these drivers, or is on the nd bus.
 * The nd bus is searched as a whole: this also finds regions without devices.
 */
static const char *const region_dirs[] = {
	"bus/platform/drivers/hmem",
	"bus/cxl/drivers/cxl_dax_region",
	nd_dir,
};

/*
 * The place where a device was found, before any attribute is read. An empty name means a region without
 * devices.
 */
struct place {
	char name[DAX_NAME_MAX];
	int region_id, id;
	char *region_path; /* owned */
};

struct search {
	struct dax_sysfs *sysfs;
	const struct dax_scope *scope;
	struct place *places;
	size_t n_places, room;
	const char *dir;         /* of the directory that is being listed */
	const char *region_path; /* of the region whose directory is listed */
	bool missing;            /* a name that is not a device may be a namespace */
	bool has_nd_regions;     /* and namespaces are wanted */
	struct dax_error *err;
};

static void search_release(struct search *search)
{
	for (size_t i = 0; i < search->n_places; i++)
		free(search->places[i].region_path);
	free(search->places);
}

static int add_place(struct search *search, const char *name, const char *region_path, size_t path_length)
{
	if (search->n_places == search->room) {
		size_t room = search->room ? 2 * search->room : 16;
		struct place *grown = reallocarray(search->places, room, sizeof(*grown));

		if (!grown)
			return dax_no_memory(search->err);
		search->places = grown;
		search->room = room;
	}
	struct place *place = &search->places[search->n_places];
	*place = (struct place){ .region_id = -1, .id = -1 };
	if (strlen(name) >= sizeof(place->name) ||
	    (name[0] && dax_parse_device_name(name, &place->region_id, &place->id)))
		return dax_fail(search->err, EPROTO, "'%.32s' on the dax bus is not a device name", name);
	strcpy(place->name, name);
	place->region_path = strndup(region_path, path_length);
	if (!place->region_path)
		return dax_no_memory(search->err);
	search->n_places++;
	return 0;
}

/* Finds the region of a device by its link on the bus. */
static int find_device(const char *name, void *data)
{
	struct search *search = data;
	char path[PATH_MAX];
	int wanted = 0, region_id = 0, id = 0;

	if (dax_parse_device_name(name, &region_id, &id) || strncmp(name, "dax", 3) != 0)
		return dax_fail(search->err, EPROTO, "%s holds '%.32s', which is not a device name", bus_dir,
				name);
	/* The id is in the name of the device, so other places need not be searched. */
	if (search->scope->region && dax_parse_region_id(search->scope->region, &wanted) == 0 && wanted != region_id)
		return 0;
	int r = dax_scan_path(search->sysfs, bus_dir, name, path, sizeof(path), search->err);
	if (r == -ENOENT) { /* removed since the listing */
		dax_error_release(search->err);
		return 0;
	}
	if (r)
		return r;
	const char *slash = strrchr(path, '/');
	if (!slash || strcmp(slash + 1, name) != 0)
		return dax_fail(search->err, EPROTO, "%s/%s: the link leads to '%.200s'", bus_dir, name, path);
	return add_place(search, name, path, (size_t)(slash - path));
}

static int find_neighbour(const char *name, void *data)
{
	struct search *search = data;
	int region_id = 0, id = 0;

	if (strncmp(name, "dax", 3) != 0 || dax_parse_device_name(name, &region_id, &id))
		return 0; /* attributes and links of the region's own device */
	return add_place(search, name, search->region_path, strlen(search->region_path));
}

static int find_region(const char *name, void *data)
{
	struct search *search = data;
	char path[PATH_MAX];

	/* It also contains namespaces, DIMMs and others. */
	if (search->dir == nd_dir && strncmp(name, "dax", 3) != 0) {
		search->has_nd_regions |= strncmp(name, "region", 6) == 0;
		return 0;
	}
	int r = dax_scan_path(search->sysfs, search->dir, name, path, sizeof(path), NULL);

	if (r == -EINVAL || r == -ENOENT) /* a file of the driver: bind, module, ... */
		return 0;
	if (r)
		return dax_fail(search->err, -r, "cannot read %s/%s: %s", search->dir, name, strerror(-r));
	if (!dax_sysfs_exists(search->sysfs, path, "dax_region"))
		return 0;
	return add_place(search, "", path, strlen(path));
}

static int find_regions(struct search *search)
{
	for (size_t i = 0; i < ARRAY_SIZE(region_dirs); i++) {
		search->dir = region_dirs[i];
		int r = dax_sysfs_list(search->sysfs, search->dir, find_region, search, search->err);

		if (r == -ENOENT)
			dax_error_release(search->err);
		else if (r)
			return r;
	}
	return 0;
}

/* By the path of the region, then device id; the place of a region without devices comes before its devices. */
static int compare_places(const void *a, const void *b)
{
	const struct place *first = a, *second = b;
	int order = dax_compare_names(first->region_path, second->region_path);

	if (order)
		return order;
	return (first->id > second->id) - (first->id < second->id);
}

/* Names that were requested and do not exist. */
static int check_found(struct search *search, const char *name)
{
	char namespace[DAX_NAME_MAX];

	/* A namespace without a device now may be changed to have one. */
	snprintf(namespace, sizeof(namespace), "namespace%s", name + strlen("dax"));
	search->missing = (search->scope->want & DAX_WANT_NAMESPACES) &&
			  dax_sysfs_exists(search->sysfs, nd_dir, namespace);
	if (search->missing)
		return 0;
	dax_fail(search->err, ENODEV, "%s: no such device", name);
	dax_error_hint(search->err, "run 'daxadm list --idle' to see all devices");
	return -ENODEV;
}

/* All neighbours of the named devices; the directory of each region is read once. */
static int find_neighbours(struct search *search)
{
	_cleanup_(search_release) struct search named = *search;

	search->places = NULL;
	search->n_places = search->room = 0;
	if (named.n_places)
		qsort(named.places, named.n_places, sizeof(*named.places), compare_places);
	for (size_t i = 0; i < named.n_places; i++) {
		if (i && strcmp(named.places[i].region_path, named.places[i - 1].region_path) == 0)
			continue;
		search->region_path = named.places[i].region_path;
		int r = dax_sysfs_list(search->sysfs, search->region_path, find_neighbour, search, search->err);
		if (r == -ENOENT) /* it no longer exists, nor do the devices in it that were named */
			dax_error_release(search->err);
		else if (r)
			return r;
	}
	return 0;
}

static int find_named(struct search *search)
{
	for (size_t i = 0; i < search->scope->n_devices; i++) {
		size_t n_before = search->n_places;
		int r = find_device(search->scope->devices[i], search);

		if (!r && search->n_places == n_before)
			r = check_found(search, search->scope->devices[i]);
		if (r)
			return r;
	}
	return (search->scope->want & DAX_WANT_NEIGHBOURS) ? find_neighbours(search) : 0;
}

static int find_all(struct search *search)
{
	int r = dax_sysfs_list(search->sysfs, bus_dir, find_device, search, search->err);

	if (r == -ENOENT) { /* no dax bus: no driver has found dax memory */
		dax_error_release(search->err);
		r = 0;
	}
	if (!r && (search->scope->want & DAX_WANT_EMPTY_REGIONS))
		r = find_regions(search);
	return r;
}

/* Reads one region; *SKIP if it is not in the scope, or no longer exists. */
static int read_region(struct search *search, const char *path, struct dax_topology *topology, bool *skip)
{
	struct dax_region *region = &topology->regions[topology->n_regions];
	bool gone = false;

	*region = (struct dax_region){ .path = strdup(path) };
	if (!region->path)
		return dax_no_memory(search->err);
	topology->n_regions++;
	int r = dax_scan_region(search->sysfs, region, &gone, search->err);
	*skip = !r && (gone || (search->scope->region && !dax_region_matches(region, search->scope->region)));
	if (*skip) {
		free(region->path);
		topology->n_regions--;
	}
	return r;
}

static int read_places(struct search *search, struct dax_topology *topology)
{
	bool skip = true, first = false;

	topology->regions = calloc(search->n_places + 1, sizeof(*topology->regions));
	topology->devices = calloc(search->n_places + 1, sizeof(*topology->devices));
	if (!topology->regions || !topology->devices)
		return dax_no_memory(search->err);

	for (size_t i = 0; i < search->n_places; i++) {
		const struct place *place = &search->places[i];
		bool gone = false;
		int r = 0;

		if (!i || strcmp(place->region_path, search->places[i - 1].region_path) != 0) {
			r = read_region(search, place->region_path, topology, &skip);
			first = true;
		} else if (place->id >= 0 && place->id == search->places[i - 1].id) {
			continue; /* named twice */
		}
		if (!r && !skip && place->name[0]) {
			struct dax_region *region = &topology->regions[topology->n_regions - 1];
			struct dax_device *device = &topology->devices[topology->n_devices];

			if (first)
				r = dax_scan_region_nodes(search->sysfs, region, place->name,
							  search->scope->want, search->err);
			if (!r)
				r = dax_scan_device(search->sysfs, region, place->name, search->scope->want,
						    device, &gone, search->err);
			first = first && gone;
			device->region = topology->n_regions - 1;
			topology->n_devices += !r && !gone;
		}
		if (r)
			return r;
	}
	/* The paths of regions need not be in the order of their ids. */
	if (topology->n_devices)
		qsort(topology->devices, topology->n_devices, sizeof(*topology->devices), dax_compare_devices);
	return 0;
}

/* Whether the location of the free space is needed. */
static bool wants_space(const struct dax_scope *scope)
{
	return (scope->want & DAX_WANT_RANGES) && (scope->want & (DAX_WANT_EMPTY_REGIONS | DAX_WANT_NEIGHBOURS));
}

/* A region without a device now, because it contains namespaces. */
static bool is_nd_region(const struct search *search)
{
	char name[DAX_NAME_MAX];
	int id = 0;

	if (!(search->scope->want & DAX_WANT_NAMESPACES) || dax_parse_region_id(search->scope->region, &id))
		return false;
	snprintf(name, sizeof(name), "region%d", id);
	return dax_sysfs_exists(search->sysfs, nd_dir, name);
}

/* A device that was named can disappear after it was found. */
static int check_names(struct search *search, const struct dax_topology *topology)
{
	int r = 0;

	for (size_t i = 0; !r && i < search->scope->n_devices; i++) {
		const char *name = search->scope->devices[i];

		if (!dax_topology_device(topology, name) && !dax_topology_namespace(topology, name))
			r = check_found(search, name);
	}
	return r;
}

int dax_topology_read(struct dax_sysfs *sysfs, const struct dax_scope *scope, struct dax_topology *topology,
		      struct dax_error *err)
{
	_cleanup_(search_release) struct search search = { .sysfs = sysfs, .scope = scope, .err = err };
	_cleanup_topology_ struct dax_topology read = DAX_TOPOLOGY_INIT;
	int r = scope->n_devices ? find_named(&search) : find_all(&search);

	if (r)
		return r;
	if (search.n_places)
		qsort(search.places, search.n_places, sizeof(*search.places), compare_places);
	r = read_places(&search, &read);
	if (!r && (scope->want & (DAX_WANT_NAMESPACES | DAX_WANT_ALL_NAMESPACES)))
		r = dax_scan_namespaces(sysfs, scope, search.missing, search.has_nd_regions, &read, err);
	if (!r)
		r = dax_scan_sort_regions(&read, err);
	if (!r)
		r = check_names(&search, &read);
	if (r)
		return r;
	if (scope->region && !read.n_regions && !is_nd_region(&search))
		return dax_region_missing(scope->region, err);
	bool complete = !scope->n_devices || (scope->want & DAX_WANT_NEIGHBOURS);
	if (complete && (scope->want & DAX_WANT_RANGES))
		r = dax_scan_layout(sysfs, &read, err);
	if (!r && (scope->want & DAX_WANT_MEMORY))
		r = dax_scan_memory(sysfs, scope, &read, err);
	if (!r)
		r = dax_scan_lost(sysfs, complete && wants_space(scope), &read, err);
	if (r)
		return r;
	r = dax_scan_machine(sysfs, scope, &read, err);
	if (r)
		return r;
	*topology = read;
	read = (struct dax_topology)DAX_TOPOLOGY_INIT;
	return 0;
}
