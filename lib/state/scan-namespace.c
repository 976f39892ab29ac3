/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Namespaces and their nd regions: the meaning of each attribute (drivers/nvdimm/namespace_devs.c,
 * pfn_devs.c). They are read without a library: a library would read all namespaces, and would cost something
 * on machines without persistent memory.
 */
#include "state/scan-namespace.h"

#include "base/fields.h"
#include "state/scan-content.h"
#include "state/scan-device.h"
#include "state/scan-nd-region.h"
#include "state/scan.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

static const char nd_dir[] = "bus/nd/devices";

/* Lists under construction: the names come in any order. */
struct search {
	struct dax_sysfs *sysfs;
	const struct dax_scope *scope;
	struct dax_topology *topology;
	size_t n_sorted; /* so many namespaces can be looked up */
	struct dax_error *err;
};

static int read_uuid(struct dax_sysfs *sysfs, const char *dir, char uuid[DAX_UUID_TEXT], struct dax_error *err)
{
	char text[64];
	int r = dax_scan_text(sysfs, dir, "uuid", text, sizeof(text), err);

	uuid[0] = '\0';
	if (r || !text[0] || dax_parse_uuid(text, uuid) == 0)
		return r;
	return dax_fail(err, EPROTO, "%s/uuid holds '%.40s', which is not a uuid", dir, text);
}

/* The configuration of a namespace is shown by the device that has claimed it: dax0.1, pfn0.0, btt0.2. */
static int read_claim(struct dax_sysfs *sysfs, const char *holder, struct dax_namespace *namespace,
		      struct dax_error *err)
{
	struct dax_shape *shape = &namespace->shape;
	char dir[128], text[64];

	shape->mode = strncmp(holder, "dax", 3) == 0 ? DAX_NAMESPACE_DEVDAX :
		      strncmp(holder, "pfn", 3) == 0 ? DAX_NAMESPACE_FSDAX :
						       DAX_NAMESPACE_SECTOR;
	snprintf(dir, sizeof(dir), "%s/%s", nd_dir, holder);
	int r = read_uuid(sysfs, dir, shape->uuid, err);
	if (!r)
		r = dax_scan_number(sysfs, dir, "size", &namespace->usable, err);
	if (!r && shape->mode == DAX_NAMESPACE_SECTOR) {
		r = dax_scan_text(sysfs, dir, "sector_size", text, sizeof(text), err);
		shape->sector_size = dax_field_chosen(text);
	} else if (!r) {
		r = dax_scan_number(sysfs, dir, "align", &shape->align, err);
		if (!r)
			r = dax_scan_text(sysfs, dir, "mode", text, sizeof(text), err);
		shape->map = strcmp(text, "pmem") == 0 ? DAX_MAP_DEV :
			     strcmp(text, "ram") == 0  ? DAX_MAP_MEM :
							 DAX_MAP_NONE;
	}
	namespace->enabled = dax_sysfs_exists(sysfs, dir, "driver");
	return r;
}

static int note_block(const char *name, void *data)
{
	struct dax_namespace *namespace = data;

	snprintf(namespace->block, sizeof(namespace->block), "%s", name);
	return 0;
}

/* The disk is below the device that has the driver. */
static int read_block(struct dax_sysfs *sysfs, const char *owner, struct dax_namespace *namespace,
		      struct dax_error *err)
{
	char dir[128];

	if (!namespace->enabled || namespace->shape.mode == DAX_NAMESPACE_DEVDAX)
		return 0;
	snprintf(dir, sizeof(dir), "%s/%s/block", nd_dir, owner);
	int r = dax_sysfs_list(sysfs, dir, note_block, namespace, err);
	if (r == -ENOENT)
		dax_error_release(err);
	return r == -ENOENT ? 0 : r;
}

