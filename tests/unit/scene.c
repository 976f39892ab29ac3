/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "scene.h"

#include "plan/space.h"
#include "run/apply.h"
#include "run/step-kinds.h"
#include "state/memory.h"
#include "unit.h"

#include <stdlib.h>

static const char *const verbs[] = {
	[DAX_VERB_CREATE] = "create",   [DAX_VERB_DESTROY] = "destroy",         [DAX_VERB_ENABLE] = "enable",
	[DAX_VERB_DISABLE] = "disable", [DAX_VERB_RECONFIGURE] = "reconfigure",
	[DAX_VERB_ONLINE] = "online",		[DAX_VERB_OFFLINE] = "offline",
};

/* The words of a line, one by one; NULL behind the last. */
static char *next_word(char **rest)
{
	char *word = NULL;

	do
		word = strsep(rest, " \t");
	while (word && !*word);
	return word;
}

static uint64_t size_of(const char *text)
{
	uint64_t bytes = 0;

	if (!text || dax_parse_size(text, &bytes))
		fail_msg("'%s' is no size", text ? text : "(nothing)");
	return bytes;
}

/* "OFFSET+LENGTH", from BASE on. */
static struct dax_range range_of(char *text, uint64_t base)
{
	char *plus = text ? strchr(text, '+') : NULL;

	if (!plus)
		fail_msg("'%s' is no range", text ? text : "(nothing)");
	*plus = '\0';
	uint64_t start = base + size_of(text);

	return (struct dax_range){ start, start + size_of(plus + 1) - 1 };
}

static enum dax_policy policy_of(const char *word)
{
	for (int i = DAX_POLICY_OFFLINE; word && i <= DAX_POLICY_ONLINE_MOVABLE; i++) {
		if (strcmp(dax_policy_word((enum dax_policy)i), word) == 0)
			return (enum dax_policy)i;
	}
	fail_msg("'%s' is no policy", word ? word : "(nothing)");
	return DAX_POLICY_UNKNOWN;
}

static void read_machine(struct dax_topology *topology, char *rest)
{
	for (char *word = next_word(&rest); word; word = next_word(&rest)) {
		if (strncmp(word, "block=", 6) == 0) {
			topology->block_size = size_of(word + 6);
		} else if (strcmp(word, "no-1g") == 0) {
			topology->has_huge_1g = false;
		} else if (strcmp(word, "famfs-any-ranges") == 0) {
			topology->famfs_any_ranges = true;
		} else if (strncmp(word, "policy=", 7) == 0) {
			topology->policy = policy_of(word + 7);
		} else if (strncmp(word, "onliner=", 8) == 0 || strncmp(word, "onliner-offline=", 16) == 0) {
			snprintf(topology->onliner, sizeof(topology->onliner), "%s", strchr(word, '=') + 1);
			topology->onliner_takes_offline = word[7] == '-';
		} else if (strncmp(word, "drivers=", 8) == 0) {
			char *list = word + 8;

			topology->drivers = 0;
			for (char *name = strsep(&list, ","); name; name = strsep(&list, ","))
				topology->drivers |= dax_driver_bit(name);
		} else {
			fail_msg("machine: '%s'?", word);
		}
	}
}

static void read_region(struct dax_topology *topology, char *rest)
{
	struct dax_region *region = &topology->regions[topology->n_regions++];
	const char *id = next_word(&rest), *name = next_word(&rest);
	struct dax_range range = range_of(next_word(&rest), 0);

	*region = (struct dax_region){
		.id = atoi(id),
		.kind = strncmp(name, "pmem", 4) == 0 ? DAX_REGION_PMEM : DAX_REGION_HMEM,
		.dynamic = true,
		.size = dax_range_size(range),
		.start = range.start,
		.align = 2 * DAX_MIB,
		.target_node = 1,
		.numa_node = -1,
		.layout_known = true,
	};
	assert_true(asprintf(&region->path, "devices/platform/%s", name) > 0);
	region->name = strrchr(region->path, '/') + 1;
	for (char *word = next_word(&rest); word; word = next_word(&rest)) {
		if (strcmp(word, "static") == 0)
			region->dynamic = false;
		else if (strcmp(word, "no-node") == 0)
			region->target_node = -1;
		else if (strcmp(word, "hidden") == 0)
			region->layout_known = false;
		else if (strcmp(word, "assumed") == 0)
			region->layout_assumed = true;
		else
			fail_msg("region: '%s'?", word);
	}
	region->layout_known = region->layout_known && !region->layout_assumed;
	region->available = region->dynamic ? region->size : 0;
}

