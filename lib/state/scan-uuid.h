/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Finds regions and namespaces by what does not change: uuid, cookie, address. */
#pragma once

#include "state/topology.h"

/*
 * The device with a uuid (in lower case), even if it is disabled. -ENODEV: none; -EEXIST: several, because a
 * copy has the uuid of its original.
 */
int dax_topology_find_uuid(struct dax_sysfs *sysfs, const char *uuid, char name[DAX_NAME_MAX],
			   struct dax_error *err) DAX_MUST_CHECK;

/*
 * The current name of the device of a namespace: the kernel numbers namespaces and regions again at each
 * boot. It is identified by the uuid in its label and the cookie of its region; if the uuid is "", it is the
 * only namespace of its region without labels. WAS: the nd region as it was. NAME is "" if there is none, or
 * more than one.
 */
int dax_topology_find_again(struct dax_sysfs *sysfs, const struct dax_region *was, const char *label_uuid,
			    char name[DAX_NAME_MAX], struct dax_error *err) DAX_MUST_CHECK;

/* The current number of an nd region; -1 if it does not exist. */
int dax_topology_find_region(struct dax_sysfs *sysfs, const struct dax_region *was, int *id,
			     struct dax_error *err) DAX_MUST_CHECK;
