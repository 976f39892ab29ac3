/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The model of namespaces. Pure. */
#pragma once

#include "plan/model.h"

/* Internal: a step about a namespace. Its device appears and disappears with it, without a driver. */
int dax_model_namespace(struct dax_topology *topology, const struct dax_target *target, const struct dax_step *step,
			struct dax_error *err) DAX_MUST_CHECK;
