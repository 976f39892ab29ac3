/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "plan/layout-match.h"

#include "plan/space.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

/*
 * The kernel does not always show the start of a region. In this case an entry matches if the region has the
 * right size and if all its used ranges are inside the described addresses. Regions are disjoint, so no other
 * region can match.
 */
static bool starts_at(const struct dax_region *region, const struct dax_layout_region *entry)
{
	if (region->layout_known)
		return region->start == entry->start;
	if (!region->layout_assumed || !entry->has_size || !region->n_used)
		return false;
	return entry->start <= region->used[0].start &&
	       region->used[region->n_used - 1].end - entry->start < entry->size;
}

/* All properties, except its number among the regions that match. */
static bool fits(const struct dax_region *region, const struct dax_layout_region *entry)
{
	return region->dynamic && (!entry->has_size || region->size == entry->size) &&
	       (!entry->has_kind || region->kind == entry->kind) &&
	       (!entry->has_node || region->target_node == entry->node) &&
	       (!entry->has_start || starts_at(region, entry));
}

/* The number of regions before REGION that ENTRY matches. */
static unsigned place_among(const struct dax_topology *topology, size_t region,
			    const struct dax_layout_region *entry)
{
	unsigned n = 0;

	for (size_t i = 0; i < topology->n_regions; i++) {
		n += i != region && fits(&topology->regions[i], entry) &&
		     topology->regions[i].start < topology->regions[region].start;
	}
	return n;
}

static int refuse_unknown_place(const struct dax_region *region, const struct dax_layout_region *entry,
				struct dax_error *err)
{
	dax_fail(err, EACCES, "%s.region.nth: the address of region %s is not known", entry->place, region->name);
	dax_error_hint(err, "run as root");
	return -EACCES;
}

static bool is_same_size_elsewhere(const struct dax_region *region, const struct dax_layout_region *entry)
{
	return region->dynamic && entry->has_start && entry->has_size && region->size == entry->size;
}

bool dax_layout_is_there(const struct dax_topology *topology, const struct dax_layout_region *entry)
{
	unsigned n = 0;

	for (size_t i = 0; i < topology->n_regions; i++)
		n += fits(&topology->regions[i], entry);
	return entry->each || entry->optional || n > (entry->has_nth ? entry->nth : 0);
}

int dax_layout_fail_missing(const struct dax_topology *topology, const struct dax_layout_region *entry,
			    struct dax_error *err)
{
	const struct dax_region *other = NULL;
	char size[DAX_SIZE_TEXT];

	for (size_t i = 0; i < topology->n_regions; i++) {
		if (is_same_size_elsewhere(&topology->regions[i], entry))
			other = &topology->regions[i];
	}
	dax_fail(err, ENODEV, "%s.region: no region matches", entry->place);
	if (other && other->layout_known)
		dax_error_hint(err, "region %s has the same size and starts at 0x%llx: edit start, or use size and nth",
			       other->name, (unsigned long long)other->start);
	else if (other)
		dax_error_hint(err, "region %s also has a size of %s: edit start, or use size and nth", other->name,
			       dax_format_size(other->size, size));
	else
		dax_error_hint(err, "run 'daxadm list -R' to see all regions; \"optional\": true allows that it is missing");
	return -ENODEV;
}

static int claim(const struct dax_topology *topology, size_t region, const struct dax_layout_region *entry,
		 const struct dax_layout_region **matches, struct dax_error *err)
{
	if (matches[region] && !matches[region]->each)
		return dax_usage(err, "%s.region: region %s is described by %s as well", entry->place,
				 topology->regions[region].name, matches[region]->place);
	matches[region] = entry;
	return 0;
}

/* The region that an entry without "each" describes. */
static int match_one(const struct dax_topology *topology, const struct dax_layout_region *entry,
		     const struct dax_layout_region **matches, struct dax_error *err)
{
	size_t found = SIZE_MAX;

	for (size_t i = 0; i < topology->n_regions; i++) {
		const struct dax_region *region = &topology->regions[i];

		if (!fits(region, entry))
			continue;
		if (entry->has_nth && !dax_space_has_layout(region))
			return refuse_unknown_place(region, entry, err);
		if (entry->has_nth && place_among(topology, i, entry) != entry->nth)
			continue;
		if (found != SIZE_MAX) {
			dax_usage(err, "%s.region: regions %s and %s match", entry->place,
				  topology->regions[found].name, region->name);
			dax_error_hint(err, "add start and size, or nth, or \"each\": true for all of them");
			return -EINVAL;
		}
		found = i;
	}
	if (found != SIZE_MAX)
		return claim(topology, found, entry, matches, err);
	return entry->optional ? 0 : dax_layout_fail_missing(topology, entry, err);
}

static int match_each(const struct dax_topology *topology, const struct dax_layout_region *entry,
		      const struct dax_layout_region **matches, struct dax_error *err)
{
	for (size_t i = 0; i < topology->n_regions; i++) {
		if (!fits(&topology->regions[i], entry) || (matches[i] && !matches[i]->each))
			continue;
		if (matches[i])
			return dax_usage(err, "%s.region: region %s is described by %s as well", entry->place,
					 topology->regions[i].name, matches[i]->place);
		matches[i] = entry;
	}
	return 0;
}

int dax_layout_match(const struct dax_topology *topology, const struct dax_layout *layout,
		     const struct dax_layout_region **matches, struct dax_error *err)
{
	int r = 0;

	for (size_t i = 0; !r && i < layout->n_regions; i++) {
		if (!layout->regions[i].each)
			r = match_one(topology, &layout->regions[i], matches, err);
	}
	for (size_t i = 0; !r && i < layout->n_regions; i++) {
		if (layout->regions[i].each)
			r = match_each(topology, &layout->regions[i], matches, err);
	}
	return r;
}

void dax_layout_identify(const struct dax_topology *topology, size_t region, struct dax_layout_region *entry)
{
	entry->has_size = true;
	entry->size = topology->regions[region].size;
	if (topology->regions[region].layout_known) {
		entry->has_start = true;
		entry->start = topology->regions[region].start;
		return;
	}
	entry->has_nth = true;
	entry->nth = place_among(topology, region, entry);
}
