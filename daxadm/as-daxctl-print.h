/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Devices and regions in daxctl's shape: its keys and no others. */
#pragma once

#include "base/error.h"
#include "state/topology.h"

#include <json-c/json.h>

struct json_object *daxctl_device(const struct dax_topology *topology, const struct dax_device *device,
				  bool mappings, bool human) DAX_MUST_CHECK;

/* DEVICES, which may be NULL, is taken over. */
struct json_object *daxctl_region(const struct dax_topology *topology, const struct dax_region *region,
				  struct json_object *devices, bool human) DAX_MUST_CHECK;

/* To stdout: nothing for an empty array; for people one element alone. */
int daxctl_print(struct json_object *array, bool human, struct dax_error *err) DAX_MUST_CHECK;
