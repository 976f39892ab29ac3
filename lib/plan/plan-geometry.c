/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Size and alignment of one device. The result has ranges that work with the alignment, and the data of the
 * device keep their place in physical memory, unless the user accepts their loss.
 */
#include "plan/plan-geometry.h"

#include "base/error.h"
#include "base/text.h"
#include "plan/model.h"
#include "plan/plan-blocks.h"
#include "plan/plan.h"
#include "plan/request.h"
#include "plan/space.h"
#include "state/topology.h"

#include <errno.h>
#include <string.h>

/* The requested size and alignment, and the ranges that the device would have. */
struct geometry {
	uint64_t size, align;
	uint64_t block; /* memory block size for a device that becomes system memory; otherwise 0 */
	struct dax_ranges ranges;
};

static void geometry_release(struct geometry *geometry)
{
	dax_ranges_release(&geometry->ranges);
}

static int add_set_size(struct dax_plan *plan, size_t target, uint64_t size, struct dax_error *err)
{
	if (dax_plan_device(plan, target)->size == size)
		return 0;
	return dax_plan_add(plan, (struct dax_step){ .kind = DAX_STEP_SET_SIZE, .target = target, .to = size }, err);
}

static int add_set_align(struct dax_plan *plan, size_t target, uint64_t align, struct dax_error *err)
{
	if (dax_plan_device(plan, target)->align == align)
		return 0;
	return dax_plan_add(plan, (struct dax_step){ .kind = DAX_STEP_SET_ALIGN, .target = target, .to = align },
			    err);
}

int dax_plan_ranges(struct dax_plan *plan, size_t target, const struct dax_range *ranges, size_t n,
		    struct dax_error *err)
{
	int r = 0;

	for (size_t i = 0; !r && i < n; i++)
		r = dax_plan_add(plan,
				 (struct dax_step){ .kind = DAX_STEP_ADD_MAPPING, .target = target, .range = ranges[i] },
				 err);
	return r;
}

/*
 * Uses the attributes size and align: the kernel chooses the ranges. This is sufficient if the alignment is
 * not larger than the granule, and if the kernel has no choice (a device that keeps its size, or shrinks). A
 * smaller alignment is set first, because sizes must be multiples of it; a larger one last.
 */
static int plan_in_place(struct dax_plan *plan, size_t target, uint64_t size, uint64_t align, struct dax_error *err)
{
	bool align_first = align < dax_plan_device(plan, target)->align;
	int r = align_first ? add_set_align(plan, target, align, err) : 0;

	if (!r)
		r = add_set_size(plan, target, size, err);
	if (!r && !align_first)
		r = add_set_align(plan, target, align, err);
	return r;
}

/* The ranges that plan_in_place would produce; *KNOWN is false if only the kernel knows them. */
static int predict_in_place(const struct dax_plan *plan, const struct dax_device *device, uint64_t size,
			    struct dax_ranges *ranges, bool *known)
{
	int r = 0;

	*known = device->ranges_known;
	if (!device->ranges_known)
		return 0;
	if (size > device->size) {
		const struct dax_region *region = &plan->after.regions[device->region];

		/* The kernel does not know about lost memory, and would use it. */
		*known = region->layout_known && !region->n_withheld;
		return *known ? dax_model_grow(&plan->after, device, size, ranges) : 0;
	}
	for (size_t i = 0; !r && i < device->n_ranges; i++)
		r = dax_ranges_add(ranges, device->ranges[i]);
	dax_ranges_trim(ranges, size);
	return r;
}

/*
 * A device whose ranges allow the requested alignment keeps them and gets more space, directly after them if
 * that is free. -ENOSPC if there is no room.
 */
static int plan_growth(struct dax_plan *plan, size_t target, const struct geometry *wanted, struct dax_error *err)
{
	const struct dax_device *device = dax_plan_device(plan, target);
	_cleanup_ranges_ struct dax_ranges more = { 0 };
	uint64_t possible = 0, after = device->ranges[device->n_ranges - 1].end + 1;
	int r = dax_space_place(&plan->after.regions[device->region], wanted->size - device->size,
				dax_unit(wanted->align), after, &more, &possible);

	if (!r)
		r = add_set_align(plan, target, wanted->align, err);
	return r ? r : dax_plan_ranges(plan, target, more.items, more.n, err);
}

