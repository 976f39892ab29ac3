/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "plan/request.h"

#include "base/error.h"
#include "base/text.h"
#include "state/namespace.h"
#include "state/topology.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

/* The number of devices is limited by the minor numbers of the kernel. */
#define MAX_COUNT (UINT64_C(1) << 20)

static const struct {
	const char *word;
	enum dax_risk risk;
} risks[] = {
	{ "lose-data", DAX_RISK_LOSE_DATA },
	{ "in-use", DAX_RISK_IN_USE },
	{ "out-of-memory", DAX_RISK_OUT_OF_MEMORY },
};

void dax_request_release(struct dax_request *request)
{
	free(request->devices);
	free(request->region);
	free(request->ranges);
	*request = (struct dax_request)DAX_REQUEST_INIT;
}

static int refuse_device(const char *text, struct dax_error *err)
{
	dax_usage(err, "'%s' is not a valid device name", text);
	if (dax_looks_like_region(text))
		dax_error_hint(err, "use '-r %s all' for all devices of a region", text);
	else
		dax_error_hint(err, "use daxX.Y, X.Y, /dev/daxX.Y, the uuid of persistent memory, or all");
	return -EINVAL;
}

int dax_request_add_device(struct dax_request *request, const char *text, struct dax_error *err)
{
	int region_id = 0, id = 0;
	/*
	 * A namespace without a device is named by its own name, or by that of the device that it would
	 * contain.
	 */
	bool namespace = dax_parse_namespace_name(text, &region_id, &id) == 0;
	char uuid[DAX_UUID_TEXT];
	bool has_uuid = dax_parse_uuid(text, uuid) == 0;

	if (strcmp(text, "all") == 0) {
		request->all_devices = true;
		return 0;
	}
	if (!has_uuid && !namespace && dax_parse_device_name(text, &region_id, &id))
		return refuse_device(text, err);
	char(*grown)[DAX_NAME_MAX] = reallocarray(request->devices, request->n_devices + 1, sizeof(*grown));
	if (!grown)
		return dax_no_memory(err);
	request->devices = grown;
	if (has_uuid)
		snprintf(grown[request->n_devices++], DAX_NAME_MAX, "%s", uuid);
	else
		dax_format_device_name(region_id, id, grown[request->n_devices++]);
	return 0;
}

int dax_request_add_range(struct dax_request *request, struct dax_range range, struct dax_error *err)
{
	struct dax_range *grown = reallocarray(request->ranges, request->n_ranges + 1, sizeof(*grown));

	if (!grown)
		return dax_no_memory(err);
	request->ranges = grown;
	grown[request->n_ranges++] = range;
	return 0;
}

int dax_request_set_size(struct dax_request *request, const char *text, struct dax_error *err)
{
	uint64_t bytes = 1;

	if (request->verb == DAX_VERB_RECONFIGURE && dax_parse_size(text, &bytes) == 0 && !bytes) {
		request->size = (struct dax_amount){ 0 };
		request->has_size = true;
		return 0;
	}
	if (dax_parse_amount(text, &request->size)) {
		dax_usage(err, "'%s' is not a valid size", text);
		dax_error_hint(err, "use bytes (4194304, 0x400000), a number with a unit (512M, 1.5GiB), or a percentage "
				    "of the available space (50%%, 12.5%%)");
		return -EINVAL;
	}
	request->has_size = true;
	return 0;
}

int dax_request_set_align(struct dax_request *request, const char *text, struct dax_error *err)
{
	uint64_t align = 0;
	int r = dax_parse_size(text, &align);

	if (r || !align || (align & (align - 1))) {
		dax_usage(err, "'%s' is not a valid alignment", text);
		dax_error_hint(err, "use 4K, 2M or 1G");
		return -EINVAL;
	}
	request->align = align;
	request->has_align = true;
	return 0;
}

int dax_request_set_mode(struct dax_request *request, const char *text, struct dax_error *err)
{
	const char *driver = dax_mode_driver(text);

	request->fsdax = strcmp(text, "fsdax") == 0;
	if (!driver && !request->fsdax) {
		dax_usage(err, "'%s' is not a valid mode", text);
		dax_error_hint(err, "use devdax, system-ram, famfs (needs the driver fsdev_dax) or fsdax (persistent memory "
				    "only)");
		return -EINVAL;
	}
	request->driver = driver ? driver : "";
	request->has_mode = true;
	return 0;
}

