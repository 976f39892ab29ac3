/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Whether a failed step for a namespace has left the namespace unchanged. */
#pragma once

#include "run/doer.h"

/* After a step has failed: whether the state is that before the step. */
bool dax_unchanged_namespace(struct dax_doer *doer, const struct dax_step *step);
bool dax_unchanged_enabled(struct dax_doer *doer, const struct dax_step *step);
