/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The content of a namespace, and what a plan loses of it. */
#pragma once

#include "plan/plan.h"

#define DAX_NAMESPACE_TEXT (3 * DAX_NAME_MAX + 128 + DAX_USE_TEXT)

/* "namespace0.1, 512 MiB, uuid 6d2e..., holds ext4, mounted on /mnt" */
void dax_plan_describe_namespace(const struct dax_namespace *namespace, char *text, size_t room);

/*
 * Refuses to lose the content of a namespace unless this risk is accepted; refuses under any option if the
 * kernel uses the namespace.
 */
int dax_plan_check_content(const struct dax_namespace *namespace, const struct dax_request *request,
			   struct dax_error *err) DAX_MUST_CHECK;

/*
 * Notes what a final step loses of the target, before that step; nothing if it does not belong to a
 * namespace.
 */
void dax_plan_note_loss(struct dax_plan *plan, size_t target);

/* A target for a namespace that has no device now. */
int dax_plan_add_namespace_target(struct dax_plan *plan, const struct dax_namespace *namespace, size_t *target,
				  struct dax_error *err) DAX_MUST_CHECK;

/* The command that enables NAMESPACE, whatever its mode is. A constant. */
const char *dax_plan_enabling_command(const struct dax_namespace *namespace);
