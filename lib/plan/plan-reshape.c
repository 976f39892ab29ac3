/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Changes size, alignment and driver of a device according to a request: unbind, change, bind again. */
#include "plan/plan-reshape.h"

#include "base/error.h"
#include "base/text.h"
#include "plan/plan-bind.h"
#include "plan/plan-geometry.h"
#include "plan/plan-memory.h"
#include "plan/plan.h"
#include "plan/request.h"
#include "plan/space.h"
#include "state/topology.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static int wanted_size(const struct dax_plan *plan, const struct dax_device *device,
		       const struct dax_request *request, uint64_t align, uint64_t *size, struct dax_error *err)
{
	uint64_t space = device->size + plan->after.regions[device->region].available;
	uint64_t share = request->size.share;
	char part[DAX_SIZE_TEXT], text[DAX_SIZE_TEXT], unit[DAX_SIZE_TEXT];

	*size = request->has_size ? request->size.bytes : device->size;
	if (!request->has_size || !share)
		return 0;
	*size = dax_round_down(dax_share_of(space, share), dax_unit(align));
	if (*size)
		return 0;
	/* A share never means a device of size zero. */
	dax_fail(err, ENOSPC, "%s: %s of %s is too small", device->name, dax_format_share(share, part),
		 dax_format_size(space, text));
	dax_error_hint(err, "the smallest size is %s", dax_format_size(dax_unit(align), unit));
	return -ENOSPC;
}

/* A copy of the states of memory blocks before the device is unbound. */
static int copy_memory(const struct dax_memory *memory, struct dax_memory *copy, struct dax_error *err)
{
	*copy = *memory;
	copy->blocks = reallocarray(NULL, memory->total + 1, sizeof(*copy->blocks));
	if (!copy->blocks)
		return dax_no_memory(err);
	if (memory->total)
		memcpy(copy->blocks, memory->blocks, memory->total * sizeof(*copy->blocks));
	return 0;
}

/* Binds the device again to the same driver; memory that was online goes online in the same zone. */
static int plan_bind_again(struct dax_plan *plan, size_t target, const struct dax_memory *memory,
			   struct dax_error *err)
{
	const char *driver = plan->targets[target].driver;

	if (!driver[0])
		return 0;
	return strcmp(driver, "kmem") == 0 ? dax_plan_bind_memory_again(plan, target, memory, err)
					   : dax_plan_bind(plan, target, driver, err);
}

static int plan_reshape(struct dax_plan *plan, size_t target, const struct dax_request *request, uint64_t size,
			uint64_t align, struct dax_error *err)
{
	const char *had = plan->targets[target].driver;
	const char *driver = request->has_mode ? request->driver : had;
	_cleanup_free_ struct dax_block *blocks = NULL;
	struct dax_memory before;
	int r = copy_memory(&dax_plan_device(plan, target)->memory, &before, err);

	blocks = before.blocks;
	if (!r)
		r = dax_plan_unbind(plan, target, err);
	if (!r)
		r = dax_plan_geometry(plan, target, size, align, driver, request->risks, err);
	if (!r)
		r = dax_plan_memmap(plan, target, request, err);
	if (r)
		return r;
	/*
	 * The options about memory apply together with a mode; without a mode the previous state is restored.
	 */
	return request->has_mode ? dax_plan_bind_mode(plan, target, request, err)
				 : plan_bind_again(plan, target, &before, err);
}

int dax_plan_device_as_wanted(struct dax_plan *plan, size_t target, const struct dax_request *request,
			      struct dax_error *err)
{
	const struct dax_device *device = dax_plan_device(plan, target);
	const char *had = plan->targets[target].driver;
	const char *driver = request->has_mode ? request->driver : had;
	uint64_t align = request->has_align ? request->align : device->align;
	bool unplugged = false;
	uint64_t size = 0;
	int r = wanted_size(plan, device, request, align, &size, err);

	if (r)
		return r;
	bool same = size == device->size && align == device->align &&
		    (!request->has_memmap || device->memmap_on_memory == (int)request->memmap);
	r = dax_plan_is_unplugged(plan, target, &unplugged, err);
	if (r)
		return r;
	/* It has its memory again only after a new binding. */
	if (!same || strcmp(driver, had) != 0 || (request->has_mode && unplugged))
		return plan_reshape(plan, target, request, size, align, err);
	if (!request->has_mode || strcmp(driver, "kmem") != 0 || request->no_online)
		return 0;
	return dax_plan_online(plan, target, request, err);
}
