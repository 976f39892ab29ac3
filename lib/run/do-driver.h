/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The steps that bind a device to a driver, and unbind it. */
#pragma once

#include "run/doer.h"

int dax_do_load_driver(struct dax_doer *doer, const struct dax_step *step, struct dax_error *err) DAX_MUST_CHECK;
int dax_do_bind(struct dax_doer *doer, const struct dax_step *step, struct dax_error *err) DAX_MUST_CHECK;
int dax_do_unbind(struct dax_doer *doer, const struct dax_step *step, struct dax_error *err) DAX_MUST_CHECK;

/* For steps for which the success of the kernel cannot be trusted: whether the step has had its effect. */
int dax_verify_unbind(struct dax_doer *doer, const struct dax_step *step, struct dax_error *err) DAX_MUST_CHECK;

/* After a step has failed: whether the state is that before the step. */
bool dax_unchanged_bind(struct dax_doer *doer, const struct dax_step *step);
bool dax_unchanged_unbind(struct dax_doer *doer, const struct dax_step *step);
