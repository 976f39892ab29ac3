/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "namespace.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

const char *dax_namespace_mode_name(enum dax_namespace_mode mode)
{
	static const char *const names[] = {
		[DAX_NAMESPACE_RAW] = "raw",
		[DAX_NAMESPACE_FSDAX] = "fsdax",
		[DAX_NAMESPACE_DEVDAX] = "devdax",
		[DAX_NAMESPACE_SECTOR] = "sector",
	};

	return names[mode];
}

const char *dax_map_name(enum dax_map map)
{
	return map == DAX_MAP_DEV ? "dev" : map == DAX_MAP_MEM ? "mem" : NULL;
}

int dax_parse_namespace_name(const char *text, int *region_id, int *id)
{
	static const char prefix[] = "namespace";
	char device[DAX_NAME_MAX];

	if (strncmp(text, prefix, strlen(prefix)) != 0 || strlen(text) >= sizeof(device))
		return -EINVAL;
	snprintf(device, sizeof(device), "dax%s", text + strlen(prefix));
	return dax_parse_exact_name(device, region_id, id);
}
