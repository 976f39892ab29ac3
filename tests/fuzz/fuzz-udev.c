/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Fuzzes rules of udev. Comments and empty lines in front, and rules about other things, change nothing. */
#include "fuzz.h"

#include "check/checker.h"

static bool onlines(const char *before, const char *text, const char *after)
{
	_cleanup_free_ char *rules = malloc(strlen(before) + strlen(text) + strlen(after) + 1);

	REQUIRE(rules);
	stpcpy(stpcpy(stpcpy(rules, before), text), after);
	return dax_udev_onlines(rules);
}

int fuzz_udev(const uint8_t *data, size_t size)
{
	_cleanup_free_ char *text = as_text(data, size);
	bool found = onlines("", text, "");

	REQUIRE(onlines("# a comment\n\n", text, "") == found);
	REQUIRE(onlines("SUBSYSTEM==\"net\", ATTR{state}=\"up\"\n", text, "") == found);
	REQUIRE(onlines("SUBSYSTEM==\"memory\", ATTR{state}=\"online\"\n", text, ""));
	REQUIRE(onlines("", text, "\n\nSUBSYSTEM==\"memory\", \\\n ATTR{state}=\"online\"\n"));
	return 0;
}
