/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Arguments that name devices: names, uuids, and paths of device nodes. */
#pragma once

#include "door/sysfs.h"
#include "plan/request.h"

/*
 * As dax_request_add_device; a link, or another path, is accepted only if it leads to /dev/daxX.Y and this is
 * the node of the device.
 */
int named_add(struct dax_request *request, const char *word, struct dax_error *err) DAX_MUST_CHECK;

/* Replaces uuids by the names of their devices; errors are those of dax_topology_find_uuid. */
int named_look_up(struct dax_request *request, struct dax_sysfs *sysfs, struct dax_error *err) DAX_MUST_CHECK;
