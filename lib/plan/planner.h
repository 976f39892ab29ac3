/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the planners of the verbs share. */
#pragma once

#include "plan/model.h"
#include "plan/space.h"
#include "plan/steps.h"

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

/* Unbinds the target, if it is bound; refuses when the machine could be hurt. */
int dax_plan_unbind(struct dax_plan *plan, size_t target, struct dax_error *err) DAX_MUST_CHECK;

/* Binds the target to DRIVER, which is not kmem, loading that first if need be; refuses what would not work. */
int dax_plan_bind(struct dax_plan *plan, size_t target, const char *driver, struct dax_error *err) DAX_MUST_CHECK;

/* As above for the driver that REQUEST names, kmem included: what then becomes of the memory is in REQUEST, too. */
int dax_plan_bind_mode(struct dax_plan *plan, size_t target, const struct dax_request *request,
		       struct dax_error *err) DAX_MUST_CHECK;

/* The steps that bring a driver to the bus and bind the target to it, with no guard. */
int dax_plan_add_bind(struct dax_plan *plan, size_t target, const char *driver, struct dax_error *err) DAX_MUST_CHECK;

/* Unbinds the target from kmem, in a way that can be taken back with all its memory offline. */
int dax_plan_unbind_kmem(struct dax_plan *plan, size_t target, struct dax_error *err) DAX_MUST_CHECK;

/* Whether a target that is bound to kmem has none of the memory that it could have. */
int dax_plan_is_unplugged(const struct dax_plan *plan, size_t target, bool *unplugged,
			  struct dax_error *err) DAX_MUST_CHECK;

/* All memory blocks of the target online, in the zone that REQUEST wants, or all offline; those that are need no step. */
int dax_plan_online(struct dax_plan *plan, size_t target, const struct dax_request *request,
		    struct dax_error *err) DAX_MUST_CHECK;
int dax_plan_offline(struct dax_plan *plan, size_t target, struct dax_error *err) DAX_MUST_CHECK;

/*
 * Brings the steps from FIRST on, which are those of one request, into the order that costs least when
 * they are about the memory of several devices. Each device's own steps keep their order.
 */
int dax_plan_arrange(struct dax_plan *plan, size_t first, struct dax_error *err) DAX_MUST_CHECK;

/* What can fail before what cannot be brought back, in the whole plan. Each device's own steps keep their order. */
int dax_plan_put_final_last(struct dax_plan *plan, struct dax_error *err) DAX_MUST_CHECK;

/*
 * The device is bound to kmem again; memory that was online before it was reshaped is online then, in
 * its zone.
 */
int dax_plan_bind_memory_again(struct dax_plan *plan, size_t target, const struct dax_memory *before,
			       struct dax_error *err) DAX_MUST_CHECK;

/* Sets memmap_on_memory of an unbound target, where the request asks for it. */
int dax_plan_memmap(struct dax_plan *plan, size_t target, const struct dax_request *request,
		    struct dax_error *err) DAX_MUST_CHECK;

/*
 * Sets size and alignment of an unbound target, in whatever order and ranges it takes. DRIVER is what it
 * will be bound to ("" for none): for kmem, it has to be known where the ranges lie.
 */
int dax_plan_geometry(struct dax_plan *plan, size_t target, uint64_t size, uint64_t align, const char *driver,
		      unsigned risks, struct dax_error *err) DAX_MUST_CHECK;

/*
 * The ranges that a new device of SIZE gets as system memory: where the kernel would put it, unless more whole memory
 * blocks of BLOCK bytes are possible elsewhere. -ENOSPC, -ENOMEM. The region is the same afterwards.
 */
int dax_plan_place_memory(struct dax_region *region, uint64_t size, uint64_t align, uint64_t block,
			  struct dax_ranges *ranges) DAX_MUST_CHECK;

/*
 * The ranges that DEVICE, which keeps what it has, gets in addition to have SIZE, so that as many whole memory blocks
 * as possible lie in all of them: first what completes the block in which it ends. -ENOSPC, -ENOMEM.
 */
int dax_plan_grow_memory(struct dax_region *region, const struct dax_device *device, uint64_t size, uint64_t align,
			 uint64_t block, struct dax_ranges *added) DAX_MUST_CHECK;

/* Gives an unbound target of size zero exactly these ranges. */
int dax_plan_ranges(struct dax_plan *plan, size_t target, const struct dax_range *ranges, size_t n,
		    struct dax_error *err) DAX_MUST_CHECK;

