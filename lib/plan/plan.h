/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Decides: from the current state and a request to an ordered list of steps, or to an error. Pure: no system
 * calls. Each step is applied to a model of the machine when it is added, so a plan that breaks a rule of the
 * kernel cannot be built.
 */
#pragma once

#include "plan/request.h"
#include "state/topology.h"

enum dax_step_kind {
	DAX_STEP_CREATE,      /* creates a device of size zero */
	DAX_STEP_DELETE,      /* deletes an unbound device of size zero */
	DAX_STEP_SET_ALIGN,
	DAX_STEP_SET_SIZE,    /* the kernel chooses the ranges: first fit to grow, from the tail to shrink */
	DAX_STEP_ADD_MAPPING, /* adds one explicit range */
	DAX_STEP_LOAD_DRIVER, /* loads the module if the driver is not on the bus */
	DAX_STEP_BIND,
	DAX_STEP_UNBIND,
	DAX_STEP_ONLINE,      /* brings memory blocks online, each in its zone */
	DAX_STEP_OFFLINE,     /* takes memory blocks offline */
	DAX_STEP_SET_POLICY,  /* the policy for new memory blocks, for the whole machine */
	DAX_STEP_SET_MEMMAP,  /* whether the memory map of the blocks is stored in the blocks themselves */
	DAX_STEP_SET_AUTOPROBE, /* whether a new driver binds the devices that it matches, for the whole
				 * bus */
	DAX_STEP_CREATE_NAMESPACE,  /* persistent memory, configured and with its device, if it has one */
	DAX_STEP_DESTROY_NAMESPACE,
	DAX_STEP_SET_NAMESPACE,     /* another size, alignment, map or mode: configures the namespace again */
	DAX_STEP_ENABLE_NAMESPACE,  /* a disabled namespace: the kernel reads its configuration only now */
	DAX_STEP_DISABLE_NAMESPACE,
	DAX_N_STEP_KINDS
};

/* One memory block and its states before and after. */
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
	uint64_t from, to;         /* the value before and after; of what, see above */
	struct dax_range range;    /* ADD_MAPPING */
	const char *driver;        /* LOAD_DRIVER, BIND, UNBIND: a constant */
	struct dax_range *ranges;  /* SET_SIZE: the ranges before it, for the undo; owned */
	size_t n_ranges;
	bool ranges_known;
	struct dax_range *became;  /* SET_SIZE that grows: the ranges after it; owned; none if they are not
				    * known */
	size_t n_became;
	struct dax_shape was, becomes; /* *_NAMESPACE: the namespace that contains the device */
	bool final;                /* data that it overwrites or gives up cannot be restored */
	struct dax_block_change *blocks; /* ONLINE, OFFLINE; BIND to kmem: all blocks, with their state
					  * after it; sorted; owned */
	size_t n_blocks;
};

/* Whether a step is about a target, not about the whole machine. */
static inline bool dax_step_has_target(const struct dax_step *step)
{
	return step->kind != DAX_STEP_LOAD_DRIVER && step->kind != DAX_STEP_SET_POLICY &&
	       step->kind != DAX_STEP_SET_AUTOPROBE;
}

static inline bool dax_step_has_namespace(const struct dax_step *step)
{
	return step->kind >= DAX_STEP_CREATE_NAMESPACE && step->kind <= DAX_STEP_DISABLE_NAMESPACE;
}

/* A device of the plan. Steps refer to it by its index, because the name of a new device is not certain. */
struct dax_target {
	char name[DAX_NAME_MAX]; /* for a new device: the name that the model predicts */
	size_t region;           /* index into the topology's regions */
	char driver[DAX_NAME_MAX]; /* before the plan */
	char label_uuid[DAX_UUID_TEXT]; /* persistent memory: identifies it if numbers change; "": no label */
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
	unsigned n_uuids;          /* number of uuids of the current request that are used already */
	struct dax_topology after; /* the model: the state after all steps */
	char **notes;              /* notes for the user: one line each */
	size_t n_notes;
};

#define DAX_PLAN_INIT { 0 }
#define _cleanup_plan_ _cleanup_(dax_plan_release)

/*
 * Plans all requests together: each request sees the effects of the previous ones. -errno with a sentence
 * that gives the reason and, if possible, an alternative.
 */
void dax_plan_release(struct dax_plan *plan);

/*
 * Whether the final state of the target can be predicted. This is not possible for a disabled namespace,
 * which the kernel does not describe, or for an alignment that is coarser than the known place of the
 * namespace.
 */
bool dax_plan_is_predictable(const struct dax_plan *plan, size_t target);

/* Whether the plan contains something that survives a reboot. */
bool dax_plan_is_lasting(const struct dax_plan *plan);

/* Appends STEP and applies it to plan->after; stores what the undo of the step needs. */
int dax_plan_add(struct dax_plan *plan, struct dax_step step, struct dax_error *err) DAX_MUST_CHECK;

/* Adds a note for the user; it is lost without memory. */
void dax_plan_note(struct dax_plan *plan, const char *format, ...) DAX_PRINTF(2, 3);

/*
 * Adds a target for an existing device or, with NULL, for a device to be created in REGION; its index in
 * *TARGET.
 */
int dax_plan_add_target(struct dax_plan *plan, const struct dax_device *device, size_t region, size_t *target,
			struct dax_error *err) DAX_MUST_CHECK;

/* The device of the target after the steps so far; never NULL unless it is deleted. */
struct dax_device *dax_plan_device(const struct dax_plan *plan, size_t target);

/* Adds to an error for lack of space that some of the region is lost. */
void dax_plan_hint_lost(const struct dax_region *region, struct dax_error *err);

/* Whether the machine supports ALIGN at all. */
int dax_plan_check_align(const struct dax_plan *plan, uint64_t align, struct dax_error *err) DAX_MUST_CHECK;

/* SIZE must be a multiple of the unit; the error names the nearest sizes that are. */
int dax_plan_check_size(uint64_t size, uint64_t align, struct dax_error *err) DAX_MUST_CHECK;
