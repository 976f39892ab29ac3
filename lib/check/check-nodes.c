/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The location of the memory: nodes, tiers, and the speed that the firmware reports. */
#include "check/checker.h"

#include "base/fields.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define NODES "devices/system/node"

/* More than any kernel is built for (NODES_SHIFT). */
#define MAX_NODES 1024

/* Regions whose memory has no node: kmem refuses them. */
void dax_check_region_nodes(struct dax_subject *subject, struct dax_finding *finding)
{
	static const char expected[] = "each region has a NUMA node for its memory";
	const struct dax_topology *topology = subject->topology;
	struct dax_words without;

	if (!topology->n_regions) {
		dax_found_skip(finding, "there is no region");
		return;
	}
	if (!dax_words_begin(&without, finding))
		return;
	for (size_t i = 0; i < topology->n_regions; i++) {
		if (topology->regions[i].target_node < 0)
			dax_words_add(&without, topology->regions[i].name);
	}
	dax_words_end(&without);
	if (without.n) {
		dax_found(finding, DAX_WARN, expected, "%s: none", without.text);
		dax_found_hint(finding, "it cannot be system memory: boot without numa=off, and check that "
					"the firmware defines a node for it (SRAT, CFMWS)");
	} else {
		dax_found(finding, DAX_PASS, expected, "%zu region%s", topology->n_regions,
			  topology->n_regions == 1 ? "" : "s");
	}
	dax_words_release(&without);
}

static const char *read_nodes(struct dax_subject *subject, const char *attr, char list[256])
{
	if (dax_sysfs_read(subject->checkup->sysfs, NODES, attr, list, 256, NULL))
		list[0] = '\0';
	return list;
}

/* Regions whose memory would be on a node with processors, that is, together with main memory. */
static void find_mixed(const struct dax_topology *topology, const char *cpus, struct dax_words *mixed)
{
	for (size_t i = 0; i < topology->n_regions; i++) {
		const struct dax_region *region = &topology->regions[i];
		char text[DAX_NAME_MAX + 32];

		if (region->target_node < 0 || !dax_list_has(cpus, (uint64_t)region->target_node))
			continue;
		snprintf(text, sizeof(text), "%.60s on node %d", region->name, region->target_node);
		dax_words_add(mixed, text);
	}
	dax_words_end(mixed);
}

void dax_check_nodes(struct dax_subject *subject, struct dax_finding *finding)
{
	static const char expected[] = "regions are on nodes without processors";
	char memory[256], cpus[256];
	struct dax_words far, mixed;

	if (!dax_words_begin(&far, finding))
		return;
	if (!dax_words_begin(&mixed, finding)) {
		dax_words_release(&far);
		return;
	}
	read_nodes(subject, "has_memory", memory);
	read_nodes(subject, "has_cpu", cpus);
	for (unsigned node = 0; node < MAX_NODES; node++) {
		char text[16];

		snprintf(text, sizeof(text), "%u", node);
		if (dax_list_has(memory, node) && !dax_list_has(cpus, node))
			dax_words_add(&far, text);
	}
	dax_words_end(&far);
	find_mixed(subject->topology, cpus, &mixed);
	if (!memory[0])
		dax_found_skip(finding, "this kernel has no NUMA nodes");
	else
		dax_found(finding, DAX_PASS, expected,
			  "memory: %s; processors: %s; memory without processors: %s", memory, cpus,
			  far.n ? far.text : "none");
	if (memory[0] && mixed.n) {
		dax_found(finding, DAX_WARN, expected, "%s, which has processors", mixed.text);
		dax_found_hint(finding, "policies and tiers could not distinguish it from main memory: check that "
					"the firmware defines a node for it (SRAT, CFMWS)");
	}
	dax_words_release(&far);
	dax_words_release(&mixed);
}

struct search {
	struct dax_sysfs *sysfs;
	struct dax_words *words;
	char cpus[256]; /* nodes with processors */
	bool mixed;     /* a tier has nodes of both kinds */
};

static int add_tier(const char *name, void *data)
{
	struct search *search = data;
	char dir[128], nodes[256], word[400];
	bool near = false, far = false;
	int number = 0;

	if (dax_parse_numbered(name, "memory_tier", &number))
		return 0;
	snprintf(dir, sizeof(dir), "devices/virtual/memory_tiering/%.40s", name);
	if (dax_sysfs_read(search->sysfs, dir, "nodelist", nodes, sizeof(nodes), NULL))
		return 0;
	snprintf(word, sizeof(word), "tier %d: node %s", number, nodes);
	dax_words_add(search->words, word);
	for (unsigned node = 0; node < MAX_NODES; node++) {
		near = near || (dax_list_has(nodes, node) && dax_list_has(search->cpus, node));
		far = far || (dax_list_has(nodes, node) && !dax_list_has(search->cpus, node));
	}
	search->mixed = search->mixed || (near && far);
	return 0;
}

