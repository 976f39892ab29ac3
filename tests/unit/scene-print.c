/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Scenes as text, and what has to hold in every one of them. */
#include "unit.h"

#include "plan/space.h"
#include "run/apply.h"
#include "run/step-kinds.h"
#include "scene.h"
#include "state/memory.h"

#include <inttypes.h>

const char *scene_size(uint64_t bytes, char text[DAX_SIZE_TEXT])
{
	static const char units[] = " KMGT";
	size_t i = 0;

	while (bytes && bytes % 1024 == 0 && units[i + 1]) {
		bytes /= 1024;
		i++;
	}
	snprintf(text, DAX_SIZE_TEXT, i ? "%" PRIu64 "%c" : "%" PRIu64, bytes, units[i]);
	return text;
}

static void append(char text[SCENE_TEXT], const char *format, ...) DAX_PRINTF(2, 3);
static void append(char text[SCENE_TEXT], const char *format, ...)
{
	size_t length = strlen(text);
	va_list args;

	va_start(args, format);
	vsnprintf(text + length, SCENE_TEXT - length, format, args);
	va_end(args);
}

static void print_device(const struct dax_topology *topology, const struct dax_device *device,
			 char text[SCENE_TEXT])
{
	const struct dax_region *region = &topology->regions[device->region];
	char first[DAX_SIZE_TEXT], second[DAX_SIZE_TEXT], blocks[SCENE_TEXT];

	append(text, "%s %s %s", device->name, scene_size(device->align, first),
	       device->driver[0] ? device->driver : "-");
	scene_print_blocks(&device->memory, blocks);
	if (device->memory.known)
		append(text, "=%s", blocks);
	if (device->memmap_on_memory >= 0)
		append(text, " memmap=%d", device->memmap_on_memory);
	if (!device->ranges_known)
		append(text, " %s", scene_size(device->size, first));
	for (size_t i = 0; i < device->n_ranges; i++)
		append(text, " %s+%s", scene_size(device->ranges[i].start - region->start, first),
		       scene_size(dax_range_size(device->ranges[i]), second));
	append(text, "\n");
}

void scene_print(const struct dax_topology *topology, char text[SCENE_TEXT])
{
	scene_check(topology);
	scene_print_devices(topology, text);
}

void scene_print_devices(const struct dax_topology *topology, char text[SCENE_TEXT])
{
	text[0] = '\0';
	for (size_t i = 0; i < topology->n_devices; i++)
		print_device(topology, &topology->devices[i], text);
}

static void print_values(const struct dax_step *step, char text[SCENE_TEXT])
{
	char first[DAX_SIZE_TEXT], second[DAX_SIZE_TEXT], blocks[SCENE_TEXT];

	switch (step->kind) {
	case DAX_STEP_SET_ALIGN:
	case DAX_STEP_SET_SIZE:
	case DAX_STEP_SET_MEMMAP:
		append(text, " %s %s", scene_size(step->from, first), scene_size(step->to, second));
		return;
	case DAX_STEP_ADD_MAPPING:
		append(text, " %s+%s", scene_size(step->range.start, first),
		       scene_size(dax_range_size(step->range), second));
		return;
	case DAX_STEP_SET_POLICY:
		append(text, " %s %s", dax_policy_word((enum dax_policy)step->from),
		       dax_policy_word((enum dax_policy)step->to));
		return;
	case DAX_STEP_ONLINE:
	case DAX_STEP_OFFLINE:
		scene_print_changes(step, blocks);
		append(text, "%s", blocks);
		return;
	default:
		if (step->driver)
			append(text, " %s", step->driver);
	}
}

void scene_print_steps(const struct dax_step *steps, size_t n, const struct dax_target *targets,
		       char text[SCENE_TEXT])
{
	text[0] = '\0';
	for (size_t i = 0; i < n; i++) {
		append(text, "%s", dax_step_name(steps[i].kind));
		if (dax_step_has_target(&steps[i]))
			append(text, " %s", targets[steps[i].target].name);
		print_values(&steps[i], text);
		append(text, "%s\n", steps[i].final ? " final" : "");
	}
}

void scene_print_error(const struct dax_error *err, char text[SCENE_TEXT])
{
	text[0] = '\0';
	append(text, "%s: %s", err->code ? dax_errno_name(err->code) : "no error",
	       err->message ? err->message : "");
	if (err->hint)
		append(text, " | %s", err->hint);
}

bool scene_error_is(const struct dax_error *err, const char *expected)
{
	char text[SCENE_TEXT];
	size_t length = strcspn(expected, " ");

	scene_print_error(err, text);
	if (strncmp(text, expected, length) != 0 || text[length] != ':')
		return false;
	return !expected[length] || strstr(text, expected + length + 1);
}

/* Sorted, and neighbours as one: what the space looks like, however it is written down. */
static struct dax_ranges normalized(const struct dax_range *ranges, size_t n)
{
	struct dax_ranges all = { 0 }, joined = { 0 };

