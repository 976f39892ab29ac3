/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Steps that bind memory to kmem, bring it online and take it offline. */
#pragma once

#include "plan/plan.h"

/* As above for the driver in REQUEST, including kmem: REQUEST also has the state of the memory. */
int dax_plan_bind_mode(struct dax_plan *plan, size_t target, const struct dax_request *request,
		       struct dax_error *err) DAX_MUST_CHECK;

/* Unbinds the target from kmem after taking all its memory offline, so that it can be undone. */
int dax_plan_unbind_kmem(struct dax_plan *plan, size_t target, struct dax_error *err) DAX_MUST_CHECK;

/* Whether a target that is bound to kmem has none of its possible memory. */
int dax_plan_is_unplugged(const struct dax_plan *plan, size_t target, bool *unplugged,
			  struct dax_error *err) DAX_MUST_CHECK;

/*
 * Brings all memory blocks of the target online in the zone in REQUEST, or takes all offline; blocks that are
 * in this state already need no step.
 */
int dax_plan_online(struct dax_plan *plan, size_t target, const struct dax_request *request,
		    struct dax_error *err) DAX_MUST_CHECK;
int dax_plan_offline(struct dax_plan *plan, size_t target, struct dax_error *err) DAX_MUST_CHECK;

/* Binds the device to kmem again; memory that was online before the reshape goes online in its zone. */
int dax_plan_bind_memory_again(struct dax_plan *plan, size_t target, const struct dax_memory *before,
			       struct dax_error *err) DAX_MUST_CHECK;

/* Sets memmap_on_memory of an unbound target if it is requested. */
int dax_plan_memmap(struct dax_plan *plan, size_t target, const struct dax_request *request,
		    struct dax_error *err) DAX_MUST_CHECK;

/* Unbinds the target if it is bound; refuses if this would damage the machine. */
int dax_plan_unbind(struct dax_plan *plan, size_t target, struct dax_error *err) DAX_MUST_CHECK;
