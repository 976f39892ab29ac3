/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a journal says of the machine before the plan. */
#pragma once

#include "run/journal-words.h"

/* What was before; -ENOMEM. */
int dax_take_before(struct dax_reader *reader, struct dax_topology *before) DAX_MUST_CHECK;