/* The device that claims it, enabled or not. */
static int read_mark(struct dax_sysfs *sysfs, const char *dir, enum dax_namespace_mode *marked, struct dax_error *err)
{
	char text[32];
	int r = dax_scan_text(sysfs, dir, "holder_class", text, sizeof(text), err);

	*marked = strcmp(text, "dax") == 0	? DAX_NAMESPACE_DEVDAX :
		  strcmp(text, "pfn") == 0	? DAX_NAMESPACE_FSDAX :
		  strncmp(text, "btt", 3) == 0 ? DAX_NAMESPACE_SECTOR : /* "btt", "btt2" */
						  DAX_NAMESPACE_RAW;
	return r;
}

/*
 * An attribute that is absent for a reason, and one of an object that was just removed, look the same: the
 * object must still exist at the end.
 */
static int check_still_there(struct dax_sysfs *sysfs, const char *name, struct dax_error *err)
{
	return dax_sysfs_exists(sysfs, nd_dir, name)
		       ? 0
		       : dax_fail(err, ENOENT, "%s/%s no longer exists", nd_dir, name);
}

/* A namespace without labels has no uuid of its own; a namespace without a configuration has no claim. */
static int read_namespace(struct dax_sysfs *sysfs, const char *dir, struct dax_namespace *namespace,
			  struct dax_error *err)
{
	struct dax_shape *shape = &namespace->shape;
	char holder[DAX_NAME_MAX], text[64];
	int r = read_uuid(sysfs, dir, shape->label_uuid, err);

	if (!r)
		r = dax_scan_text(sysfs, dir, "alt_name", shape->label, sizeof(shape->label), err);
	if (!r)
		r = dax_scan_text(sysfs, dir, "sector_size", text, sizeof(text), err);
	if (!r)
		r = dax_scan_number(sysfs, dir, "resource", &namespace->start, err);
	if (!r)
		r = dax_scan_text(sysfs, dir, "holder", holder, sizeof(holder), err);
	if (r)
		return r;
	shape->sector_size = text[0] ? dax_field_chosen(text) : 512; /* default without labels */
	if (holder[0])
		r = read_claim(sysfs, holder, namespace, err);
	else
		namespace->enabled = dax_sysfs_exists(sysfs, dir, "driver");
	if (!holder[0] && namespace->enabled)
		namespace->usable = shape->size;
	if (!r && !holder[0] && !namespace->enabled && shape->size)
		r = read_mark(sysfs, dir, &namespace->marked, err);
	if (!r)
		r = read_block(sysfs, holder[0] ? holder : namespace->name, namespace, err);
	if (!r && holder[0])
		r = check_still_there(sysfs, holder, err);
	return r ? r : check_still_there(sysfs, namespace->name, err);
}

int dax_scan_namespace(struct dax_sysfs *sysfs, const char *name, struct dax_namespace *namespace, bool *gone,
		       struct dax_error *err)
{
	char dir[128];
	unsigned tries = 0;
	int r = 0;

	snprintf(dir, sizeof(dir), "%s/%s", nd_dir, name);
	do {
		*namespace = (struct dax_namespace){ .region = SIZE_MAX };
		if (dax_parse_namespace_name(name, &namespace->region_id, &namespace->id))
			return dax_fail(err, EPROTO, "'%.32s' on the nd bus is not a namespace", name);
		snprintf(namespace->name, sizeof(namespace->name), "%s", name);
		r = dax_sysfs_read_u64(sysfs, dir, "size", &namespace->shape.size, err);
		*gone = r == -ENOENT;
		if (!r)
			r = read_namespace(sysfs, dir, namespace, err);
	} while (!*gone && dax_scan_try_again(sysfs, r, &tries));
	if (!r || *gone)
		dax_error_release(err);
	return *gone ? 0 : r;
}

/* Takes ownership of PATH; *GONE if the region no longer exists. */
static int add_region(struct search *search, char *path, bool *gone)
{
	struct dax_topology *topology = search->topology;
	struct dax_region *grown = reallocarray(topology->regions, topology->n_regions + 1, sizeof(*grown));

	if (!grown) {
		free(path);
		return dax_no_memory(search->err);
	}
	topology->regions = grown;
	grown[topology->n_regions] = (struct dax_region){ .path = path };
	int r = dax_scan_nd_region(search->sysfs, &grown[topology->n_regions], gone, search->err);
	if (*gone)
		free(path);
	topology->n_regions += !*gone;
	return r;
}

