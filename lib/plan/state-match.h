/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Whether a device looks as a plan can have left it. Pure. */
#pragma once

#include "plan/states.h"

/*
 * Whether DEVICE, which is NULL for one that is not there, looks like STATE. LENT: bits of the drivers that can
 * have it for a moment (dax_driver_bit), though the plan does not bind it to them. Otherwise ERR says what differs,
 * and *CLOSENESS grows with what does not.
 */
bool dax_state_is(const struct dax_state *state, const char *name, const struct dax_device *device, unsigned lent,
		  unsigned *closeness, struct dax_error *err);