void dax_check_tiers(struct dax_subject *subject, struct dax_finding *finding)
{
	static const char expected[] = "memory without processors is in tiers of its own";
	struct dax_words words;
	struct search search = { .sysfs = subject->checkup->sysfs, .words = &words };
	char demotion[16] = "";

	if (!dax_words_begin(&words, finding))
		return;
	read_nodes(subject, "has_cpu", search.cpus);
	(void)!dax_sysfs_list(search.sysfs, "devices/virtual/memory_tiering", add_tier, &search, NULL);
	dax_words_end(&words);
	if (!words.n)
		dax_found_skip(finding, "this kernel has no memory tiers");
	else
		dax_found(finding, search.mixed ? DAX_WARN : DAX_PASS, expected, "%s", words.text);
	if (search.mixed)
		dax_found_hint(
			finding,
			"pages are not demoted to it: the kernel treats it as main memory, because no DAX "
			"driver added it, or because of the speed that the firmware reports (HMAT)");
	if (words.n && !dax_sysfs_read(search.sysfs, "kernel/mm/numa", "demotion_enabled", demotion,
				       sizeof(demotion), NULL))
		dax_found_detail(finding, "demotion to slower tiers: %s",
				 strcmp(demotion, "true") == 0 ? "on" : "off");
	dax_words_release(&words);
}

/* "read 120 ns, 25000 MB/s", as far as the firmware reports it; false for nothing. */
static bool print_speed(struct search *search, const char *dir, const char *what, char text[96])
{
	char latency_attr[32], bandwidth_attr[32], latency[32] = "", bandwidth[32] = "";
	uint64_t value = 0;

	snprintf(latency_attr, sizeof(latency_attr), "%s_latency", what);
	snprintf(bandwidth_attr, sizeof(bandwidth_attr), "%s_bandwidth", what);
	if (!dax_sysfs_read_u64(search->sysfs, dir, latency_attr, &value, NULL) && value)
		snprintf(latency, sizeof(latency), "%" PRIu64 " ns", value);
	if (!dax_sysfs_read_u64(search->sysfs, dir, bandwidth_attr, &value, NULL) && value)
		snprintf(bandwidth, sizeof(bandwidth), "%" PRIu64 " MB/s", value);
	snprintf(text, 96, "%s %s%s%s", what, latency, latency[0] && bandwidth[0] ? ", " : "", bandwidth);
	return latency[0] || bandwidth[0];
}

/*
 * "node 2: access1: read 120 ns, 25000 MB/s, write 130 ns; access0: ...": from the nearest processors, and
 * from the nearest initiators (Documentation/admin-guide/mm/numaperf.rst). Equal values are printed once.
 */
static bool add_speed(struct search *search, unsigned node)
{
	char word[512], before[208] = "";
	int length = snprintf(word, sizeof(word), "node %u", node);
	bool any = false;

	for (int class = 1; class >= 0; class --) {
		char dir[96], reading[96], writing[96], speed[208];

		snprintf(dir, sizeof(dir), NODES "/node%u/access%d/initiators", node, class);
		bool reads = print_speed(search, dir, "read", reading);
		bool writes = print_speed(search, dir, "write", writing);
		snprintf(speed, sizeof(speed), "%s%s%s", reads ? reading : "", reads && writes ? ", " : "",
			 writes ? writing : "");
		if ((!reads && !writes) || strcmp(speed, before) == 0)
			continue;
		length += snprintf(word + length, sizeof(word) - (size_t)length, "%s access%d: %s",
				   any ? ";" : ":", class, speed);
		memcpy(before, speed, sizeof(before));
		any = true;
	}
	if (any)
		dax_words_add(search->words, word);
	return any;
}

void dax_check_node_speed(struct dax_subject *subject, struct dax_finding *finding)
{
	static const char expected[] = "the firmware reports the speed of each node's memory";
	struct dax_words words, silent;
	struct search search = { .sysfs = subject->checkup->sysfs, .words = &words };
	char memory[256];

	if (!dax_words_begin(&words, finding))
		return;
	if (!dax_words_begin(&silent, finding)) {
		dax_words_release(&words);
		return;
	}
	read_nodes(subject, "has_memory", memory);
	for (unsigned node = 0; memory[0] && node < MAX_NODES; node++) {
		char text[16];

		snprintf(text, sizeof(text), "node %u", node);
		if (dax_list_has(memory, node) && !add_speed(&search, node))
			dax_words_add(&silent, text);
	}
	dax_words_end(&words);
	dax_words_end(&silent);
	if (!words.n && !silent.n)
		dax_found_skip(finding, "this kernel has no NUMA nodes");
	else if (silent.n)
		dax_found(finding, DAX_WARN, expected, "it reports nothing for %s", silent.text);
	else
		dax_found(finding, DAX_PASS, expected, "%s", words.text);
	if (silent.n && words.n)
		dax_found_detail(finding, "%s", words.text);
	if (silent.n)
		dax_found_hint(finding, "without HMAT (or CDAT, for CXL) all such memory is one tier");
	dax_words_release(&words);
	dax_words_release(&silent);
}
