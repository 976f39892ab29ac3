/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Steps that bind memory to kmem, bring it online and take it offline. */
#pragma once

#include "plan/plan.h"

/* As above for the driver that REQUEST names, kmem included: what then becomes of the memory is in REQUEST, too. */
int dax_plan_bind_mode(struct dax_plan *plan, size_t target, const struct dax_request *request,
		       struct dax_error *err) DAX_MUST_CHECK;

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
 * The device is bound to kmem again; memory that was online before it was reshaped is online then, in
 * its zone.
 */
int dax_plan_bind_memory_again(struct dax_plan *plan, size_t target, const struct dax_memory *before,
			       struct dax_error *err) DAX_MUST_CHECK;

/* Sets memmap_on_memory of an unbound target, where the request asks for it. */
int dax_plan_memmap(struct dax_plan *plan, size_t target, const struct dax_request *request,
		    struct dax_error *err) DAX_MUST_CHECK;

/* Unbinds the target, if it is bound; refuses when the machine could be hurt. */
int dax_plan_unbind(struct dax_plan *plan, size_t target, struct dax_error *err) DAX_MUST_CHECK;
