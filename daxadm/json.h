/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The JSON objects for devices and regions: a contract with scripts, all of it in this file. Keys,
 * their order and their types do not change; new keys go behind the old ones. schema/ says the same.
 */
#pragma once

#include "json-build.h"
#include "state/holders.h"
#include "state/p2pmem.h"
#include "state/topology.h"

/* All return NULL when there is no memory. SHOW: enum json_show. */
struct json_object *json_device(const struct dax_topology *topology, const struct dax_device *device,
				unsigned show) DAX_MUST_CHECK;
/* The processes that hold a device; none for NULL. */
struct json_object *json_holders(const struct dax_held *held) DAX_MUST_CHECK;
/* DEVICES is put in when it is not empty, and taken over; it may be NULL. */
struct json_object *json_region(const struct dax_topology *topology, const struct dax_region *region,
				struct json_object *devices, unsigned show) DAX_MUST_CHECK;
/* An nd region with its NAMESPACES, likewise. */
struct json_object *json_p2pmem(const struct dax_p2pmem_list *list, unsigned show) DAX_MUST_CHECK;
