/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The output of list: which devices, inside which regions, with which keys. */
#pragma once

#include "state/holders.h"
#include "options.h"
#include "plan/request.h"
#include "state/topology.h"

#include <json-c/json.h>

struct list {
	struct common_options common;
	struct dax_request named; /* only the device names are used; none means all */
	bool devices;
	bool regions;
	bool namespaces;
	bool mappings;
	bool blocks;
	bool holders;
	struct dax_held_list held; /* with holders: the holders of each device */
	bool speed;
	struct dax_sysfs *sysfs; /* with speed */
	bool p2pmem;
	bool idle;
	struct dax_error *err;
};

/* An array; NULL without memory. */
struct json_object *listing(const struct list *list, const struct dax_topology *topology) DAX_MUST_CHECK;