/* The nd region with ID; it is read on first use. *GONE if it no longer exists. */
static int find_region(struct search *search, int id, size_t *index, bool *gone)
{
	const struct dax_topology *topology = search->topology;
	char name[DAX_NAME_MAX], path[PATH_MAX];

	for (*index = 0; *index < topology->n_regions; (*index)++) {
		if (topology->regions[*index].kind == DAX_REGION_ND && topology->regions[*index].id == id)
			return 0;
	}
	snprintf(name, sizeof(name), "region%d", id);
	int r = dax_scan_path(search->sysfs, nd_dir, name, path, sizeof(path), search->err);
	*gone = r == -ENOENT;
	if (*gone)
		dax_error_release(search->err);
	if (r)
		return *gone ? 0 : r;
	char *copy = strdup(path);
	return copy ? add_region(search, copy, gone) : dax_no_memory(search->err);
}

static int add_namespace(struct search *search, const char *name)
{
	struct dax_topology *topology = search->topology;

	struct dax_namespace *grown = reallocarray(topology->namespaces, topology->n_namespaces + 1, sizeof(*grown));
	bool gone = false;

	if (!grown)
		return dax_no_memory(search->err);
	topology->namespaces = grown;
	struct dax_namespace *added = &grown[topology->n_namespaces];
	int r = dax_scan_namespace(search->sysfs, name, added, &gone, search->err);
	if (!r && !gone)
		r = find_region(search, added->region_id, &added->region, &gone);
	topology->n_namespaces += !r && !gone;
	return r;
}

/* Between two passes: what one has added is at the end. */
static void sort(struct search *search)
{
	dax_topology_sort_namespaces(search->topology);
	search->n_sorted = search->topology->n_namespaces;
}

/* Whether a pass before this one has added the namespace of DEVICE. */
static bool is_known(const struct search *search, const char *device)
{
	const struct dax_topology sorted = { .namespaces = search->topology->namespaces,
					     .n_namespaces = search->n_sorted };

	return dax_topology_namespace(&sorted, device);
}

/* Whether the objects with ID on the nd bus are in the scope. */
static bool is_wanted(const struct search *search, int id)
{
	int wanted = 0;

	return !search->scope->region ||
	       (dax_parse_region_id(search->scope->region, &wanted) == 0 && wanted == id);
}

static int find_region_on_bus(const char *name, void *data)
{
	struct search *search = data;
	size_t index = 0;
	bool gone = false;
	int id = 0;

	if (strncmp(name, "region", 6) != 0 || dax_parse_region_id(name, &id) || !is_wanted(search, id))
		return 0;
	return find_region(search, id, &index, &gone);
}

static int find_on_bus(const char *name, void *data)
{
	struct search *search = data;
	int region_id = 0, id = 0;

	if (dax_parse_namespace_name(name, &region_id, &id) == 0)
		return is_wanted(search, region_id) ? add_namespace(search, name) : 0;
	return find_region_on_bus(name, data);
}

static int for_all_on_bus(struct search *search, int (*find)(const char *name, void *data))
{
	int r = dax_sysfs_list(search->sysfs, nd_dir, find, search, search->err);

	if (r == -ENOENT) /* no persistent memory */
		dax_error_release(search->err);
	return r == -ENOENT ? 0 : r;
}

/* The namespaces of the devices that were found. */
static int find_of_devices(struct search *search)
{
	int r = 0;

	/* New regions are appended to these. */
	for (size_t i = 0, n = search->topology->n_regions; !r && i < n; i++) {
		char name[DAX_NAME_MAX];

		if (search->topology->regions[i].kind != DAX_REGION_PMEM)
			continue;
		r = dax_scan_text(search->sysfs, search->topology->regions[i].path, "namespace", name, sizeof(name),
			      search->err);
		if (!r && name[0])
			r = add_namespace(search, name);
	}
	return r;
}

