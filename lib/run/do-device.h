/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The steps that make, shape and remove a device. */
#pragma once

#include "run/doer.h"

/*
 * Finds the device that STEP, of kind create, has made, when its name was never noted: the one that is new,
 * empty and without a driver. -EAGAIN for more than one; its name stays empty for none.
 */
int dax_doer_find_unnamed(struct dax_doer *doer, const struct dax_step *step, struct dax_error *err) DAX_MUST_CHECK;

int dax_do_create(struct dax_doer *doer, const struct dax_step *step, struct dax_error *err) DAX_MUST_CHECK;
int dax_do_delete(struct dax_doer *doer, const struct dax_step *step, struct dax_error *err) DAX_MUST_CHECK;
int dax_do_set_align(struct dax_doer *doer, const struct dax_step *step, struct dax_error *err) DAX_MUST_CHECK;
int dax_do_set_size(struct dax_doer *doer, const struct dax_step *step, struct dax_error *err) DAX_MUST_CHECK;
int dax_do_add_mapping(struct dax_doer *doer, const struct dax_step *step, struct dax_error *err) DAX_MUST_CHECK;

int dax_do_set_memmap(struct dax_doer *doer, const struct dax_step *step, struct dax_error *err) DAX_MUST_CHECK;

/* Where the kernel's success is not to be trusted: did the step really do what it says? */
int dax_verify_add_mapping(struct dax_doer *doer, const struct dax_step *step, struct dax_error *err) DAX_MUST_CHECK;

/* After a step has failed: is all as it was before it? */
bool dax_unchanged_create(struct dax_doer *doer, const struct dax_step *step);
bool dax_unchanged_delete(struct dax_doer *doer, const struct dax_step *step);
bool dax_unchanged_align(struct dax_doer *doer, const struct dax_step *step);
bool dax_unchanged_size(struct dax_doer *doer, const struct dax_step *step);
bool dax_unchanged_mapping(struct dax_doer *doer, const struct dax_step *step);
bool dax_unchanged_always(struct dax_doer *doer, const struct dax_step *step);
bool dax_unchanged_never(struct dax_doer *doer, const struct dax_step *step);
bool dax_unchanged_memmap(struct dax_doer *doer, const struct dax_step *step);
