/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a layout says of the nodes of its devices: names, owners, permissions. */
#pragma once

#include "plan/layout.h"

#include <json-c/json.h>

/* From the object of a device at PLACE to DEVICE->node. EACH: the entry may be that of several regions. */
int layout_read_node(struct json_object *object, const char *place, bool each, struct dax_layout_device *device,
		     struct dax_error *err) DAX_MUST_CHECK;

/* No name is given twice. */
int layout_check_names(const struct dax_layout *layout, struct dax_error *err) DAX_MUST_CHECK;
