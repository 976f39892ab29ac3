/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "plan/request.h"
#include "state/topology.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

/* More devices than the kernel has minor numbers for cannot be made. */
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

int dax_request_add_device(struct dax_request *request, const char *text, struct dax_error *err)
{
	int region_id = 0, id = 0;
	/* A namespace that holds no device goes by its own name, or by that of the device that it would hold. */
	bool namespace = dax_parse_namespace_name(text, &region_id, &id) == 0;
	char uuid[DAX_UUID_TEXT];
	bool has_uuid = dax_parse_uuid(text, uuid) == 0;

	if (strcmp(text, "all") == 0) {
		request->all_devices = true;
		return 0;
	}
	if (!has_uuid && !namespace && dax_parse_device_name(text, &region_id, &id)) {
		dax_usage(err, "'%s' is no device name", text);
		dax_error_hint(err, "a device is named daxX.Y, X.Y, /dev/daxX.Y, or all; one of persistent memory by its uuid, too");
		return -EINVAL;
	}
	char(*grown)[DAX_NAME_MAX] = reallocarray(request->devices, request->n_devices + 1, sizeof(*grown));
	if (!grown)
		return dax_no_memory(err);
	request->devices = grown;
	if (has_uuid)
		snprintf(grown[request->n_devices++], DAX_NAME_MAX, "%s", uuid);
	else
		snprintf(grown[request->n_devices++], DAX_NAME_MAX, "dax%d.%d", region_id, id);
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
	if (dax_parse_amount(text, &request->size)) {
		dax_usage(err, "'%s' is no size", text);
		dax_error_hint(err, "a size is bytes (4194304, 0x400000), a number with a unit (512M, 1.5GiB), or a "
				    "share of what is available (50%%)");
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
		dax_usage(err, "'%s' is no alignment%s", text, r ? "" : ": it is not a power of two");
		dax_error_hint(err, "an alignment is 4K, 2M or 1G");
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
		dax_usage(err, "'%s' is no mode", text);
		dax_error_hint(err, "a mode is devdax, system-ram, famfs where the kernel has the driver fsdev_dax, or, of "
				    "persistent memory, fsdax");
		return -EINVAL;
	}
	request->driver = driver ? driver : "";
	request->has_mode = true;
	return 0;
}

int dax_request_set_count(struct dax_request *request, const char *text, struct dax_error *err)
{
	uint64_t count = 0;

	if (dax_parse_u64(text, &count) || !count || count > MAX_COUNT)
		return dax_usage(err, "'%s' is no number of devices (1 to %llu)", text,
				 (unsigned long long)MAX_COUNT);
	request->count = (unsigned)count;
	return 0;
}

int dax_request_set_memmap(struct dax_request *request, const char *text, struct dax_error *err)
{
	bool on = strcmp(text, "on") == 0;

	if (!on && strcmp(text, "off") != 0)
		return dax_usage(err, "'%s' is not what memmap_on_memory can be: on or off", text);
	request->memmap = on;
	request->has_memmap = true;
	return 0;
}

int dax_request_set_map(struct dax_request *request, const char *text, struct dax_error *err)
{
	request->map = strcmp(text, "dev") == 0 ? DAX_MAP_DEV : strcmp(text, "mem") == 0 ? DAX_MAP_MEM : DAX_MAP_NONE;
	return request->map ? 0 : dax_usage(err, "'%s' is no place for page structures: dev or mem", text);
}

int dax_request_set_name(struct dax_request *request, const char *text, struct dax_error *err)
{
	if (!text[0] || strlen(text) >= sizeof(request->name))
		return dax_usage(err, "a name has 1 to %zu characters", sizeof(request->name) - 1);
	strcpy(request->name, text);
	return 0;
}

int dax_request_set_uuid(struct dax_request *request, const char *text, struct dax_error *err)
{
	if (dax_parse_uuid(text, request->uuid)) {
		dax_usage(err, "'%s' is no uuid", text);
		dax_error_hint(err, "uuidgen makes one; without --uuid one is thrown");
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
	dax_usage(err, "'%s' is no risk that --force takes", word);
	dax_error_hint(err, "the risks are: lose-data, in-use, out-of-memory");
	return -EINVAL;
}

static int compare_device_names(const void *a, const void *b)
{
	return dax_compare_names(a, b);
}

static void sort_devices(struct dax_request *request)
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

int dax_request_look_up(struct dax_request *request, struct dax_sysfs *sysfs, struct dax_error *err)
{
	char uuid[DAX_UUID_TEXT];
	int r = 0;

	for (size_t i = 0; !r && i < request->n_devices; i++) {
		if (dax_parse_uuid(request->devices[i], uuid) == 0)
			r = dax_topology_find_uuid(sysfs, uuid, request->devices[i], err);
	}
	sort_devices(request);
	return r;
}

static int compare_ranges(const void *a, const void *b)
{
	const struct dax_range *first = a, *second = b;

	return (first->start > second->start) - (first->start < second->start);
}

/* What is said of system memory has to be about a device that becomes some. */
static int validate_memory(const struct dax_request *request, struct dax_error *err)
{
	bool ram = request->has_mode && strcmp(request->driver, "kmem") == 0;

	if (request->no_online && !ram)
		return dax_usage(err, "--no-online goes with --mode system-ram");
	if (request->no_movable && !ram && request->verb != DAX_VERB_ONLINE)
		return dax_usage(err, "--no-movable goes with --mode system-ram");
	return 0;
}

static int validate_ranges(const struct dax_request *request, struct dax_error *err)
{
	if (request->n_ranges && request->has_size)
		return dax_usage(err, "a size and ranges: the ranges already say how large the device is");
	if (request->n_ranges && request->count > 1)
		return dax_usage(err, "%u devices cannot have the same ranges", request->count);
	if (request->has_uuid && request->count > 1)
		return dax_usage(err, "%u devices cannot have the same uuid", request->count);
	_cleanup_free_ struct dax_range *sorted = calloc(request->n_ranges + 1, sizeof(*sorted));
	if (!sorted)
		return dax_no_memory(err);
	for (size_t i = 0; i < request->n_ranges; i++)
		sorted[i] = request->ranges[i];
	qsort(sorted, request->n_ranges, sizeof(*sorted), compare_ranges);
	for (size_t i = 1; i < request->n_ranges; i++) {
		const struct dax_range *a = &sorted[i - 1], *b = &sorted[i];

		if (b->start <= a->end)
			return dax_usage(err, "the ranges 0x%llx-0x%llx and 0x%llx-0x%llx overlap",
					 (unsigned long long)a->start, (unsigned long long)a->end,
					 (unsigned long long)b->start, (unsigned long long)b->end);
	}
	return 0;
}

int dax_request_validate(struct dax_request *request, struct dax_error *err)
{
	int r = validate_memory(request, err);

	if (r)
		return r;
	if (request->verb == DAX_VERB_CREATE)
		return validate_ranges(request, err);

	if (request->all_devices && request->n_devices)
		return dax_usage(err, "'all' and %s: name the devices, or all of them", request->devices[0]);
	if (!request->all_devices && !request->n_devices) {
		dax_usage(err, "no device is named");
		dax_error_hint(err, "name one or more (daxX.Y), or all");
		return -EINVAL;
	}
	if (request->verb == DAX_VERB_RECONFIGURE && !request->has_size && !request->has_align &&
	    !request->has_mode && !request->has_memmap && !request->map) {
		dax_usage(err, "nothing to change was named");
		dax_error_hint(err, "say what to change: --size, --align, --mode, --map or --memmap-on-memory");
		return -EINVAL;
	}
	sort_devices(request);
	return 0;
}