/*
 * The ranges of the device as they are, with adjacent ones merged, cut to the requested size: nothing moves.
 */
static int join_ranges(const struct dax_device *device, struct geometry *wanted)
{
	int r = 0;

	for (size_t i = 0; !r && i < device->n_ranges; i++)
		r = dax_ranges_extend(&wanted->ranges, device->ranges[i]);
	dax_ranges_trim(&wanted->ranges, wanted->size);
	return r;
}

/*
 * As above for a device that grows: its last range gets the rest of its unit, if the space after it is free,
 * and whole units are added. -ENOSPC if there is no room.
 */
static int join_and_grow(const struct dax_plan *plan, const struct dax_device *device, struct geometry *wanted)
{
	const struct dax_region *region = &plan->after.regions[device->region];
	uint64_t unit = dax_unit(wanted->align), more = wanted->size - device->size, possible = 0;
	struct dax_range hole = { 0, 0 };
	int r = join_ranges(device, wanted);

	if (r)
		return r;
	uint64_t *end = &wanted->ranges.items[wanted->ranges.n - 1].end;
	uint64_t rest = dax_round_up(*end + 1, unit) - (*end + 1);
	if (rest && (!dax_space_next_hole(region, *end + 1, &hole) || hole.start != *end + 1 ||
		     dax_range_size(hole) < rest || rest > more))
		return -ENOSPC;
	*end += rest;
	more -= rest;
	return more ? dax_space_place(region, more, unit, *end + 1, &wanted->ranges, &possible) : 0;
}

/* New ranges, chosen from the free space and the space of the device itself. */
static int place_anew(struct dax_plan *plan, const struct dax_device *device, struct geometry *wanted,
		      uint64_t *possible)
{
	struct dax_region *region = &plan->after.regions[device->region];
	int r = 0;

	dax_ranges_release(&wanted->ranges);
	for (size_t i = 0; i < device->n_ranges; i++)
		dax_space_give(region, device->ranges[i]);
	int placed = dax_space_place_memory(region, wanted->size, dax_unit(wanted->align), wanted->block, 0,
					    &wanted->ranges, possible);
	for (size_t i = 0; !r && i < device->n_ranges; i++)
		r = dax_space_take(region, device->ranges[i]);
	return r ? r : placed;
}

/* Removes all ranges of the device, and adds the requested ranges. */
static int plan_rebuild(struct dax_plan *plan, size_t target, const struct geometry *wanted, struct dax_error *err)
{
	int r = add_set_size(plan, target, 0, err);

	if (!r)
		r = add_set_align(plan, target, wanted->align, err);
	return r ? r : dax_plan_ranges(plan, target, wanted->ranges.items, wanted->ranges.n, err);
}

/* The alignments that the device can have at its place, for the hint. */
static const char *possible_aligns(const struct dax_device *device)
{
	if (dax_ranges_fit(device->ranges, device->n_ranges, DAX_GIB))
		return "4K, 2M, 1G";
	return dax_ranges_fit(device->ranges, device->n_ranges, 2 * DAX_MIB) ? "4K, 2M" : "none";
}

/* The device cannot have the alignment at its place: fails with the alternatives. */
static int refuse(const struct dax_region *region, const struct dax_device *device, const struct geometry *wanted,
		  bool could_move, uint64_t possible, struct dax_error *err)
{
	char align[DAX_SIZE_TEXT], size[DAX_SIZE_TEXT], free_size[DAX_SIZE_TEXT];

	dax_format_size(wanted->align, align);
	dax_format_size(wanted->size, size);
	if (!could_move) {
		dax_fail(err, ENOSPC, "%s: cannot place %s aligned to %s: region %s has room for %s", device->name, size,
			 align, region->name, possible ? dax_format_size(possible, free_size) : "0 bytes");
		if (device->size)
			dax_error_hint(err, "possible alignments of %s at its current place: %s", device->name,
				       possible_aligns(device));
		else
			dax_error_hint(err, "use a smaller size or a smaller alignment");
		return -ENOSPC;
	}
	dax_fail(err, EINVAL,
		 "%s cannot be aligned to %s at its current place: its ranges are not multiples of %s",
		 device->name, align, align);
	dax_error_hint(err,
		       "possible alignments at its current place: %s; use --force=lose-data to move it to other physical "
		       "memory without its data", possible_aligns(device));
	return -EINVAL;
}