static struct dax_region *region_of(struct dax_topology *topology, int id, size_t *index)
{
	for (size_t i = 0; i < topology->n_regions; i++) {
		if (topology->regions[i].id == id) {
			*index = i;
			return &topology->regions[i];
		}
	}
	fail_msg("there is no region %d", id);
	return NULL;
}

/* The memory blocks; empty when they are not known. */
static const char *read_driver(struct dax_device *device, char *word)
{
	char *equals = strchr(word, '=');

	if (equals)
		*equals = '\0';
	if (strcmp(word, "-") != 0)
		snprintf(device->driver, sizeof(device->driver), "%s", word);
	return equals ? equals + 1 : "";
}

static void read_range(struct dax_topology *topology, struct dax_device *device, char *word)
{
	struct dax_region *region = &topology->regions[device->region];
	struct dax_ranges ranges = { device->ranges, device->n_ranges };

	if (!dax_space_has_layout(region) && !strchr(word, '+')) {
		device->ranges_known = false;
		device->size = size_of(word);
		return;
	}
	struct dax_range range = range_of(word, region->start);

	assert_int_equal(dax_ranges_add(&ranges, range), 0);
	if (dax_space_has_layout(region))
		assert_int_equal(dax_space_take(region, range), 0);
	device->size += dax_range_size(range);
	device->ranges = ranges.items;
	device->n_ranges = ranges.n;
}

static void read_device(struct dax_topology *topology, const char *name, char *rest)
{
	struct dax_device *device = &topology->devices[topology->n_devices++];

	*device = (struct dax_device){ .memmap_on_memory = -1, .ranges_known = true };
	snprintf(device->name, sizeof(device->name), "%s", name);
	assert_int_equal(dax_parse_device_name(name, &device->region_id, &device->id), 0);
	struct dax_region *region = region_of(topology, device->region_id, &device->region);
	device->align = size_of(next_word(&rest));
	const char *blocks = read_driver(device, next_word(&rest));

	for (char *word = next_word(&rest); word; word = next_word(&rest)) {
		if (strncmp(word, "memmap=", 7) == 0)
			device->memmap_on_memory = atoi(word + 7);
		else
			read_range(topology, device, word);
	}
	if (*blocks)
		scene_read_blocks(topology, device, blocks);
	if (region->dynamic)
		region->available -= device->size;
}

void scene_make(struct dax_topology *topology, const char *text)
{
	_cleanup_free_ char *copy = strdup(text);
	char *lines = copy;

	*topology = (struct dax_topology){
		.has_huge_1g = true,
		.block_size = 128 * DAX_MIB,
		.drivers = dax_driver_bit("device_dax") | dax_driver_bit("kmem"),
		.regions = calloc(64, sizeof(*topology->regions)),
		.devices = calloc(512, sizeof(*topology->devices)),
	};
	assert_non_null(copy);
	assert_non_null(topology->regions);
	assert_non_null(topology->devices);
	for (char *line = strsep(&lines, "\n"); line; line = strsep(&lines, "\n")) {
		const char *word = next_word(&line);

		if (!word)
			continue;
		if (strcmp(word, "machine") == 0)
			read_machine(topology, line);
		else if (strcmp(word, "region") == 0)
			read_region(topology, line);
		else
			read_device(topology, word, line);
	}
	scene_check(topology);
}

