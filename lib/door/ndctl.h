/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * libndctl writes labels and the configuration of namespaces; libdaxctl knows the device of a namespace. Both
 * are opened only to change a namespace: linked, they would cost every run of every verb more than our own
 * code does.
 */
#pragma once

#include "base/error.h"

#include <daxctl/libdaxctl.h>
#include <ndctl/libndctl.h>

/* The functions of libndctl that are used, without their prefix "ndctl_". */
#define DAX_NDCTL_FUNCTIONS(use)                                                                       \
	use(new) use(unref) use(set_log_priority) use(bus_get_first) use(bus_get_next)                 \
	use(region_get_first) use(region_get_next) use(region_get_id) use(region_get_namespace_seed)   \
	use(region_get_dax_seed) use(region_get_pfn_seed) use(namespace_get_first)                     \
	use(namespace_get_next) use(namespace_get_id) use(namespace_get_devname)                       \
	use(namespace_get_size) use(namespace_get_block_device) use(namespace_disable_safe)            \
	use(namespace_disable) use(namespace_enable) use(namespace_delete)                             \
	use(namespace_get_raw_mode) use(namespace_set_raw_mode) use(namespace_set_enforce_mode)        \
	use(namespace_set_uuid) use(namespace_set_alt_name) use(namespace_set_size)                    \
	use(namespace_set_sector_size) use(dax_set_uuid) use(dax_set_location) use(dax_set_align)      \
	use(dax_set_namespace) use(dax_enable) use(dax_get_daxctl_region) use(pfn_set_uuid)            \
	use(pfn_set_location) use(pfn_set_align) use(pfn_set_namespace) use(pfn_enable)

struct dax_ndctl {
	void *library, *daxctl;
#define DAX_NDCTL_MEMBER(name) __typeof__(&ndctl_##name) name;
	DAX_NDCTL_FUNCTIONS(DAX_NDCTL_MEMBER)
#undef DAX_NDCTL_MEMBER
	__typeof__(&daxctl_dev_get_first) first_device;
	__typeof__(&daxctl_dev_get_devname) device_name;
	struct ndctl_ctx *context;
};

#define _cleanup_ndctl_ _cleanup_(dax_ndctl_close)

int dax_ndctl_open(struct dax_ndctl *ndctl, struct dax_error *err) DAX_MUST_CHECK;
void dax_ndctl_close(struct dax_ndctl *ndctl);

/* NULL if it is not there. */
struct ndctl_region *dax_ndctl_region(const struct dax_ndctl *ndctl, int id);
struct ndctl_namespace *dax_ndctl_namespace(const struct dax_ndctl *ndctl, struct ndctl_region *region, int id);
