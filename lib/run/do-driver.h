/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The steps that bind a device to a driver, and unbind it. */
#pragma once

#include "run/doer.h"

int dax_do_load_driver(struct dax_doer *doer, const struct dax_step *step, struct dax_error *err) DAX_MUST_CHECK;
int dax_do_bind(struct dax_doer *doer, const struct dax_step *step, struct dax_error *err) DAX_MUST_CHECK;
int dax_do_unbind(struct dax_doer *doer, const struct dax_step *step, struct dax_error *err) DAX_MUST_CHECK;

/* Where the kernel's success is not to be trusted: did the step really do what it says? */
int dax_verify_unbind(struct dax_doer *doer, const struct dax_step *step, struct dax_error *err) DAX_MUST_CHECK;

/* After a step has failed: is all as it was before it? */
bool dax_unchanged_bind(struct dax_doer *doer, const struct dax_step *step);
bool dax_unchanged_unbind(struct dax_doer *doer, const struct dax_step *step);
