/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "plan/compare.h"

#include "plan/space.h"
#include "state/memory.h"

#include <errno.h>
#include <string.h>

static int differ_number(const char *name, const char *what, uint64_t is, uint64_t predicted, struct dax_error *err)
{
	return dax_fail(err, EAGAIN, "%s is not as planned: its %s is %llu, not %llu", name, what,
			(unsigned long long)is, (unsigned long long)predicted);
}

static int compare_ranges(const char *name, const struct dax_device *is, const struct dax_device *predicted,
			  struct dax_error *err)
{
	if (!is->ranges_known || !predicted->ranges_known)
		return 0;
	if (is->n_ranges != predicted->n_ranges)
		return differ_number(name, "number of ranges", is->n_ranges, predicted->n_ranges, err);
	for (size_t i = 0; i < is->n_ranges; i++) {
		struct dax_range a = is->ranges[i], b = predicted->ranges[i];

		if (a.start != b.start || a.end != b.end)
			return dax_fail(err, EAGAIN, "%s is not as planned: range %zu is 0x%llx-0x%llx, not 0x%llx-0x%llx",
					name, i, (unsigned long long)a.start, (unsigned long long)a.end,
					(unsigned long long)b.start, (unsigned long long)b.end);
	}
	return 0;
}

/* A kernel that cannot remove memory does not show zones either. */
static bool is_as_predicted(const struct dax_block *is, const struct dax_block *predicted)
{
	if (is->fixed)
		return (is->state == DAX_BLOCK_OFFLINE) == (predicted->state == DAX_BLOCK_OFFLINE);
	return is->state == predicted->state;
}

/* Every block: that it exists, and that its zone is right. */
static int compare_memory(const char *name, const struct dax_memory *is, const struct dax_memory *predicted,
			  struct dax_error *err)
{
	if (!is->known || !predicted->known)
		return 0;
	for (size_t i = 0; i < predicted->total; i++) {
		uint64_t number = predicted->blocks[i].number;
		const struct dax_block *block = dax_memory_block(is, number);

		if (!block)
			return dax_fail(err, EAGAIN, "%s is not as planned: memory block %llu was not added", name,
					(unsigned long long)number);
		if (!is_as_predicted(block, &predicted->blocks[i]))
			return dax_fail(err, EAGAIN, "%s is not as planned: memory block %llu is %s, not %s", name,
					(unsigned long long)number, dax_block_state_name(block->state),
					dax_block_state_name(predicted->blocks[i].state));
	}
	return 0;
}

static int compare_device(const char *name, const struct dax_device *is, const struct dax_device *predicted,
			  bool predictable, struct dax_error *err)
{
	if (!is != !predicted)
		return dax_fail(err, EAGAIN, "%s is not as planned: it %s", name,
				is ? "still exists" : "does not exist");
	if (!is)
		return 0;
	if (predictable && is->size != predicted->size)
		return differ_number(name, "size", is->size, predicted->size, err);
	if (predictable && is->align != predicted->align)
		return differ_number(name, "alignment", is->align, predicted->align, err);
	if (strcmp(is->driver, predicted->driver) != 0)
		return dax_fail(err, EAGAIN, "%s is not as planned: its driver is %s, not %s", name,
				is->driver[0] ? is->driver : "none", predicted->driver[0] ? predicted->driver : "none");
	int r = compare_ranges(name, is, predicted, err);
	return r ? r : compare_memory(name, &is->memory, &predicted->memory, err);
}

static int compare_namespace(const struct dax_namespace *is, const struct dax_namespace *predicted,
			     struct dax_error *err)
{
	if (!is || !predicted || !predicted->shape.size)
		return 0;
	if (is->usable != predicted->usable && predicted->enabled)
		return differ_number(is->name, "usable size", is->usable, predicted->usable, err);
	/* Without a label the kernel may or may not remember what the namespace contains. */
	bool marked = is->enabled || !is->shape.label_uuid[0] || is->marked == predicted->marked;
	if (dax_shape_is(&is->shape, &predicted->shape) && is->enabled == predicted->enabled && marked)
		return 0;
	return dax_fail(err, EAGAIN, "%s is not as planned: it is %s, in mode %s", is->name,
			is->enabled ? "enabled" : "disabled", dax_namespace_mode_name(is->shape.mode));
}

static bool is_onlined(const struct dax_topology *observed, const char *name)
{
	const struct dax_device *device = dax_topology_device(observed, name);

	return device && device->memory.online;
}

int dax_compare(const struct dax_plan *plan, const struct dax_topology *observed,
		const char (*names)[DAX_NAME_MAX], struct dax_error *err)
{
	for (size_t i = 0; i < plan->n_targets; i++) {
		bool predictable = dax_plan_is_predictable(plan, i);
		int r = compare_device(names[i], dax_topology_device(observed, names[i]),
				       dax_topology_device(&plan->after, plan->targets[i].name), predictable, err);
		if (!r && predictable)
			r = compare_namespace(dax_topology_namespace(observed, names[i]),
					      dax_topology_namespace(&plan->after, plan->targets[i].name), err);

		if (r) {
			if (plan->after.onliner[0] && is_onlined(observed, names[i]))
				dax_error_hint(err,
					       "the udev rule at %s brings memory online: remove it, or hide "
					       "it with a file of the same name in /etc/udev/rules.d",
					       plan->after.onliner);
			else
				dax_error_hint(err, "another program changes devices at the same time; try "
						    "again when it has ended");
			return r;
		}
	}
	return 0;
}
