/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The model of namespaces. Pure. */
#pragma once

#include "plan/model.h"

/* Inside: a step about a namespace; its device comes and goes with it, and has no driver. */
int dax_model_namespace(struct dax_topology *topology, const struct dax_target *target, const struct dax_step *step,
			struct dax_error *err) DAX_MUST_CHECK;
