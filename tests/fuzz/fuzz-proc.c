/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Fuzzes the other texts from outside /sys: maps, smaps, devices, the command line, a configuration, a release. */
#include "fuzz.h"

#include "door/kernel-text.h"

#include <stdio.h>

static void check_map(const char *line)
{
	struct dax_map_line map, again;
	char printed[128];

	if (!dax_text_map(line, &map))
		return;
	REQUIRE(map.range.start < map.range.end);
	snprintf(printed, sizeof(printed), "%08llx-%08llx rw-%c 00000000 00:06 %llu      /a file\n",
		 (unsigned long long)map.range.start, (unsigned long long)map.range.end, map.shared ? 's' : 'p',
		 (unsigned long long)map.inode);
	REQUIRE(dax_text_map(printed, &again) && again.range.start == map.range.start &&
		again.range.end == map.range.end && again.shared == map.shared && again.inode == map.inode);
}

static void check_config(const char *text)
{
	size_t length = 0;
	const char *line = dax_text_config(text, "CONFIG_DEV_DAX", &length);

	REQUIRE(!line || (line >= text && line + length <= text + strlen(text) && !memchr(line, '\n', length)));
	REQUIRE(!line || strncmp(line, "CONFIG_DEV_DAX", 14) == 0);
}

/* A word that is in the list is found, and it is on the line. */
static void check_parameter(const char *text)
{
	bool found = dax_text_parameter_has(text, "module_blacklist", "kmem");
	static const char before[] = "module_blacklist=dax_hmem,kmem ";
	_cleanup_free_ char *more = malloc(sizeof(before) + strlen(text));

	REQUIRE(!found || (strstr(text, "module_blacklist=") && strstr(text, "kmem")));
	REQUIRE(more);
	stpcpy(stpcpy(more, before), text);
	REQUIRE(dax_text_parameter_has(more, "module_blacklist", "kmem"));
}

int fuzz_proc(const uint8_t *data, size_t size)
{
	_cleanup_free_ char *text = as_text(data, size);
	unsigned first = 0, second = 0;

	check_map(text);
	check_config(text);
	check_parameter(text);
	REQUIRE(!dax_text_major(text, "dax", &first) || strstr(text, " dax\n"));
	(void)dax_text_release(text, &first, &second);
	(void)dax_text_smaps(text, 0x7f0000200000, "KernelPageSize:");
	return 0;
}
