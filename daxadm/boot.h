/* SPDX-License-Identifier: GPL-2.0-or-later */
/* apply --boot: each region by itself. */
#pragma once

#include "commands.h"

int boot_run(const struct command *command, int argc, char **argv, struct dax_error *err) DAX_MUST_CHECK;
