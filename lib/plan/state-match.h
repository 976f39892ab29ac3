/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Whether a device looks as a plan can have left it. Pure. */
#pragma once

#include "plan/states.h"

/*
 * Whether DEVICE, which is NULL if it does not exist, is in STATE. LENT: bits of drivers to which it can be
 * bound temporarily (dax_driver_bit), although the plan does not do so. If it is not, ERR names the
 * difference, and *CLOSENESS increases with the number of equal properties.
 */
bool dax_state_is(const struct dax_state *state, const char *name, const struct dax_device *device, unsigned lent,
		  unsigned *closeness, struct dax_error *err);
