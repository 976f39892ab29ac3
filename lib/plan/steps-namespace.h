/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What steps about namespaces say of themselves, and how they are taken back. Pure. */
#pragma once

#include "plan/steps.h"

/* Texts: the caller frees them; NULL without memory. */
char *dax_describe_namespace(const struct dax_step *step, const char *name);

/* The way back: 0 or -ENOMEM. */
int dax_undo_namespace(const struct dax_step *step, struct dax_steps *inverse) DAX_MUST_CHECK;
