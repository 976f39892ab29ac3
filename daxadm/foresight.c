/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "foresight.h"

#include "report.h"
#include "run/judge.h"
#include "run/step-kinds.h"

#include <stdio.h>

/* A device that does not exist has its previous name. */
static const char *name_of(const struct dax_record *record, size_t i)
{
	const struct dax_target *target = &record->plan.targets[i];
	const char *name = record->names[i];

	return name[0] ? name : target->created ? "a new device" : target->name;
}

char *foresight_describe(const struct dax_record *record, const struct dax_judgement *judgement, size_t target)
{
	const struct dax_region *region = &record->before.regions[record->plan.targets[target].region];
	char *text = NULL;
	int n = 0;

	if (judgement->verdict == DAX_VERDICT_GONE)
		n = asprintf(&text, "region %s no longer exists: nothing is left to recover for %s",
			     region->name, name_of(record, target));
	else if (judgement->verdict == DAX_VERDICT_FOREIGN)
		n = asprintf(&text, "would not be touched: %s", judgement->why.message);
	return n < 0 ? NULL : text;
}

bool foresight_print(const struct dax_record *record, const struct dax_judgement *judgements,
		     enum dax_recovery direction)
{
	bool forward = direction == DAX_RECOVER_FORWARD, any = false;

	for (size_t i = 0; i < record->plan.n_steps; i++) {
		size_t at = forward ? i : record->plan.n_steps - 1 - i;
		const struct dax_step *step = &record->plan.steps[at];
		bool device = dax_step_has_target(step);

		if (!dax_recovery_wants(record, at, direction) ||
		    (device && judgements[step->target].verdict != DAX_VERDICT_OURS))
			continue;
		_cleanup_free_ char *text = dax_step_describe(step, device ? name_of(record, step->target) : "");
		any = true;
		if (text)
			report_step(forward ? "would do" : "would undo", text);
	}
	return any;
}
