/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "plan/steps.h"

#include "plan/space.h"
#include "state/memory.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

void dax_steps_release(struct dax_steps *steps)
{
	for (size_t i = 0; i < steps->n; i++) {
		free(steps->items[i].ranges);
		free(steps->items[i].became);
		free(steps->items[i].blocks);
	}
	free(steps->items);
	*steps = (struct dax_steps){ 0 };
}

/* A copy of N items of SIZE bytes; NULL for none, and without memory. */
static void *copy_items(const void *items, size_t n, size_t size)
{
	void *copy = n ? reallocarray(NULL, n, size) : NULL;

	return copy ? memcpy(copy, items, n * size) : NULL;
}

int dax_steps_add(struct dax_steps *steps, const struct dax_step *step)
{
	struct dax_step *grown = reallocarray(steps->items, steps->n + 1, sizeof(*grown));

	if (!grown)
		return -ENOMEM;
	steps->items = grown;
	struct dax_step *added = &grown[steps->n];
	*added = *step;
	added->ranges = copy_items(step->ranges, step->n_ranges, sizeof(*step->ranges));
	added->became = copy_items(step->became, step->n_became, sizeof(*step->became));
	added->blocks = copy_items(step->blocks, step->n_blocks, sizeof(*step->blocks));
	steps->n++; /* the list releases everything that was copied */
	return (step->n_ranges && !added->ranges) || (step->n_became && !added->became) ||
			       (step->n_blocks && !added->blocks) ? -ENOMEM : 0;
}

static char *text(const char *format, ...) DAX_PRINTF(1, 2);
static char *text(const char *format, ...)
{
	va_list args;
	char *line = NULL;

	va_start(args, format);
	if (vasprintf(&line, format, args) < 0)
		line = NULL;
	va_end(args);
	return line;
}

char *dax_describe_create(const struct dax_step *step, const char *name)
{
	(void)step;
	return text("%s: create it", name);
}

char *dax_describe_delete(const struct dax_step *step, const char *name)
{
	(void)step;
	return text("%s: delete it", name);
}

char *dax_describe_set_align(const struct dax_step *step, const char *name)
{
	char from[DAX_SIZE_TEXT], to[DAX_SIZE_TEXT];

	return text("%s: set the alignment from %s to %s", name, dax_format_size(step->from, from),
		    dax_format_size(step->to, to));
}

char *dax_describe_set_size(const struct dax_step *step, const char *name)
{
	char from[DAX_SIZE_TEXT], to[DAX_SIZE_TEXT];

	return text("%s: set the size from %s to %s", name, dax_format_size(step->from, from),
		    dax_format_size(step->to, to));
}

char *dax_describe_add_mapping(const struct dax_step *step, const char *name)
{
	char size[DAX_SIZE_TEXT];

	return text("%s: add the range 0x%llx-0x%llx (%s)", name, (unsigned long long)step->range.start,
		    (unsigned long long)step->range.end, dax_format_size(dax_range_size(step->range), size));
}

char *dax_describe_load_driver(const struct dax_step *step, const char *name)
{
	(void)name;
	return text("load the driver %s", step->driver);
}

char *dax_describe_bind(const struct dax_step *step, const char *name)
{
	return text("%s: bind it to %s", name, step->driver);
}

char *dax_describe_unbind(const struct dax_step *step, const char *name)
{
	return text("%s: unbind it from %s", name, step->driver);
}

/* "zone Movable", or more than one. */
static const char *zone_of(const struct dax_step *step)
{
	for (size_t i = 1; i < step->n_blocks; i++) {
		if (step->blocks[i].to != step->blocks[0].to)
			return "their previous zones";
	}
	return step->n_blocks && step->blocks[0].to == DAX_BLOCK_MOVABLE ? "zone Movable"
									 : "a zone that the kernel chooses";
}

char *dax_describe_online(const struct dax_step *step, const char *name)
{
	return text("%s: bring %zu memory block%s online, in %s", name, step->n_blocks,
		    step->n_blocks == 1 ? "" : "s", zone_of(step));
}

char *dax_describe_offline(const struct dax_step *step, const char *name)
{
	return text("%s: take %zu memory block%s offline", name, step->n_blocks, step->n_blocks == 1 ? "" : "s");
}

char *dax_describe_set_policy(const struct dax_step *step, const char *name)
{
	(void)name;
	return text("the whole machine: set auto_online_blocks from %s to %s",
		    dax_policy_word((enum dax_policy)step->from), dax_policy_word((enum dax_policy)step->to));
}

