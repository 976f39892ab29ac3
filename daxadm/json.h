/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The JSON objects for devices and regions: a contract with scripts. Namespaces are in json-namespace.h,
 * layouts in json-layout.h. Keys, their order and their types do not change; new keys are added after the old
 * ones. schema/ describes the same.
 */
#pragma once

#include "json-build.h"
#include "state/holders.h"
#include "state/p2pmem.h"
#include "state/topology.h"

/* All return NULL without memory. SHOW: enum json_show. */
struct json_object *json_device(const struct dax_topology *topology, const struct dax_device *device,
				unsigned show) DAX_MUST_CHECK;
/* The processes that hold a device; an empty array for NULL. */
struct json_object *json_holders(const struct dax_held *held) DAX_MUST_CHECK;
/* DEVICES is added if it is not empty, and its ownership is taken; it may be NULL. */
struct json_object *json_region(const struct dax_topology *topology, const struct dax_region *region,
				struct json_object *devices, unsigned show) DAX_MUST_CHECK;
/* An nd region with its NAMESPACES, likewise. */
struct json_object *json_p2pmem(const struct dax_p2pmem_list *list, unsigned show) DAX_MUST_CHECK;
