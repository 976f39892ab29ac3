/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The JSON objects of namespaces and nd regions. */
#pragma once

#include "json.h"

/* A namespace of persistent memory, with ndctl's keys first. */
struct json_object *json_namespace(const struct dax_topology *topology, const struct dax_namespace *namespace,
				   unsigned show) DAX_MUST_CHECK;

/* A device that does not exist because its namespace is disabled with it: its known properties. */
struct json_object *json_disabled_device(const struct dax_topology *topology, const struct dax_namespace *namespace,
					 unsigned show) DAX_MUST_CHECK;

/*
 * Whether it is a disabled device, as far as it is known: not every disabled namespace shows what it
 * contains.
 */
bool json_may_be_disabled_device(const struct dax_namespace *namespace);

/*
 * The next namespace, from *AT on, that is wanted and whose device would come before DEVICE (NULL: before the
 * end).
 */
const struct dax_namespace *json_next(const struct dax_topology *topology, size_t *at,
				      const struct dax_device *device,
				      bool (*is_wanted)(const struct dax_namespace *namespace));

/* The keys that a namespace adds to its device. */
void json_put_namespace(struct json_builder *builder, const struct dax_namespace *namespace, unsigned show);

/* The keys that only an nd region has. */
void json_put_nd(struct json_builder *builder, const struct dax_region *region);

/* An nd region with its NAMESPACES, likewise. */
struct json_object *json_nd_region(const struct dax_region *region, struct json_object *namespaces,
				   unsigned show) DAX_MUST_CHECK;
