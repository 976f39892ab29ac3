/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The state of the machine before the plan, in a journal. */
#pragma once

#include "run/journal-words.h"

/* The state before; -ENOMEM. */
int dax_take_before(struct dax_reader *reader, struct dax_topology *before) DAX_MUST_CHECK;
