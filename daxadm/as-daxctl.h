/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The program under the name daxctl: daxctl's words, shapes and statuses; the work is daxadm's. */
#pragma once

#include "base/base.h"

/* Whether the program was called by that name. */
bool as_daxctl_is_wanted(const char *program);

/* The whole program; returns the exit status. */
int as_daxctl(int argc, char **argv);
