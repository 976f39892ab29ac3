/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The steps that create, change and delete a device. */
#pragma once

#include "run/doer.h"

/*
 * Finds the device that STEP, of kind create, has created, if its name was never noted: the device that is
 * new, empty and without a driver. -EAGAIN if there are several; its name stays empty if there is none.
 */
int dax_doer_find_unnamed(struct dax_doer *doer, const struct dax_step *step, struct dax_error *err) DAX_MUST_CHECK;

int dax_do_create(struct dax_doer *doer, const struct dax_step *step, struct dax_error *err) DAX_MUST_CHECK;
int dax_do_delete(struct dax_doer *doer, const struct dax_step *step, struct dax_error *err) DAX_MUST_CHECK;
int dax_do_set_align(struct dax_doer *doer, const struct dax_step *step, struct dax_error *err) DAX_MUST_CHECK;
int dax_do_set_size(struct dax_doer *doer, const struct dax_step *step, struct dax_error *err) DAX_MUST_CHECK;
int dax_do_add_mapping(struct dax_doer *doer, const struct dax_step *step, struct dax_error *err) DAX_MUST_CHECK;

int dax_do_set_memmap(struct dax_doer *doer, const struct dax_step *step, struct dax_error *err) DAX_MUST_CHECK;

/* For steps for which the success of the kernel cannot be trusted: whether the step has had its effect. */
int dax_verify_add_mapping(struct dax_doer *doer, const struct dax_step *step, struct dax_error *err) DAX_MUST_CHECK;

/* After a step has failed: whether the state is that before the step. */
bool dax_unchanged_create(struct dax_doer *doer, const struct dax_step *step);
bool dax_unchanged_delete(struct dax_doer *doer, const struct dax_step *step);
bool dax_unchanged_align(struct dax_doer *doer, const struct dax_step *step);
bool dax_unchanged_size(struct dax_doer *doer, const struct dax_step *step);
bool dax_unchanged_mapping(struct dax_doer *doer, const struct dax_step *step);
bool dax_unchanged_always(struct dax_doer *doer, const struct dax_step *step);
bool dax_unchanged_never(struct dax_doer *doer, const struct dax_step *step);
bool dax_unchanged_memmap(struct dax_doer *doer, const struct dax_step *step);
