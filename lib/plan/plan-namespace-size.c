/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The size of a namespace: the requested size in units that the kernel accepts. A note reports rounding. */
#include "plan/plan-namespace-size.h"

#include "base/error.h"
#include "base/text.h"
#include "plan/plan.h"
#include "plan/request.h"
#include "plan/space-namespace.h"
#include "state/namespace.h"
#include "state/topology.h"

#include <errno.h>

/* The kernel accepts only multiples of the region's alignment. */
static uint64_t unit_of(const struct dax_region *region)
{
	return region->align ? region->align : DAX_NAMESPACE_MIN;
}

static uint64_t note_rounded(struct dax_plan *plan, const struct dax_region *region, uint64_t size,
			     uint64_t rounded)
{
	char wanted[DAX_SIZE_TEXT], unit[DAX_SIZE_TEXT], gets[DAX_SIZE_TEXT];

	if (rounded && rounded != size)
		dax_plan_note(plan, "the size of a namespace in %s must be a multiple of %s: %s becomes %s", region->name,
			      dax_format_size(unit_of(region), unit), dax_format_size(size, wanted),
			      dax_format_size(rounded, gets));
	return rounded;
}

/* A requested size is rounded up. */
static uint64_t round_size(struct dax_plan *plan, const struct dax_region *region, uint64_t size)
{
	uint64_t rounded = note_rounded(plan, region, size, dax_round_up(size, unit_of(region)));

	return rounded ? rounded : size;
}

/* A share of the available space can only be rounded down. */
static uint64_t round_share(struct dax_plan *plan, const struct dax_region *region, uint64_t share)
{
	return note_rounded(plan, region, share, dax_round_down(share, unit_of(region)));
}

int dax_plan_new_size(struct dax_plan *plan, const struct dax_region *region, const struct dax_request *request,
		      unsigned count, uint64_t *size, struct dax_error *err)
{
	uint64_t share = request->size.share;
	char wanted[DAX_SIZE_TEXT], largest[DAX_SIZE_TEXT], available[DAX_SIZE_TEXT];

	if (request->has_size && !share)
		*size = round_size(plan, region, request->size.bytes);
	else if (request->has_size)
		*size = round_share(plan, region, dax_share_of(region->available, share));
	else
		*size = round_share(plan, region, region->largest / count);
	if (*size >= DAX_NAMESPACE_MIN && *size <= region->largest)
		return 0;
	dax_format_size(region->largest, largest);
	if (*size < DAX_NAMESPACE_MIN && share)
		dax_fail(err, ENOSPC, "region %s: %s of the free space (%s) is too small", region->name,
			 dax_format_share(share, wanted), dax_format_size(region->available, available));
	else if (*size < DAX_NAMESPACE_MIN)
		dax_fail(err, ENOSPC, "a namespace of %s in region %s is too small", dax_format_size(*size, wanted),
			 region->name);
	else
		dax_fail(err, ENOSPC, "region %s has no room for a namespace of %s", region->name,
			 dax_format_size(*size, wanted));
	dax_error_hint(err, "the largest possible namespace is %s, the smallest 16 MiB", largest);
	return -ENOSPC;
}

static uint64_t room_to_grow(const struct dax_plan *plan, const struct dax_namespace *namespace)
{
	uint64_t front = 0, behind = 0;

	if (!dax_space_around_namespace(&plan->after, namespace, &front, &behind))
		return plan->after.regions[namespace->region].largest;
	return front > behind ? front : behind;
}

uint64_t dax_plan_other_size(struct dax_plan *plan, const struct dax_namespace *namespace,
			     const struct dax_request *request)
{
	const struct dax_region *region = &plan->after.regions[namespace->region];
	uint64_t most = namespace->shape.size + room_to_grow(plan, namespace);

	if (!request->size.share)
		return round_size(plan, region, request->size.bytes);
	return round_share(plan, region, dax_share_of(most, request->size.share));
}