/* Also those that were named and are not devices: disks, and disabled namespaces. */
static int find_named(struct search *search)
{
	int r = 0;

	for (size_t i = 0; !r && i < search->scope->n_devices; i++) {
		char name[DAX_NAME_MAX];
		int region_id = 0, id = 0;

		if (is_known(search, search->scope->devices[i]) ||
		    dax_parse_device_name(search->scope->devices[i], &region_id, &id))
			continue;
		snprintf(name, sizeof(name), "namespace%d.%d", region_id, id);
		if (dax_sysfs_exists(search->sysfs, nd_dir, name))
			r = add_namespace(search, name);
	}
	return r;
}

/* For a device that does not exist because it is disabled. */
static int find_disabled(const char *name, void *data)
{
	struct search *search = data;
	enum dax_namespace_mode marked = DAX_NAMESPACE_RAW;
	char dir[128];
	int region_id = 0, id = 0;

	if (dax_parse_namespace_name(name, &region_id, &id) || !is_wanted(search, region_id) ||
	    is_known(search, name + strlen("namespace")))
		return 0;
	snprintf(dir, sizeof(dir), "%s/%s", nd_dir, name);
	int r = read_mark(search->sysfs, dir, &marked, search->err);
	return r || marked != DAX_NAMESPACE_DEVDAX ? r : add_namespace(search, name);
}

/* The other namespaces in the regions of those that were found. */
static int find_neighbour(const char *name, void *data)
{
	struct search *search = data;
	const struct dax_topology *topology = search->topology;
	int region_id = 0, id = 0;

	if (dax_parse_namespace_name(name, &region_id, &id) || is_known(search, name + strlen("namespace")))
		return 0;
	for (size_t i = 0; i < topology->n_regions; i++) {
		if (topology->regions[i].kind == DAX_REGION_ND && topology->regions[i].id == region_id)
			return add_namespace(search, name);
	}
	return 0;
}

/* For namespaces that could lose it: those that were named, and those that could be reused. */
static void find_content(const struct search *search)
{
	const struct dax_topology *topology = search->topology;

	for (size_t i = 0; i < topology->n_namespaces; i++) {
		struct dax_namespace *namespace = &topology->namespaces[i];
		char name[DAX_NAME_MAX];

		if ((search->scope->want & DAX_WANT_ALL_NAMESPACES) && topology->regions[namespace->region].labelled)
			continue;
		dax_scan_content(search->sysfs, namespace);
		dax_format_device_name(namespace->region_id, namespace->id, name);
		const struct dax_device *device = dax_topology_device(topology, name);
		if (device && (search->scope->want & DAX_WANT_DEVICE_CONTENT))
			dax_scan_device_content(search->sysfs, device, namespace);
	}
}

int dax_scan_namespaces(struct dax_sysfs *sysfs, const struct dax_scope *scope, bool missing,
			bool all_regions, struct dax_topology *topology, struct dax_error *err)
{
	struct search search = { .sysfs = sysfs, .scope = scope, .topology = topology, .err = err };
	bool all = scope->want & DAX_WANT_ALL_NAMESPACES;
	int r = all ? for_all_on_bus(&search, find_on_bus) : find_of_devices(&search);

	sort(&search);
	if (!r && all_regions && !all)
		r = for_all_on_bus(&search, find_region_on_bus);
	if (!r && missing && !all)
		r = find_named(&search);
	sort(&search);
	if (!r && (scope->want & DAX_WANT_DISABLED))
		r = for_all_on_bus(&search, find_disabled);
	sort(&search);
	if (!r && (scope->want & DAX_WANT_CONTENT) && !sysfs->recorded)
		find_content(&search);
	if (!r && topology->n_namespaces && (scope->want & DAX_WANT_NEIGHBOURS))
		r = for_all_on_bus(&search, find_neighbour);
	sort(&search);
	return r;
}
