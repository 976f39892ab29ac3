/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The free space of an nd region, and where namespaces could lie. Pure. */
#pragma once

#include "plan/space.h"

/* How much of its region a namespace takes: all units that it touches. */
uint64_t dax_space_of_namespace(const struct dax_region *region, const struct dax_namespace *namespace);

/* Where the kernel would put a namespace of SIZE bytes that is new in an nd region; 0 where that is not known. */
uint64_t dax_space_place_namespace(const struct dax_topology *topology, size_t region, uint64_t size);

/*
 * How many bytes are free right in front of a namespace, and right behind it: it can grow by all of one of
 * them, and no further. False where it is not known.
 */
bool dax_space_around_namespace(const struct dax_topology *topology, const struct dax_namespace *namespace,
				uint64_t *front, uint64_t *behind) DAX_MUST_CHECK;

/* The largest free piece of an nd region; false where that is not known. */
bool dax_space_largest_namespace(const struct dax_topology *topology, size_t region, uint64_t *largest) DAX_MUST_CHECK;
