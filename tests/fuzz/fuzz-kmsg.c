/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Fuzzes records of the kernel's log, and the lines in them that are about memory. */
#include "fuzz.h"

#include "door/kmsg.h"

#include <stdio.h>

/* The line is printed as the kernel does (arch/x86/kernel/e820.c, e820__print_table). */
static void check_line(const char *text)
{
	struct dax_range range, again;
	char printed[128];

	if (!dax_kmsg_soft_reserved(text, &range))
		return;
	REQUIRE(range.start <= range.end && dax_range_size(range));
	snprintf(printed, sizeof(printed), "BIOS-e820: [mem %#018llx-%#018llx] soft reserved",
		 (unsigned long long)range.start, (unsigned long long)range.end);
	REQUIRE(dax_kmsg_soft_reserved(printed, &again) || !range.start); /* there "%#" prints no 0x */
	REQUIRE(!range.start || (again.start == range.start && again.end == range.end));
}

/* As Linux 6.12 prints it (drivers/base/dd.c, really_probe). */
static void check_probe(const char *text)
{
	struct dax_probe_failure failure, again;
	char printed[4 * DAX_NAME_MAX];

	if (!dax_kmsg_parse_probe(text, &failure))
		return;
	REQUIRE(failure.code > 0 && failure.driver[0] && failure.device[0]);
	snprintf(printed, sizeof(printed), "%s %s: probe with driver %s failed with error -%d", failure.driver,
		 failure.device, failure.driver, failure.code);
	REQUIRE(dax_kmsg_parse_probe(printed, &again) && again.code == failure.code);
	REQUIRE(strcmp(again.driver, failure.driver) == 0 && strcmp(again.device, failure.device) == 0);
}

int fuzz_kmsg(const uint8_t *data, size_t size)
{
	_cleanup_free_ char *record = as_text(data, size), *line = as_text(data, size);
	size_t length = strlen(record);
	const char *text = dax_kmsg_text(record);

	if (text) {
		REQUIRE(text > record && text <= record + length && !strchr(text, '\n'));
		check_line(text);
		check_probe(text);
	}
	check_line(line);
	check_probe(line);
	return 0;
}
