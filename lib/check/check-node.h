/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The device node, and the device behind it. */
#pragma once

#include "check/check.h"

/* The device whose node is at PATH, under whatever name; false when it is none. */
bool dax_device_of_node(struct dax_sysfs *sysfs, const char *path, char name[DAX_NAME_MAX]);
