/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* udevd: its rules, and what its directory shows about it. */
#pragma once

#include "base/base.h"

/* Whether it runs on this machine. */
bool dax_udev_is_there(void);

/* Waits until it has handled the events that it has received, with a limit. */
void dax_udev_settle(void);

/* Calls EACH with the whole text of each file of rules that is in effect. */
void dax_udev_read_rules(void (*each)(const char *path, const char *text, void *data), void *data);
