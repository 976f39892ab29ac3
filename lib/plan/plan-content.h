/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a namespace holds, and what of it a plan loses. */
#pragma once

#include "plan/plan.h"

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
void dax_plan_note_loss(struct dax_plan *plan, size_t target);

/* A target of a namespace that holds no device now. */
int dax_plan_add_namespace_target(struct dax_plan *plan, const struct dax_namespace *namespace, size_t *target,
				  struct dax_error *err) DAX_MUST_CHECK;

/* The command that enables NAMESPACE, whatever that turns out to hold. A constant. */
const char *dax_plan_enabling_command(const struct dax_namespace *namespace);