/* For a device whose ranges are known, in a region whose layout is known. */
static int plan_by_ranges(struct dax_plan *plan, size_t target, struct geometry *wanted, unsigned risks,
			  struct dax_error *err)
{
	const struct dax_device *device = dax_plan_device(plan, target);
	char size[DAX_SIZE_TEXT];
	uint64_t possible = 0;
	int r = 0;

	if (wanted->size > device->size && device->n_ranges &&
	    dax_ranges_fit(device->ranges, device->n_ranges, wanted->align)) {
		r = plan_growth(plan, target, wanted, err);
		if (r != -ENOSPC)
			return r;
	} else if (device->n_ranges) {
		r = wanted->size > device->size ? join_and_grow(plan, device, wanted) : join_ranges(device, wanted);
		if (!r && dax_ranges_fit(wanted->ranges.items, wanted->ranges.n, wanted->align))
			return plan_rebuild(plan, target, wanted, err);
	}
	if (r != -ENOMEM)
		r = place_anew(plan, device, wanted, &possible);
	if (r == -ENOMEM)
		return dax_no_memory(err);
	if (r || (device->size && !(risks & DAX_RISK_LOSE_DATA)))
		return refuse(&plan->after.regions[device->region], device, wanted, !r, possible, err);
	if (device->size)
		dax_plan_note(plan, "%s moves to other physical memory: the data in its %s are lost", device->name,
			      dax_format_size(device->size, size));
	return plan_rebuild(plan, target, wanted, err);
}

/*
 * Chooses the ranges if the kernel's choice would contain fewer whole memory blocks than possible. PREDICTED:
 * the choice of the kernel, NULL if it is not known or not wanted. *DONE: size and alignment are complete.
 */
static int plan_memory(struct dax_plan *plan, size_t target, struct geometry *wanted,
		       const struct dax_ranges *predicted, bool *done, struct dax_error *err)
{
	const struct dax_device *device = dax_plan_device(plan, target);
	_cleanup_ranges_ struct dax_ranges added = { 0 };
	uint64_t block = wanted->block;
	int r = dax_plan_grow_memory(&plan->after.regions[device->region], device, wanted->size, wanted->align, block,
				     &added);

	if (!r)
		r = join_ranges(device, wanted);
	for (size_t i = 0; !r && i < added.n; i++)
		r = dax_ranges_extend(&wanted->ranges, added.items[i]);
	if (r == -ENOMEM)
		return dax_no_memory(err);
	uint64_t blocks = dax_ranges_blocks(wanted->ranges.items, wanted->ranges.n, block);
	*done = !r && dax_ranges_fit(wanted->ranges.items, wanted->ranges.n, wanted->align) &&
		(!predicted || blocks > dax_ranges_blocks(predicted->items, predicted->n, block));
	if (!*done) {
		dax_ranges_release(&wanted->ranges);
		return 0;
	}
	/*
	 * A block that starts in one range and ends in the next is not used (dax_kmem_range), so adjacent
	 * ranges are merged.
	 */
	bool rebuild = blocks > dax_ranges_blocks(device->ranges, device->n_ranges, block) +
				       dax_ranges_blocks(added.items, added.n, block) ||
		       !dax_ranges_fit(device->ranges, device->n_ranges, wanted->align);
	if (rebuild)
		return plan_rebuild(plan, target, wanted, err);
	r = add_set_align(plan, target, wanted->align, err);
	return r ? r : dax_plan_ranges(plan, target, added.items, added.n, err);
}

static int check_room(const struct dax_plan *plan, const struct dax_device *device, uint64_t size,
		      struct dax_error *err)
{
	const struct dax_region *region = &plan->after.regions[device->region];
	char wanted[DAX_SIZE_TEXT], has[DAX_SIZE_TEXT], largest[DAX_SIZE_TEXT];