/* Whether the machine can have ALIGN at all. */
int dax_plan_check_align(const struct dax_plan *plan, uint64_t align, struct dax_error *err) DAX_MUST_CHECK;

/* SIZE must be made of whole units; the error names the nearest that are. */
int dax_plan_check_size(uint64_t size, uint64_t align, struct dax_error *err) DAX_MUST_CHECK;

/* New devices of persistent memory, each of a namespace of its own; REGION is the index of an nd region. */
int dax_plan_create_namespaces(struct dax_plan *plan, size_t region, const struct dax_request *request,
			       struct dax_error *err) DAX_MUST_CHECK;

/* A namespace and its device, if it holds one: what REQUEST, of the verb destroy or reconfigure, wants of it. */
int dax_plan_destroy_namespace(struct dax_plan *plan, size_t target, const struct dax_request *request,
			       struct dax_error *err) DAX_MUST_CHECK;
int dax_plan_set_namespace(struct dax_plan *plan, size_t target, const struct dax_request *request,
			   struct dax_error *err) DAX_MUST_CHECK;

/* Size and alignment of the device itself, memmap_on_memory and its driver, as far as REQUEST says. */
int dax_plan_device_as_wanted(struct dax_plan *plan, size_t target, const struct dax_request *request,
			      struct dax_error *err) DAX_MUST_CHECK;

/* The device without a driver, and its namespace, if it is of one, disabled. */
int dax_plan_disable(struct dax_plan *plan, size_t target, struct dax_error *err) DAX_MUST_CHECK;

/* Whether REQUEST, which is about all devices, is about those of REGION. */
bool dax_plan_is_in_region(const struct dax_region *region, const struct dax_request *request);

/* All devices that are not there since their namespaces are disabled. */
int dax_plan_enable_disabled(struct dax_plan *plan, const struct dax_request *request,
			     struct dax_error *err) DAX_MUST_CHECK;

/* Of a device of a namespace: what that has to be set up again for is done so; else it is about the driver only. */
int dax_plan_persistent(struct dax_plan *plan, size_t target, const struct dax_request *request,
			struct dax_error *err) DAX_MUST_CHECK;

/* The SIZE of each of COUNT new namespaces in REGION, at the most all that is free in one piece. -ENOSPC. */
int dax_plan_new_size(struct dax_plan *plan, const struct dax_region *region, const struct dax_request *request,
		      unsigned count, uint64_t *size, struct dax_error *err) DAX_MUST_CHECK;

/* The size that NAMESPACE is to have by REQUEST, which has one; whether there is room for it the model knows. */
uint64_t dax_plan_other_size(struct dax_plan *plan, const struct dax_namespace *namespace,
			     const struct dax_request *request);

/* A name that is of no device: its namespace can be enabled, told to hold one, or go. */
int dax_plan_without_device(struct dax_plan *plan, const char *name, const struct dax_request *request,
			    struct dax_error *err) DAX_MUST_CHECK;

#define DAX_NAMESPACE_TEXT (3 * DAX_NAME_MAX + 128 + DAX_USE_TEXT)

/* "namespace0.1, 512 MiB, uuid 6d2e..., holds ext4, mounted on /mnt" */
void dax_plan_describe_namespace(const struct dax_namespace *namespace, char *text, size_t room);

/*
 * Refuses what would lose what a namespace holds, unless that risk is taken; and, under any word, what
 * would take it from under what uses it.
 */
int dax_plan_check_content(const struct dax_namespace *namespace, const struct dax_request *request,
			   struct dax_error *err) DAX_MUST_CHECK;

/*
 * Notes what a step that is final loses of the target, as it is before that; nothing where it is of no
 * namespace.
 */
/* What is not sure of a finished plan. */
void dax_plan_note_risks(struct dax_plan *plan);

void dax_plan_note_loss(struct dax_plan *plan, size_t target);

/* A target of a namespace that holds no device now. */
int dax_plan_add_namespace_target(struct dax_plan *plan, const struct dax_namespace *namespace, size_t *target,
				  struct dax_error *err) DAX_MUST_CHECK;

int dax_plan_create(struct dax_plan *plan, const struct dax_request *request, struct dax_error *err) DAX_MUST_CHECK;
int dax_plan_change(struct dax_plan *plan, const struct dax_request *request, struct dax_error *err) DAX_MUST_CHECK;
