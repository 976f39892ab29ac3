/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* udev rules that bring new memory online. */
#include "check/checker.h"

#include "state/udev-rules.h"

static void add_rule(const char *place, const struct dax_udev_rule *rule, void *data)
{
	struct dax_words *found = data;

	(void)rule;
	dax_words_add(found, place);
}

void dax_check_udev_rules(struct dax_subject *subject, struct dax_finding *finding)
{
	static const char expected[] = "no rule brings new memory online";
	struct dax_words found;

	(void)subject;
	if (!dax_words_begin(&found, finding))
		return;
	dax_udev_list_rules(add_rule, &found);
	dax_words_end(&found);
	dax_found(finding, found.n ? DAX_WARN : DAX_PASS, expected, "%s", found.n ? found.text : expected);
	if (found.n)
		dax_found_hint(
			finding,
			"it brings memory online that should stay offline (--no-online), and may put it in "
			"zone Normal, where it may never go offline again; remove the rule, or hide it with a "
			"file of the same name in /etc/udev/rules.d, and boot with memhp_default_state=online_movable instead");
	dax_words_release(&found);
}
