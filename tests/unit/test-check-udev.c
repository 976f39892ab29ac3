/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which rules of udev bring memory online. */
#include "unit.h"

#include "state/udev-rules.h"

static void expect(bool expected, const char *rules)
{
	struct dax_udev_rule rule = { 0 };

	if (dax_udev_find_rule(rules, &rule) != expected)
		fail_msg("%s: %s", expected ? "not found" : "found", rules);
}

static void test_found(void **state)
{
	(void)state;
	expect(true, "SUBSYSTEM==\"memory\", ACTION==\"add\", ATTR{state}=\"online\"\n");
	expect(true, "SUBSYSTEM==\"memory\",ATTR{state}==\"offline\",ATTR{state}=\"online_movable\"");
	expect(true, "SUBSYSTEM == \"memory\", ATTR{state} := \"online\"\n");
	expect(true, "SUBSYSTEM==\"cpu|memory\", ATTR{state}=\"online\"\n");
	expect(true, "SUBSYSTEM==i\"memory\", ATTR{state}=e\"online\"\n");
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
	expect(false, "SUBSYSTEM==\"memory\", ATTR{state}:\"online\"\nSUBSYSTEM!\"memory\"\n");
	expect(false, "SUBSYSTEM==\"memory_tiering\", ATTR{state}=\"online\"\n");
	expect(false, "SUBSYSTEM==\"memory\", ATTR{online}=\"1\", XATTR{state}=\"x\", ATTR{state}=\n");
}

/* Where it is, and whether it also acts on memory that goes offline. */
static void expect_rule(unsigned line, bool takes_offline, const char *rules)
{
	struct dax_udev_rule rule = { 0 };

	if (!dax_udev_find_rule(rules, &rule) || rule.line != line || rule.takes_offline != takes_offline)
		fail_msg("line %u, %d: %s", rule.line, rule.takes_offline, rules);
}

static void test_rule(void **state)
{
	(void)state;
	expect_rule(1, false, "SUBSYSTEM==\"memory\", ACTION==\"add\", ATTR{state}=\"online\"\n");
	expect_rule(2, false, "# memory\nSUBSYSTEM==\"memory\", ACTION==\"add|change\", ATTR{state}=\"online\"\n");
	expect_rule(1, true, "SUBSYSTEM==\"memory\", ATTR{state}==\"offline\", ATTR{state}=\"online\"");
	expect_rule(4, true, "# a\\\nSUBSYSTEM==\"cpu\", \\\n ATTR{state}=\"online\"\n"
		    "SUBSYSTEM==\"memory\", \\\n# b\n ATTR{state}=\"online\"");
	expect_rule(1, true, "SUBSYSTEM==\"memory\", ACTION==\"add|offline\", ATTR{state}=\"online\"\n");
	expect_rule(1, true, "SUBSYSTEM==\"memory\", ACTION!=\"remove\", ATTR{state}=\"online\"\n");
	/* As Red Hat's. */
	expect_rule(4, false, "SUBSYSTEM!=\"memory\", GOTO=\"end\"\nACTION!=\"add\", GOTO=\"end\"\nENV{.state}=\"online\"\n"
		    "ATTR{state}==\"offline\", ATTR{state}=\"$env{.state}\"\nLABEL=\"end\"\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_found),
		cmocka_unit_test(test_not_found),
		cmocka_unit_test(test_rule),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
