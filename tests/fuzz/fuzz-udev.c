/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Fuzzes rules of udev. Comments and empty lines in front change only the line, rules about other things nothing. */
#include "fuzz.h"

#include "state/udev-rules.h"

static bool find(const char *before, const char *text, const char *after, struct dax_udev_rule *rule)
{
	_cleanup_free_ char *rules = malloc(strlen(before) + strlen(text) + strlen(after) + 1);

	REQUIRE(rules);
	stpcpy(stpcpy(stpcpy(rules, before), text), after);
	return dax_udev_find_rule(rules, rule);
}

static unsigned count_lines(const char *text)
{
	unsigned n = 1;

	for (; (text = strchr(text, '\n')); text++)
		n++;
	return n;
}

int fuzz_udev(const uint8_t *data, size_t size)
{
	_cleanup_free_ char *text = as_text(data, size);
	struct dax_udev_rule rule = { 0 }, again = { 0 };
	bool found = find("", text, "", &rule);

	REQUIRE(!found || (rule.line >= 1 && rule.line <= count_lines(text)));
	REQUIRE(find("# a comment\n\n", text, "", &again) == found);
	REQUIRE(!found || (again.line == rule.line + 2 && again.takes_offline == rule.takes_offline));
	REQUIRE(find("SUBSYSTEM==\"net\", ATTR{state}=\"up\"\n", text, "", &again) == found);
	REQUIRE(!found || again.line == rule.line + 1);
	REQUIRE(find("SUBSYSTEM==\"memory\", ATTR{state}=\"online\"\n", text, "", &again) && again.line == 1);
	REQUIRE(find("", text, "\n\nSUBSYSTEM==\"memory\", \\\n ATTR{state}=\"online\"\n", &again));
	REQUIRE(!found || again.line == rule.line);
	return 0;
}
