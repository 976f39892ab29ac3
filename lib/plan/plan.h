/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Decide. From what is and what is wanted to an ordered list of steps, or a reason why
 * not. Pure: no system call is made here. Each step is applied to a model of the machine as it is
 * added, so a plan that breaks one of the kernel's rules cannot be built.
 */
#pragma once

#include "plan/request.h"
#include "state/topology.h"

enum dax_step_kind {
	DAX_STEP_CREATE,      /* a new device of size zero */
	DAX_STEP_DELETE,      /* an unbound device of size zero goes */
	DAX_STEP_SET_ALIGN,
	DAX_STEP_SET_SIZE,    /* the kernel chooses the ranges: first fit to grow, from the tail to shrink */
	DAX_STEP_ADD_MAPPING, /* one explicit range more */
	DAX_STEP_LOAD_DRIVER, /* the module, when the driver is not on the bus */
	DAX_STEP_BIND,
	DAX_STEP_UNBIND,
	DAX_STEP_ONLINE,      /* memory blocks go online, each in its zone */
	DAX_STEP_OFFLINE,     /* memory blocks go offline */
	DAX_STEP_SET_POLICY,  /* what becomes of new memory blocks, on the whole machine */
	DAX_STEP_SET_MEMMAP,  /* whether the memory map of the blocks lies in the blocks themselves */
	DAX_STEP_SET_AUTOPROBE, /* whether a new driver binds what it matches, on the whole bus */
	DAX_STEP_CREATE_NAMESPACE,  /* of persistent memory, set up and with its device, if it has one */
	DAX_STEP_DESTROY_NAMESPACE,
	DAX_STEP_SET_NAMESPACE,     /* another size, alignment, map or mode: it is set up again */
	DAX_STEP_ENABLE_NAMESPACE,  /* one that is disabled: only then the kernel finds out what it is set up as */
	DAX_STEP_DISABLE_NAMESPACE,
	DAX_N_STEP_KINDS
};

/* One memory block and what becomes of it. */
struct dax_block_change {
	uint64_t number;
	enum dax_block_state from, to;
};

/*
 * What from and to of a step are:
 *
 * SET_ALIGN      the alignment of the device, in bytes
 * DELETE         its alignment, and that of its region, which the device has when it is created again
 * SET_SIZE       the size of the device, in bytes
 * ADD_MAPPING    the same, without and with the range
 * SET_POLICY     enum dax_policy
 * SET_MEMMAP     0 or 1
 * SET_AUTOPROBE  0 or 1
 *
 * Other kinds do not use them.
 */
struct dax_step {
	enum dax_step_kind kind;
	size_t target;             /* index into the plan's targets, where dax_step_has_target */
	uint64_t from, to;         /* the value before and after; of what, see below */
	struct dax_range range;    /* ADD_MAPPING */
	const char *driver;        /* LOAD_DRIVER, BIND, UNBIND: a constant */
	struct dax_range *ranges;  /* SET_SIZE: the ranges before it, for the way back; owned */
	size_t n_ranges;
	bool ranges_known;
	struct dax_range *became;  /* SET_SIZE that grows: the ranges after it; owned; none where that is not known */
	size_t n_became;
	struct dax_shape was, becomes; /* of the namespace that holds the device: *_NAMESPACE */
	bool final;                /* what it overwrites or gives away cannot be brought back */
	struct dax_block_change *blocks; /* ONLINE, OFFLINE; BIND to kmem: all, as they are then; sorted; owned */
	size_t n_blocks;
};

/* Whether a step is about one of the targets, and not the whole machine. */
static inline bool dax_step_has_target(const struct dax_step *step)
{
	return step->kind != DAX_STEP_LOAD_DRIVER && step->kind != DAX_STEP_SET_POLICY &&
	       step->kind != DAX_STEP_SET_AUTOPROBE;
}

static inline bool dax_step_has_namespace(const struct dax_step *step)
{
	return step->kind >= DAX_STEP_CREATE_NAMESPACE && step->kind <= DAX_STEP_DISABLE_NAMESPACE;
}

/* A device that the plan touches. Steps name it by its place in this list, since a new one has no sure name yet. */
struct dax_target {
	char name[DAX_NAME_MAX]; /* of a new device: the name that the model predicts */
	size_t region;           /* index into the topology's regions */
	char driver[DAX_NAME_MAX]; /* before the plan */
	char label_uuid[DAX_UUID_TEXT]; /* of persistent memory: known by that when numbers change; "": no label */
	bool created;
	bool deleted;
	bool recreated;     /* a step is about its namespace: its device is another one then */
	bool unpredictable; /* its namespace was disabled, and the kernel tells nothing of such a one */
};

struct dax_plan {
	struct dax_step *steps;
	size_t n_steps;
	struct dax_target *targets;
	size_t n_targets;
	unsigned n_uuids;          /* of those that the request under way brings, so many were given away */
	struct dax_topology after; /* the model: what will be when all steps are done */
	char **notes;              /* what the user should know of it: one line each */
	size_t n_notes;
};

#define DAX_PLAN_INIT { 0 }
#define _cleanup_plan_ _cleanup_(dax_plan_release)

/*
 * Plans all requests together: each sees what the ones before it will have done. -errno with a
 * sentence that says why not and what would work.
 */
void dax_plan_release(struct dax_plan *plan);

/*
 * Whether it is known what the target will be: not so for what was disabled, of which the kernel tells
 * nothing, and for an alignment that is coarser than what is known of where the namespace will begin.
 */
bool dax_plan_is_predictable(const struct dax_plan *plan, size_t target);

/* Whether there is anything in the plan that outlives a reboot. */
bool dax_plan_is_lasting(const struct dax_plan *plan);

/* Appends STEP and applies it to plan->after; fills in what the step needs to know for its way back. */
int dax_plan_add(struct dax_plan *plan, struct dax_step step, struct dax_error *err) DAX_MUST_CHECK;

/* One line that the user should know; lost without memory. */
void dax_plan_note(struct dax_plan *plan, const char *format, ...) DAX_PRINTF(2, 3);

/* Adds a target for a device that exists, or, with NULL, for one to be created in REGION; its index in *TARGET. */
int dax_plan_add_target(struct dax_plan *plan, const struct dax_device *device, size_t region, size_t *target,
			struct dax_error *err) DAX_MUST_CHECK;

/* The target's device as the plan so far leaves it; never NULL for one that is not deleted. */
struct dax_device *dax_plan_device(const struct dax_plan *plan, size_t target);

/* What a refusal for want of space does well to add: that some of the region is lost. */
void dax_plan_hint_lost(const struct dax_region *region, struct dax_error *err);

/* Whether the machine can have ALIGN at all. */
int dax_plan_check_align(const struct dax_plan *plan, uint64_t align, struct dax_error *err) DAX_MUST_CHECK;

/* SIZE must be made of whole units; the error names the nearest that are. */
int dax_plan_check_size(uint64_t size, uint64_t align, struct dax_error *err) DAX_MUST_CHECK;