int dax_request_set_count(struct dax_request *request, const char *text, struct dax_error *err)
{
	uint64_t count = 0;

	request->count_max = strcmp(text, "max") == 0;
	if (request->count_max)
		return 0;
	if (dax_parse_u64(text, &count) || !count || count > MAX_COUNT) {
		dax_usage(err, "'%s' is not a valid number of devices", text);
		dax_error_hint(err, "use a number from 1 to %llu, or max", (unsigned long long)MAX_COUNT);
		return -EINVAL;
	}
	request->count = (unsigned)count;
	return 0;
}

int dax_request_set_memmap(struct dax_request *request, const char *text, struct dax_error *err)
{
	bool on = strcmp(text, "on") == 0;

	if (!on && strcmp(text, "off") != 0)
		return dax_usage(err, "invalid memmap-on-memory '%s': use on or off", text);
	request->memmap = on;
	request->has_memmap = true;
	return 0;
}

int dax_request_set_map(struct dax_request *request, const char *text, struct dax_error *err)
{
	request->map = strcmp(text, "dev") == 0 ? DAX_MAP_DEV : strcmp(text, "mem") == 0 ? DAX_MAP_MEM : DAX_MAP_NONE;
	return request->map ? 0 : dax_usage(err, "invalid map '%s': use dev or mem", text);
}

/*
 * strim(), which alt_name_store (drivers/nvdimm/namespace_devs.c) calls, removes these. It treats the last
 * byte of some UTF-8 characters as a Latin-1 space.
 */
static bool is_kernel_space(char c)
{
	return c == ' ' || c == '\xa0';
}

int dax_request_set_name(struct dax_request *request, const char *text, struct dax_error *err)
{
	size_t length = strlen(text);

	if (!length)
		return dax_usage(err, "the name is empty");
	if (length >= sizeof(request->name))
		return dax_usage(err, "the name '%s' is too long: it has %zu bytes, and a label holds %zu", text, length,
				 sizeof(request->name) - 1);
	if (!dax_text_is_printable(text) || strchr(text, '/'))
		return dax_usage(err, "invalid name '%s': use printable characters in UTF-8, without '/'", text);
	if (text[0] == ' ' || is_kernel_space(text[length - 1]))
		return dax_usage(
			err, "invalid name '%s': the kernel removes a space%s at the start and at the end",
			text, text[length - 1] == '\xa0' ? " (and the byte 0xa0)" : "");
	memcpy(request->name, text, length + 1);
	return 0;
}

int dax_request_set_uuid(struct dax_request *request, const char *text, struct dax_error *err)
{
	if (dax_parse_uuid(text, request->uuid)) {
		dax_usage(err, "'%s' is not a valid uuid", text);
		dax_error_hint(err, "run uuidgen to get one; without a uuid a random one is generated");
		return -EINVAL;
	}
	if (dax_uuid_is_nil(request->uuid)) {
		dax_usage(err, "the nil uuid does not identify anything");
		dax_error_hint(err, "run uuidgen to get a valid one; without a uuid a random one is generated");
		return -EINVAL;
	}
	request->has_uuid = true;
	return 0;
}

int dax_request_add_risk(struct dax_request *request, const char *word, struct dax_error *err)
{
	for (size_t i = 0; i < ARRAY_SIZE(risks); i++) {
		if (strcmp(risks[i].word, word) == 0) {
			request->risks |= risks[i].risk;
			return 0;
		}
	}
	dax_usage(err, "'%s' is not a valid risk", word);
	dax_error_hint(err, "use --force=lose-data, --force=in-use or --force=out-of-memory");
	return -EINVAL;
}

static int compare_device_names(const void *a, const void *b)
{
	return dax_compare_names(a, b);
}

