/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The daemon udev: its rules, and what its folder shows of it. */
#pragma once

#include "base/base.h"

/* Whether it is at work on this machine. */
bool dax_udev_is_there(void);

/* Waits until it has handled the events that it has received, but not for ever. */
void dax_udev_settle(void);

/* Calls EACH for each file of rules that counts, with its whole text. */
void dax_udev_read_rules(void (*each)(const char *path, const char *text, void *data), void *data);