	for (size_t i = 0; i < n; i++)
		assert_int_equal(dax_ranges_add(&all, ranges[i]), 0);
	if (all.n)
		qsort(all.items, all.n, sizeof(*all.items), dax_compare_ranges);
	for (size_t i = 0; i < all.n; i++) {
		if (i)
			assert_true(all.items[i].start > all.items[i - 1].end); /* no two overlap */
		assert_int_equal(dax_ranges_extend(&joined, all.items[i]), 0);
	}
	dax_ranges_release(&all);
	return joined;
}

static void assert_same_ranges(const struct dax_range *a, size_t n_a, const struct dax_range *b, size_t n_b)
{
	assert_int_equal(n_a, n_b);
	for (size_t i = 0; i < n_a; i++) {
		assert_int_equal(a[i].start, b[i].start);
		assert_int_equal(a[i].end, b[i].end);
	}
}

/* The ranges of all devices of a region are what the region calls used, and lie inside it. */
static void check_region(const struct dax_topology *topology, size_t index)
{
	const struct dax_region *region = &topology->regions[index];
	struct dax_ranges all = { 0 };
	uint64_t used = 0;
	bool known = region->layout_known;

	for (size_t i = 0; i < topology->n_devices; i++) {
		const struct dax_device *device = &topology->devices[i];

		if (device->region != index)
			continue;
		assert_int_equal(device->region_id, region->id);
		used += device->size;
		known = known && device->ranges_known;
		if (device->ranges_known)
			assert_int_equal(dax_ranges_size(device->ranges, device->n_ranges), device->size);
		for (size_t j = 0; j < device->n_ranges; j++) {
			assert_true(device->ranges[j].end > device->ranges[j].start);
			assert_int_equal(dax_ranges_add(&all, device->ranges[j]), 0);
		}
	}
	if (region->dynamic)
		assert_int_equal(used + region->available, region->size);
	_cleanup_ranges_ struct dax_ranges lie =
		known ? normalized(all.items, all.n) : (struct dax_ranges){ 0 };
	_cleanup_ranges_ struct dax_ranges said = normalized(region->used, region->n_used);

	dax_ranges_release(&all);
	if (!known)
		return; /* what would overlap the kernel refuses */
	assert_same_ranges(lie.items, lie.n, said.items, said.n);
	if (lie.n) {
		assert_true(lie.items[0].start >= region->start);
		assert_true(lie.items[lie.n - 1].end <= region->start + region->size - 1);
	}
}

void scene_check(const struct dax_topology *topology)
{
	for (size_t i = 0; i < topology->n_regions; i++)
		check_region(topology, i);
	for (size_t i = 0; i < topology->n_devices; i++)
		scene_check_memory(topology, &topology->devices[i]);
	for (size_t i = 1; i < topology->n_devices; i++) {
		const struct dax_device *a = &topology->devices[i - 1], *b = &topology->devices[i];

		assert_true(a->region_id < b->region_id || (a->region_id == b->region_id && a->id < b->id));
	}
}

/* Where the kernel chooses and nobody can look, what was known may be so no more. */
static void assert_same_device(const struct dax_device *a, const struct dax_device *b, bool known)
{
	assert_string_equal(a->name, b->name);
	assert_int_equal(a->region, b->region);
	assert_int_equal(a->size, b->size);
	assert_int_equal(a->align, b->align);
	assert_string_equal(a->driver, b->driver);
	assert_int_equal(a->memmap_on_memory, b->memmap_on_memory);
	if (!known && a->ranges_known != b->ranges_known)
		return;
	assert_int_equal(a->ranges_known, b->ranges_known);
	assert_same_ranges(a->ranges, a->n_ranges, b->ranges, b->n_ranges);
	scene_assert_same_memory(&a->memory, &b->memory);
}

void scene_assert_same(const struct dax_topology *a, const struct dax_topology *b)
{
	assert_int_equal(a->n_regions, b->n_regions);
	assert_int_equal(a->policy, b->policy);
	for (size_t i = 0; i < a->n_regions; i++) {
		const struct dax_region *first = &a->regions[i], *second = &b->regions[i];
		_cleanup_ranges_ struct dax_ranges one = normalized(first->used, first->n_used);
		_cleanup_ranges_ struct dax_ranges other = normalized(second->used, second->n_used);

		assert_string_equal(first->path, second->path);
		assert_int_equal(first->available, second->available);
		assert_int_equal(first->layout_known, second->layout_known);
		if (first->layout_known || (first->layout_assumed && second->layout_assumed))
			assert_same_ranges(one.items, one.n, other.items, other.n);
	}
	assert_int_equal(a->n_devices, b->n_devices);
	for (size_t i = 0; i < a->n_devices; i++)
		assert_same_device(&a->devices[i], &b->devices[i],
				   a->regions[a->devices[i].region].layout_known);
}