void dax_request_sort_devices(struct dax_request *request)
{
	size_t kept = 0;

	if (!request->n_devices)
		return;
	qsort(request->devices, request->n_devices, sizeof(*request->devices), compare_device_names);
	for (size_t i = 1; i < request->n_devices; i++) {
		if (strcmp(request->devices[kept], request->devices[i]) != 0)
			memmove(request->devices[++kept], request->devices[i], DAX_NAME_MAX);
	}
	request->n_devices = kept + 1;
}

/* Options for system memory need a device that becomes system memory. */
static int validate_memory(const struct dax_request *request, struct dax_error *err)
{
	bool ram = request->has_mode && strcmp(request->driver, "kmem") == 0;

	if (request->no_online && !ram)
		return dax_usage(err, "--no-online requires --mode system-ram");
	if (request->no_movable && !ram && request->verb != DAX_VERB_ONLINE)
		return dax_usage(err, "--no-movable requires --mode system-ram");
	return 0;
}

static int validate_ranges(const struct dax_request *request, struct dax_error *err)
{
	if (request->n_ranges && request->has_size)
		return dax_usage(err, "--size and --range cannot be combined: the ranges define the size");
	if (request->n_ranges && (request->count > 1 || request->count_max))
		return dax_usage(err, "--count and --range cannot be combined: devices cannot have the same ranges");
	if (request->has_uuid && (request->count > 1 || request->count_max))
		return dax_usage(err, "--count and --uuid cannot be combined: devices cannot have the same uuid");
	if (request->count_max && !request->has_size) {
		dax_usage(err, "--count max requires --size: without a size one device takes all free space");
		dax_error_hint(err, "use --size SIZE --count max, or --count N to divide the free space by N");
		return -EINVAL;
	}
	_cleanup_free_ struct dax_range *sorted = calloc(request->n_ranges + 1, sizeof(*sorted));
	if (!sorted)
		return dax_no_memory(err);
	for (size_t i = 0; i < request->n_ranges; i++)
		sorted[i] = request->ranges[i];
	qsort(sorted, request->n_ranges, sizeof(*sorted), dax_compare_ranges);
	for (size_t i = 1; i < request->n_ranges; i++) {
		const struct dax_range *a = &sorted[i - 1], *b = &sorted[i];

		if (b->start <= a->end)
			return dax_usage(err, "the ranges 0x%llx-0x%llx and 0x%llx-0x%llx overlap",
					 (unsigned long long)a->start, (unsigned long long)a->end,
					 (unsigned long long)b->start, (unsigned long long)b->end);
	}
	return 0;
}

bool dax_request_empties(const struct dax_request *request)
{
	return request->verb == DAX_VERB_RECONFIGURE && request->has_size && !request->size.bytes && !request->size.share;
}

int dax_request_validate(struct dax_request *request, struct dax_error *err)
{
	int r = validate_memory(request, err);

	if (r)
		return r;
	if (request->verb == DAX_VERB_CREATE)
		return validate_ranges(request, err);

	if (request->all_devices && request->n_devices)
		return dax_usage(err, "'all' and %s cannot be combined: all devices include it", request->devices[0]);
	if (!request->all_devices && !request->n_devices) {
		dax_usage(err, "no device is given");
		dax_error_hint(err, "name one or more devices (daxX.Y), or use all");
		return -EINVAL;
	}
	if (request->verb == DAX_VERB_RECONFIGURE && !request->has_size && !request->has_align &&
	    !request->has_mode && !request->has_memmap && !request->map) {
		dax_usage(err, "nothing to change is given");
		dax_error_hint(err, "use --size, --align, --mode, --map or --memmap-on-memory");
		return -EINVAL;
	}
	if (dax_request_empties(request) &&
	    (request->has_mode || request->has_align || request->has_memmap || request->map))
		return dax_usage(err, "--size 0 cannot be combined with another change: an empty device is disabled");
	dax_request_sort_devices(request);
	return 0;
}

bool dax_request_names_region(const struct dax_request *request)
{
	return request->region && strcmp(request->region, "all") != 0;
}

bool dax_request_covers(const struct dax_region *region, const struct dax_request *request)
{
	return !dax_request_names_region(request) || dax_region_matches(region, request->region);
}
