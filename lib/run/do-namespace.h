/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The steps for namespaces of persistent memory. */
#pragma once

#include "run/doer.h"

int dax_do_namespace(struct dax_doer *doer, const struct dax_step *step, struct dax_error *err) DAX_MUST_CHECK;
int dax_do_enable_namespace(struct dax_doer *doer, const struct dax_step *step, struct dax_error *err) DAX_MUST_CHECK;
