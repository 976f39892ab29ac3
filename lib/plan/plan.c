/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Builds plans: each step is applied to the model when it is added, after the guards of bind and unbind. */
#include "plan/plan.h"

#include "base/error.h"
#include "base/text.h"
#include "plan/model.h"
#include "plan/space.h"
#include "plan/steps.h"
#include "state/namespace.h"
#include "state/topology.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

void dax_plan_release(struct dax_plan *plan)
{
	struct dax_steps steps = { plan->steps, plan->n_steps };

	dax_steps_release(&steps);
	free(plan->targets);
	for (size_t i = 0; i < plan->n_notes; i++)
		free(plan->notes[i]);
	free(plan->notes);
	dax_topology_release(&plan->after);
	*plan = (struct dax_plan)DAX_PLAN_INIT;
}

void dax_plan_note(struct dax_plan *plan, const char *format, ...)
{
	va_list args;
	char *line = NULL;
	char **grown = reallocarray(plan->notes, plan->n_notes + 1, sizeof(*grown));

	if (!grown)
		return;
	plan->notes = grown;
	va_start(args, format);
	if (vasprintf(&line, format, args) >= 0)
		plan->notes[plan->n_notes++] = line;
	va_end(args);
}

void dax_plan_hint_lost(const struct dax_region *region, struct dax_error *err)
{
	char lost[DAX_SIZE_TEXT];

	if (region->lost)
		dax_error_hint(err,
			       "region %s: %s are lost until the next reboot: they were online when kmem was "
			       "unbound from them",
			       region->name, dax_format_size(region->lost, lost));
}

int dax_plan_add_target(struct dax_plan *plan, const struct dax_device *device, size_t region, size_t *target,
			struct dax_error *err)
{
	struct dax_target *grown = reallocarray(plan->targets, plan->n_targets + 1, sizeof(*grown));

	if (!grown)
		return dax_no_memory(err);
	plan->targets = grown;
	struct dax_target *added = &grown[plan->n_targets];
	*added = (struct dax_target){ .region = region, .created = device == NULL };
	if (device) {
		memcpy(added->name, device->name, sizeof(added->name));
		memcpy(added->driver, device->driver, sizeof(added->driver));
		/* Other devices elsewhere have such names. */
		bool persistent = plan->after.regions[region].kind == DAX_REGION_PMEM;
		const struct dax_namespace *namespace =
			persistent ? dax_topology_namespace(&plan->after, device->name) : NULL;
		if (namespace)
			memcpy(added->label_uuid, namespace->shape.label_uuid, sizeof(added->label_uuid));
	}
	*target = plan->n_targets++;
	return 0;
}

bool dax_plan_is_predictable(const struct dax_plan *plan, size_t target)
{
	const struct dax_namespace *namespace = dax_topology_namespace(&plan->after, plan->targets[target].name);

	return !plan->targets[target].unpredictable &&
	       (!namespace || namespace->start || namespace->shape.align <= DAX_GRANULE);
}

bool dax_plan_is_lasting(const struct dax_plan *plan)
{
	for (size_t i = 0; i < plan->n_steps; i++) {
		if (dax_step_has_namespace(&plan->steps[i]))
			return true;
	}
	return false;
}

struct dax_device *dax_plan_device(const struct dax_plan *plan, size_t target)
{
	return dax_topology_device(&plan->after, plan->targets[target].name);
}

/* An undo needs the state before the step; it is stored while the model still shows it. */
static void note_before(const struct dax_plan *plan, struct dax_step *step)
{
	const struct dax_device *device = NULL;

	if (step->kind == DAX_STEP_SET_POLICY)
		step->from = plan->after.policy;
	if (step->kind == DAX_STEP_SET_AUTOPROBE)
		step->from = plan->after.autoprobe;
	if (step->kind != DAX_STEP_CREATE && dax_step_has_target(step))
		device = dax_plan_device(plan, step->target);
	if (!device)
		return;
	switch (step->kind) {
	case DAX_STEP_SET_ALIGN:
		step->from = device->align;
		break;
	case DAX_STEP_DELETE:
		step->from = device->align;
		step->to = plan->after.regions[device->region].align;
		break;
	case DAX_STEP_SET_SIZE:
		step->from = device->size;
		step->ranges = device->ranges; /* copied when the step is added */
		step->n_ranges = device->n_ranges;
		step->ranges_known = device->ranges_known;
		break;
	case DAX_STEP_ADD_MAPPING:
		step->from = device->size;
		step->to = device->size + dax_range_size(step->range);
		break;
	case DAX_STEP_SET_MEMMAP:
		step->from = device->memmap_on_memory > 0;
		break;
	default:
		break;
	}
}

