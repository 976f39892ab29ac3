/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "state/namespace.h"

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

char *dax_describe_use(const struct dax_use *use, char text[DAX_USE_TEXT])
{
	static const char *const words[] = {
		[DAX_USE_NONE] = "",
		[DAX_USE_MOUNT] = "mounted on ",
		[DAX_USE_SWAP] = "in use as swap space: ",
		[DAX_USE_DISK] = "in use by ",
		[DAX_USE_LOOP] = "the backing file of ",
		[DAX_USE_UNKNOWN] = "in use by the kernel",
	};

	snprintf(text, DAX_USE_TEXT, "%s%s", words[use->kind], use->by);
	return text;
}

const char *dax_use_hint(enum dax_use_kind kind)
{
	static const char *const hints[] = {
		[DAX_USE_NONE] = "",
		[DAX_USE_MOUNT] = "unmount it first",
		[DAX_USE_SWAP] = "run swapoff first",
		[DAX_USE_DISK] = "end that use first: run 'lsblk' to see it",
		[DAX_USE_LOOP] = "run 'losetup -d' first",
		[DAX_USE_UNKNOWN] = "end that use first: run 'lsblk' to see it",
	};

	return hints[kind];
}

bool dax_namespace_is_disabled_device(const struct dax_namespace *namespace)
{
	return namespace->shape.size && !namespace->enabled && namespace->marked == DAX_NAMESPACE_DEVDAX;
}

bool dax_shape_is(const struct dax_shape *a, const struct dax_shape *b)
{
	if (a->size != b->size || strcmp(a->label_uuid, b->label_uuid) != 0 || strcmp(a->label, b->label) != 0)
		return false;
	return a->mode == b->mode && a->map == b->map && a->align == b->align && strcmp(a->uuid, b->uuid) == 0;
}

/* MAX_STRUCT_PAGE_SIZE, and the space that is reserved for the labels of other systems and the info block. */
#define PAGE_STRUCT 64
#define RESERVED (8 * DAX_KIB)
#define PAGE (4 * DAX_KIB)

int dax_shape_data(const struct dax_shape *shape, uint64_t start, struct dax_range *data)
{
	uint64_t align = shape->align > 2 * DAX_MIB ? shape->align : 2 * DAX_MIB;
	uint64_t pages = (shape->size - RESERVED) / PAGE;
	uint64_t before = RESERVED + (shape->map == DAX_MAP_DEV ? pages * PAGE_STRUCT : 0);
	uint64_t first = dax_round_up(start + before, align), end = dax_round_down(start + shape->size, align);

	if (shape->size < DAX_NAMESPACE_MIN || first >= end)
		return -ENXIO;
	*data = (struct dax_range){ first, end - 1 };
	return 0;
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
