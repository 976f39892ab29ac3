/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Regions and namespaces found again by what lasts: uuid, cookie, address. */
#pragma once

#include "state/topology.h"

/*
 * The device that a uuid (in lower case) is of, be it disabled. -ENODEV: none; -EEXIST: several, as copies have
 * the uuid of what they were copied from.
 */
int dax_topology_find_uuid(struct dax_sysfs *sysfs, const char *uuid, char name[DAX_NAME_MAX],
			   struct dax_error *err) DAX_MUST_CHECK;

/*
 * What the device of a namespace is called by now: the kernel numbers namespaces, and regions, anew at
 * each boot. It is known by the uuid in its label, of a region with the same cookie; or, with "", as the one
 * namespace of its region without labels. WAS: the nd region as it was. NAME is "" when there is none,
 * or more than one.
 */
int dax_topology_find_again(struct dax_sysfs *sysfs, const struct dax_region *was, const char *label_uuid,
			    char name[DAX_NAME_MAX], struct dax_error *err) DAX_MUST_CHECK;

/* The number that an nd region has now; -1 when it is not there. */
int dax_topology_find_region(struct dax_sysfs *sysfs, const struct dax_region *was, int *id,
			     struct dax_error *err) DAX_MUST_CHECK;
