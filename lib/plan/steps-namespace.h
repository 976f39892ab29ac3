/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Descriptions of the steps about namespaces, and their undo. Pure. */
#pragma once

#include "plan/steps.h"

/* Texts: the caller frees them; NULL without memory. */
char *dax_describe_namespace(const struct dax_step *step, const char *name);

/* The undo: 0 or -ENOMEM. */
int dax_undo_namespace(const struct dax_step *step, struct dax_steps *inverse) DAX_MUST_CHECK;