static void request_word(struct dax_request *request, char *word)
{
	_cleanup_error_ struct dax_error err = DAX_ERROR_INIT;
	char *value = strchr(word, '=');
	int r = 0;

	if (value)
		*value++ = '\0';
	if (strcmp(word, "size") == 0)
		r = dax_request_set_size(request, value, &err);
	else if (strcmp(word, "align") == 0)
		r = dax_request_set_align(request, value, &err);
	else if (strcmp(word, "mode") == 0)
		r = dax_request_set_mode(request, value, &err);
	else if (strcmp(word, "count") == 0)
		r = dax_request_set_count(request, value, &err);
	else if (strcmp(word, "range") == 0)
		r = dax_request_add_range(request, range_of(value, 0), &err);
	else if (strcmp(word, "region") == 0)
		request->region = strdup(value);
	else if (strcmp(word, "memmap") == 0)
		r = dax_request_set_memmap(request, value, &err);
	else if (strcmp(word, "force") == 0)
		request->force = true;
	else if (strcmp(word, "no-online") == 0)
		request->no_online = true;
	else if (strcmp(word, "no-movable") == 0)
		request->no_movable = true;
	else if (strcmp(word, "lose-data") == 0)
		r = dax_request_add_risk(request, word, &err);
	else
		r = dax_request_add_device(request, word, &err);
	if (r)
		fail_msg("%s", err.message);
}

void scene_request(struct dax_request *request, const char *text)
{
	_cleanup_error_ struct dax_error err = DAX_ERROR_INIT;
	_cleanup_free_ char *copy = strdup(text);
	char *rest = copy;
	const char *verb = next_word(&rest);
	size_t i = 0;

	while (i < ARRAY_SIZE(verbs) && strcmp(verbs[i], verb) != 0)
		i++;
	assert_true(i < ARRAY_SIZE(verbs));
	*request = (struct dax_request){ .verb = (enum dax_verb)i };
	for (char *word = next_word(&rest); word; word = next_word(&rest))
		request_word(request, word);
	if (dax_request_validate(request, &err))
		fail_msg("%s", err.message);
}

static void step_values(struct dax_step *step, struct dax_target *target, char *rest)
{
	char *word = next_word(&rest);

	switch (step->kind) {
	case DAX_STEP_CREATE:
		target->created = true;
		target->region = (size_t)atoi(word);
		return;
	case DAX_STEP_LOAD_DRIVER:
		step->driver = dax_mode_driver(dax_driver_mode(word));
		return;
	case DAX_STEP_SET_POLICY:
		step->to = policy_of(word);
		return;
	default:
		break;
	}
	snprintf(target->name, sizeof(target->name), "%s", word);
	if (step->kind == DAX_STEP_ONLINE || step->kind == DAX_STEP_OFFLINE) {
		scene_read_changes(step, rest);
		return;
	}
	word = next_word(&rest);
	if (step->kind == DAX_STEP_SET_ALIGN || step->kind == DAX_STEP_SET_SIZE || step->kind == DAX_STEP_SET_MEMMAP)
		step->to = size_of(word);
	else if (step->kind == DAX_STEP_ADD_MAPPING)
		step->range = range_of(word, 0);
	else if (step->kind != DAX_STEP_DELETE)
		step->driver = dax_mode_driver(dax_driver_mode(word));
}

void scene_step(struct dax_step *step, struct dax_target *target, const char *text)
{
	_cleanup_free_ char *copy = strdup(text);
	char *rest = copy;
	const char *word = next_word(&rest);
	int kind = 0;

	while (kind < DAX_N_STEP_KINDS && strcmp(dax_step_name((enum dax_step_kind)kind), word) != 0)
		kind++;
	assert_true(kind < DAX_N_STEP_KINDS);
	*step = (struct dax_step){ .kind = (enum dax_step_kind)kind };
	step_values(step, target, rest);
}

void scene_check_order(const struct dax_plan *plan)
{
	bool *given = calloc(plan->n_targets + 1, sizeof(*given)), any = false, begun = false;

	assert_non_null(given);
	for (size_t i = 0; i < plan->n_steps; i++) {
		const struct dax_step *step = &plan->steps[i];
		bool loads = step->kind == DAX_STEP_LOAD_DRIVER || step->kind == DAX_STEP_SET_AUTOPROBE;

		if (loads && begun)
			fail_msg("step %zu loads a driver after others", i);
		begun = begun || !loads;
		if (step->final)
			given[step->target] = any = true;
		if (!any || step->final || step->kind == DAX_STEP_SET_POLICY)
			continue;
		if (!given[step->target])
			fail_msg("step %zu could go before what is final", i);
		/* Only a namespace that is set up has its device back, and only then that can be bound. */
		if (step->kind != DAX_STEP_BIND && step->kind != DAX_STEP_ONLINE)
			fail_msg("step %zu, of kind %d, comes after what is final", i, (int)step->kind);
	}
	free(given);
}