char *dax_describe_set_autoprobe(const struct dax_step *step, const char *name)
{
	(void)name;
	return text("the dax bus: set drivers_autoprobe from %d to %d", (int)step->from, (int)step->to);
}

char *dax_describe_set_memmap(const struct dax_step *step, const char *name)
{
	return text("%s: set memmap_on_memory from %d to %d", name, (int)step->from, (int)step->to);
}

/* The device of STEP, and none of its other fields. */
static struct dax_step opposite(const struct dax_step *step, enum dax_step_kind kind)
{
	return (struct dax_step){ .kind = kind, .target = step->target, .driver = step->driver };
}

int dax_undo_create(const struct dax_step *step, struct dax_steps *inverse)
{
	struct dax_step back = opposite(step, DAX_STEP_DELETE);

	return dax_steps_add(inverse, &back);
}

int dax_undo_delete(const struct dax_step *step, struct dax_steps *inverse)
{
	struct dax_step create = opposite(step, DAX_STEP_CREATE), align = opposite(step, DAX_STEP_SET_ALIGN);

	/* A new device has the alignment of its region, which can differ from that of the old device. */
	align.from = step->to;
	align.to = step->from;
	int r = dax_steps_add(inverse, &create);
	return r || align.from == align.to ? r : dax_steps_add(inverse, &align);
}

int dax_undo_swap(const struct dax_step *step, struct dax_steps *inverse)
{
	struct dax_step back = opposite(step, step->kind);

	back.from = step->to;
	back.to = step->from;
	return dax_steps_add(inverse, &back);
}

/*
 * The kernel appends space at the tail, and shrinks from there: setting the old size restores the old ranges.
 * After a shrink the kernel would enlarge the device wherever it finds space first, so the old ranges are
 * added again one by one.
 */
int dax_undo_set_size(const struct dax_step *step, struct dax_steps *inverse)
{
	struct dax_step size = opposite(step, DAX_STEP_SET_SIZE), range = opposite(step, DAX_STEP_ADD_MAPPING);
	bool rebuild = step->to < step->from && step->ranges_known;
	uint64_t at = 0;
	int r = 0;

	size.from = step->to;
	size.to = rebuild ? 0 : step->from;
	/* Even from 0 to 0: after a kill some of the old ranges may exist already. */
	if (rebuild || size.from != size.to)
		r = dax_steps_add(inverse, &size);
	for (size_t i = 0; rebuild && !r && i < step->n_ranges; i++) {
		range.range = step->ranges[i];
		range.from = at;
		at += dax_range_size(range.range);
		range.to = at;
		r = dax_steps_add(inverse, &range);
	}
	return r;
}

int dax_undo_add_mapping(const struct dax_step *step, struct dax_steps *inverse)
{
	struct dax_step back = opposite(step, DAX_STEP_SET_SIZE);

	back.from = step->to;
	back.to = step->from;
	return dax_steps_add(inverse, &back);
}

/* A driver that stays loaded does not change a device. */
int dax_undo_load_driver(const struct dax_step *step, struct dax_steps *inverse)
{
	(void)step;
	(void)inverse;
	return 0;
}

int dax_undo_unbind(const struct dax_step *step, struct dax_steps *inverse)
{
	struct dax_step back = opposite(step, DAX_STEP_BIND);

	return dax_steps_add(inverse, &back);
}

static int undo_blocks(const struct dax_step *step, enum dax_step_kind kind, struct dax_steps *inverse)
{
	struct dax_step back = opposite(step, kind);

	back.blocks = step->blocks;
	back.n_blocks = step->n_blocks;
	int r = dax_steps_add(inverse, &back);

	for (size_t i = 0; !r && i < step->n_blocks; i++) {
		struct dax_block_change *change = &inverse->items[inverse->n - 1].blocks[i];

		change->from = step->blocks[i].to;
		change->to = step->blocks[i].from;
	}
	return r;
}

int dax_undo_online(const struct dax_step *step, struct dax_steps *inverse)
{
	return undo_blocks(step, DAX_STEP_OFFLINE, inverse);
}

int dax_undo_offline(const struct dax_step *step, struct dax_steps *inverse)
{
	return undo_blocks(step, DAX_STEP_ONLINE, inverse);
}

/*
 * The memory of the device may be online: because of the policy of the machine, or because another program
 * was fast.
 */
int dax_undo_bind(const struct dax_step *step, struct dax_steps *inverse)
{
	struct dax_step back = opposite(step, DAX_STEP_UNBIND);
	int r = step->n_blocks ? undo_blocks(step, DAX_STEP_OFFLINE, inverse) : 0;

	return r ? r : dax_steps_add(inverse, &back);
}
