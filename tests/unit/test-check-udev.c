/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which rules of udev bring new memory online. */
#include "unit.h"

#include "check/checker.h"

static void expect(bool expected, const char *rules)
{
	_cleanup_free_ char *text = strdup(rules);

	assert_non_null(text);
	if (dax_udev_onlines(text) != expected)
		fail_msg("%s: %s", expected ? "not found" : "found", rules);
}

static void test_found(void **state)
{
	(void)state;
	expect(true, "SUBSYSTEM==\"memory\", ACTION==\"add\", ATTR{state}=\"online\"\n");
	expect(true, "SUBSYSTEM==\"memory\",ATTR{state}==\"offline\",ATTR{state}=\"online_movable\"");
	expect(true, "SUBSYSTEM == \"memory\", ATTR{state} := \"online\"\n");
	expect(true, "SUBSYSTEM==\"cpu|memory\", ATTR{state}=\"online\"\n");
	/* Continued, with a comment in between. */
	expect(true, "SUBSYSTEM==\"memory\", ACTION==\"add\", \\\n# a comment\n  ATTR{state}=\"online\"\n");
	/* The state is chosen elsewhere. */
	expect(true, "SUBSYSTEM!=\"memory\", GOTO=\"end\"\nENV{.state}=\"online\"\n"
		     "ATTR{state}==\"offline\", ATTR{state}=\"$env{.state}\"\nLABEL=\"end\"\n");
	expect(true, "SUBSYSTEM==\"memory\", PROGRAM=\"/bin/choose\", RESULT==\"1\", ATTR{state}=\"%c\"\n");
}

static void test_not_found(void **state)
{
	(void)state;
	expect(false, "");
	expect(false, "#SUBSYSTEM==\"memory\", ATTR{state}=\"online\"\n");
	expect(false, "  # SUBSYSTEM==\"memory\", \\\nATTR{state}=\"online\"");
	expect(false, "SUBSYSTEM==\"memory\", ATTR{state}==\"online\", RUN+=\"/bin/true\"\n");
	expect(false, "SUBSYSTEM==\"memory\", ATTR{state}!=\"online\", ATTR{state}=\"offline\"\n");
	expect(false, "SUBSYSTEM==\"memory\", TAG+=\"systemd\"\nSUBSYSTEM==\"power\", ATTR{state}=\"on\"\n");
	expect(false, "SUBSYSTEM==\"cpu\", ATTR{state}=\"online\"\n");
	expect(false, "SUBSYSTEM==\"memory_tiering\", ATTR{state}=\"online\"\n");
	expect(false, "SUBSYSTEM==\"memory\", ATTR{online}=\"1\", XATTR{state}=\"x\", ATTR{state}=\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_found),
		cmocka_unit_test(test_not_found),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