/* Recognising a device later requires its ranges after it has grown. */
static int note_growth(struct dax_plan *plan, struct dax_step *step, struct dax_error *err)
{
	const struct dax_device *device = dax_plan_device(plan, step->target);

	if (step->to <= step->from || !device->ranges_known)
		return 0;
	step->became = calloc(device->n_ranges + 1, sizeof(*step->became));
	if (!step->became)
		return dax_no_memory(err);
	step->n_became = device->n_ranges;
	memcpy(step->became, device->ranges, device->n_ranges * sizeof(*step->became));
	return 0;
}

/* The blocks that kmem adds: they must go offline before the device can be unbound again. */
static int note_blocks(struct dax_plan *plan, struct dax_step *step, struct dax_error *err)
{
	const struct dax_memory *memory = &dax_plan_device(plan, step->target)->memory;

	step->blocks = calloc(memory->total + 1, sizeof(*step->blocks));
	if (!step->blocks)
		return dax_no_memory(err);
	for (; step->n_blocks < memory->total; step->n_blocks++) {
		const struct dax_block *block = &memory->blocks[step->n_blocks];

		step->blocks[step->n_blocks] =
			(struct dax_block_change){ block->number, DAX_BLOCK_OFFLINE, block->state };
	}
	return 0;
}

int dax_plan_add(struct dax_plan *plan, struct dax_step step, struct dax_error *err)
{
	struct dax_steps steps = { plan->steps, plan->n_steps };

	note_before(plan, &step);
	int r = dax_steps_add(&steps, &step);
	plan->steps = steps.items;
	plan->n_steps = steps.n;
	if (r)
		return dax_no_memory(err);
	r = dax_model_step(&plan->after, plan->targets, &step, err);
	if (!r && step.kind == DAX_STEP_BIND && strcmp(step.driver, "kmem") == 0)
		r = note_blocks(plan, &plan->steps[plan->n_steps - 1], err);
	if (!r && step.kind == DAX_STEP_SET_SIZE)
		r = note_growth(plan, &plan->steps[plan->n_steps - 1], err);
	if (!r && dax_step_has_namespace(&step))
		plan->targets[step.target].recreated = true;
	if (!r && step.kind == DAX_STEP_ENABLE_NAMESPACE && !step.becomes.size)
		plan->targets[step.target].unpredictable = true;
	if (!r && step.kind == DAX_STEP_CREATE_NAMESPACE)
		memcpy(plan->targets[step.target].label_uuid, step.becomes.label_uuid,
		       sizeof(step.becomes.label_uuid));
	if (!r && (step.kind == DAX_STEP_DELETE || step.kind == DAX_STEP_DESTROY_NAMESPACE))
		plan->targets[step.target].deleted = true;
	return r;
}

int dax_plan_check_align(const struct dax_plan *plan, uint64_t align, struct dax_error *err)
{
	char text[DAX_SIZE_TEXT];

	if (align != 4 * DAX_KIB && align != 2 * DAX_MIB && align != DAX_GIB) {
		dax_fail(err, EINVAL, "an alignment of %s does not exist", dax_format_size(align, text));
		dax_error_hint(err, "use 4K, 2M or 1G");
		return -EINVAL;
	}
	if (align == DAX_GIB && !plan->after.has_huge_1g) {
		dax_fail(err, EOPNOTSUPP, "an alignment of 1 GiB needs a processor with pages of 1 GiB (pdpe1gb)");
		dax_error_hint(err, "use 2M");
		return -EOPNOTSUPP;
	}
	return 0;
}

int dax_plan_check_size(uint64_t size, uint64_t align, struct dax_error *err)
{
	char wanted[DAX_SIZE_TEXT], unit[DAX_SIZE_TEXT], below[DAX_SIZE_TEXT], above[DAX_SIZE_TEXT];
	uint64_t down = dax_round_down(size, dax_unit(align));

	if (down == size)
		return 0;
	dax_fail(err, EINVAL, "a size of %s is not a multiple of %s", dax_format_size(size, wanted),
		 dax_format_size(dax_unit(align), unit));
	/* Near 2^64 there is no next multiple. */
	if (down && down + dax_unit(align) > down)
		dax_error_hint(err, "the nearest sizes are %s and %s", dax_format_size(down, below),
			       dax_format_size(down + dax_unit(align), above));
	else
		dax_error_hint(err, "the %s size is %s", down ? "nearest" : "smallest", down ? dax_format_size(down, below) : unit);
	return -EINVAL;
}
