/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The device node, and its device. */
#pragma once

#include "check/check.h"

/* The device whose node is at PATH, whatever the name of the node; false if it is not one. */
bool dax_device_of_node(struct dax_sysfs *sysfs, const char *path, char name[DAX_NAME_MAX]);