	if (!region->dynamic) {
		dax_fail(err, EOPNOTSUPP, "%s: size and alignment of a device in a static region cannot be changed",
			 device->name);
		dax_error_hint(err, "region %s is persistent memory: its namespace defines both", region->name);
		return -EOPNOTSUPP;
	}
	if (size <= device->size || size - device->size <= region->available)
		return 0;
	dax_fail(err, ENOSPC, "a size of %s is more than the free space of region %s: %s are free", dax_format_size(size, wanted),
		 region->name, dax_format_size(region->available, has));
	if (device->size)
		dax_error_hint(err, "the largest possible size of %s is %s", device->name,
			       dax_format_size(dax_round_down(device->size + region->available,
							      dax_unit(device->align)), largest));
	else if (region->layout_known)
		dax_error_hint(err, "the largest free extent is %s",
			       dax_format_size(dax_region_largest_free(region), largest));
	dax_plan_hint_lost(region, err);
	return -ENOSPC;
}

/*
 * A new device has no certain name yet; for an existing device, its name and its possible alignments are
 * printed.
 */
static int check_size(const struct dax_plan *plan, size_t target, uint64_t size, uint64_t align,
		      struct dax_error *err)
{
	const struct dax_device *device = dax_plan_device(plan, target);
	int r = dax_plan_check_size(size, align, err);

	if (!r || plan->targets[target].created)
		return r;
	dax_error_context(err, "%s", device->name);
	if (size == device->size && device->ranges_known)
		dax_error_hint(err, "possible alignments of this size: %s; use reconfigure --size --align to change both",
			       possible_aligns(device));
	return r;
}

int dax_plan_geometry(struct dax_plan *plan, size_t target, uint64_t size, uint64_t align, const char *driver,
		      unsigned risks, struct dax_error *err)
{
	bool is_memory = strcmp(driver, "kmem") == 0;
	_cleanup_(geometry_release) struct geometry wanted = { .size = size, .align = align,
								.block = is_memory ? plan->after.block_size : 0 };
	_cleanup_ranges_ struct dax_ranges predicted = { 0 };
	const struct dax_device *device = dax_plan_device(plan, target);
	bool known = false;

	if (device->size == size && device->align == align)
		return 0;
	int r = dax_plan_check_align(plan, align, err);
	if (!r)
		r = check_room(plan, device, size, err);
	if (!r)
		r = check_size(plan, target, size, align, err);
	if (r)
		return r;
	if (predict_in_place(plan, device, size, &predicted, &known) == -ENOMEM)
		return dax_no_memory(err);

	/* Mode famfs works best with one range: see check_famfs. */
	bool famfs = strcmp(driver, "fsdev_dax") == 0;
	bool in_pieces = famfs && size > device->size && !dax_ranges_are_one(predicted.items, predicted.n);
	/*
	 * The kernel does not align a device that grows, so above the granule the ranges are always chosen
	 * here.
	 */
	bool kernel_chooses = size <= device->size || (align <= DAX_GRANULE && !in_pieces);
	bool by_kernel = known && kernel_chooses && dax_ranges_fit(predicted.items, predicted.n, align);
	if (wanted.block > dax_unit(align) && size > device->size && device->ranges_known &&
	    dax_space_has_layout(&plan->after.regions[device->region])) {
		bool done = false;

		r = plan_memory(plan, target, &wanted, by_kernel ? &predicted : NULL, &done, err);
		if (r || done)
			return r;
	}
	/* The memory blocks of a device are planned too, and follow from its ranges. */
	bool needs_ranges = is_memory || (famfs && !plan->after.famfs_any_ranges);
	bool any_range_does = align <= DAX_GRANULE && !needs_ranges &&
			      (size <= device->size || !plan->after.regions[device->region].n_withheld);
	if (known ? by_kernel : any_range_does)
		return plan_in_place(plan, target, size, align, err);
	if (!device->ranges_known || !dax_space_has_layout(&plan->after.regions[device->region])) {
		dax_fail(err, EACCES, "%s: the addresses of the free space in region %s are not known", device->name,
			 plan->after.regions[device->region].name);
		/* The kernel shows the alignment of a region, like its ranges, only to root. */
		dax_error_hint(err, "%s", device->ranges_known && plan->after.regions[device->region].align ?
						  "use mode devdax with an alignment of 2M" :
						  "run as root: only root can read the ranges of devices");
		return -EACCES;
	}
	return plan_by_ranges(plan, target, &wanted, risks, err);
}
