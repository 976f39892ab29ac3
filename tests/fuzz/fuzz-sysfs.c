/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Fuzzes the texts of attributes, and the names of things, in /sys. */
#include "fuzz.h"

#include "base/fields.h"
#include "state/memory.h"
#include "state/p2pmem.h"
#include "state/topology.h"

#include <stdio.h>
#include <sys/sysmacros.h>

static void check_numbers(const char *text)
{
	dev_t device = 0, again = 0;
	char printed[64];
	int number = -1;

	if (dax_parse_device_number(text, &device) == 0) {
		snprintf(printed, sizeof(printed), "%u:%u", major(device), minor(device));
		REQUIRE(dax_parse_device_number(printed, &again) == 0 && again == device);
	}
	REQUIRE(dax_parse_numbered(text, "memory_tier", &number) || number >= 0);
	(void)dax_field_chosen(text);
	(void)dax_field_powers(text);
}

/* What is in a list stays in it when more is added, and nothing else comes in. */
static void check_list(const char *text)
{
	static const uint64_t nodes[] = { 0, 1, 2, 9, 70, 71, 72, 1023 };
	_cleanup_free_ char *more = malloc(strlen(text) + 8);

	REQUIRE(more);
	stpcpy(stpcpy(more, "70-71,"), text);
	for (size_t i = 0; i < ARRAY_SIZE(nodes); i++) {
		bool here = nodes[i] == 70 || nodes[i] == 71;

		REQUIRE(dax_list_has(more, nodes[i]) == (here || dax_list_has(text, nodes[i])));
	}
}

static void check_names(const char *text)
{
	char name[DAX_NAME_MAX], again[DAX_NAME_MAX], uuid[DAX_UUID_TEXT], same[DAX_UUID_TEXT];
	int region_id = -1, id = -1;

	if (dax_parse_pci_name(text, name) == 0) {
		REQUIRE(dax_parse_pci_name(name, again) == 0 && strcmp(name, again) == 0 && strlen(name) == 12);
	}
	if (dax_parse_namespace_name(text, &region_id, &id) == 0) {
		snprintf(name, sizeof(name), "namespace%d.%d", region_id, id);
		REQUIRE(strcmp(name, text) == 0);
	}
	if (dax_parse_exact_name(text, &region_id, &id) == 0) {
		snprintf(name, sizeof(name), "dax%d.%d", region_id, id);
		REQUIRE(strcmp(name, text) == 0);
	}
	if (dax_parse_uuid(text, uuid) == 0) {
		REQUIRE(dax_parse_uuid(uuid, same) == 0 && strcmp(uuid, same) == 0);
		dax_uuid_count_on(uuid, 1);
		REQUIRE(dax_parse_uuid(uuid, same) == 0 && strcmp(uuid, same) == 0);
	}
	(void)dax_compare_names(text, "dax10.2");
}

static void check_memory(const char *text)
{
	enum dax_policy policy = dax_policy_of(text);
	enum dax_block_state state = dax_block_state_of(text);

	REQUIRE(policy == DAX_POLICY_UNKNOWN || strcmp(dax_policy_word(policy), text) == 0);
	REQUIRE(dax_block_state_name(state));
	REQUIRE(state == DAX_BLOCK_OFFLINE || !strchr(text, ' '));
}

int fuzz_sysfs(const uint8_t *data, size_t size)
{
	_cleanup_free_ char *text = as_text(data, size);

	check_numbers(text);
	check_list(text);
	check_names(text);
	check_memory(text);
	return 0;
}
