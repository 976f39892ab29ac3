/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The description of each kind of step, and its undo as other steps. Pure. */
#pragma once

#include "plan/plan.h"

/* A list of steps under construction. */
struct dax_steps {
	struct dax_step *items; /* owned */
	size_t n;
};

#define _cleanup_steps_ _cleanup_(dax_steps_release)

void dax_steps_release(struct dax_steps *steps);

/* Adds a copy of STEP, including its ranges. -ENOMEM. */
int dax_steps_add(struct dax_steps *steps, const struct dax_step *step) DAX_MUST_CHECK;

/* Texts: the caller frees them; NULL without memory. */
char *dax_describe_create(const struct dax_step *step, const char *name);
char *dax_describe_delete(const struct dax_step *step, const char *name);
char *dax_describe_set_align(const struct dax_step *step, const char *name);
char *dax_describe_set_size(const struct dax_step *step, const char *name);
char *dax_describe_add_mapping(const struct dax_step *step, const char *name);
char *dax_describe_load_driver(const struct dax_step *step, const char *name);
char *dax_describe_bind(const struct dax_step *step, const char *name);
char *dax_describe_unbind(const struct dax_step *step, const char *name);
char *dax_describe_online(const struct dax_step *step, const char *name);
char *dax_describe_offline(const struct dax_step *step, const char *name);
char *dax_describe_set_policy(const struct dax_step *step, const char *name);
char *dax_describe_set_autoprobe(const struct dax_step *step, const char *name);
char *dax_describe_set_memmap(const struct dax_step *step, const char *name);

/* The undo: 0 or -ENOMEM. */
int dax_undo_create(const struct dax_step *step, struct dax_steps *inverse) DAX_MUST_CHECK;
int dax_undo_delete(const struct dax_step *step, struct dax_steps *inverse) DAX_MUST_CHECK;
int dax_undo_set_size(const struct dax_step *step, struct dax_steps *inverse) DAX_MUST_CHECK;
int dax_undo_add_mapping(const struct dax_step *step, struct dax_steps *inverse) DAX_MUST_CHECK;
int dax_undo_load_driver(const struct dax_step *step, struct dax_steps *inverse) DAX_MUST_CHECK;
int dax_undo_bind(const struct dax_step *step, struct dax_steps *inverse) DAX_MUST_CHECK;
int dax_undo_unbind(const struct dax_step *step, struct dax_steps *inverse) DAX_MUST_CHECK;
int dax_undo_online(const struct dax_step *step, struct dax_steps *inverse) DAX_MUST_CHECK;
int dax_undo_offline(const struct dax_step *step, struct dax_steps *inverse) DAX_MUST_CHECK;
/* For steps with a value: from the new value to the old one. */
int dax_undo_swap(const struct dax_step *step, struct dax_steps *inverse) DAX_MUST_CHECK;
