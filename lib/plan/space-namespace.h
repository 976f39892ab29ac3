/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The free space of an nd region, and possible places for namespaces. Pure. */
#pragma once

#include "plan/space.h"

/* How much of its region a namespace occupies: all units that it touches. */
uint64_t dax_space_of_namespace(const struct dax_region *region, const struct dax_namespace *namespace);

/* Where the kernel would place a new namespace of SIZE bytes in an nd region; 0 if it is not known. */
uint64_t dax_space_place_namespace(const struct dax_topology *topology, size_t region, uint64_t size);

/*
 * How many bytes are free directly before a namespace, and directly after it: it can grow into one of them
 * only. False if it is not known.
 */
bool dax_space_around_namespace(const struct dax_topology *topology, const struct dax_namespace *namespace,
				uint64_t *front, uint64_t *behind) DAX_MUST_CHECK;

/* The largest free piece of an nd region; false if it is not known. */
bool dax_space_largest_namespace(const struct dax_topology *topology, size_t region, uint64_t *largest) DAX_MUST_CHECK;
