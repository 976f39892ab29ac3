/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Whether a step about a namespace that failed has left it as it was. */
#pragma once

#include "run/doer.h"

/* After a step has failed: is all as it was before it? */
bool dax_unchanged_namespace(struct dax_doer *doer, const struct dax_step *step);
bool dax_unchanged_enabled(struct dax_doer *doer, const struct dax_step *step);
