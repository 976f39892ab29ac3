/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Stores the results of the checks. */
#include "check/check-finding.h"

#include "check/checker.h"

#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

void dax_findings_drop_last(struct dax_findings *findings)
{
	struct dax_finding *finding = &findings->items[--findings->n];

	free(finding->target);
	free(finding->expected);
	free(finding->observed);
	free(finding->detail);
	free(finding->hint);
	free(finding->ranges);
}

void dax_findings_release(struct dax_findings *findings)
{
	while (findings->n)
		dax_findings_drop_last(findings);
	free(findings->items);
	*findings = (struct dax_findings)DAX_FINDINGS_INIT;
}

size_t dax_findings_count(const struct dax_findings *findings, enum dax_result result)
{
	size_t n = 0;

	for (size_t i = 0; i < findings->n; i++)
		n += findings->items[i].result == result;
	return n;
}

const char *dax_result_name(enum dax_result result)
{
	static const char *const names[] = { "pass", "fail", "warn", "skip" };

	return names[result];
}

DAX_PRINTF(3, 0)
static void set_text(struct dax_finding *finding, char **place, const char *text, va_list args)
{
	char *made = NULL;

	if (vasprintf(&made, text, args) < 0) {
		finding->no_memory = true;
		return;
	}
	free(*place);
	*place = made;
}

/* A failure takes precedence over a warning, a warning over a skip, a skip over a pass. */
static int badness(enum dax_result result)
{
	static const int order[] = { [DAX_PASS] = 0, [DAX_SKIP] = 1, [DAX_WARN] = 2, [DAX_FAIL] = 3 };

	return order[result];
}

void dax_found(struct dax_finding *finding, enum dax_result result, const char *expected,
	       const char *observed, ...)
{
	va_list args;

	if (finding->observed && badness(result) <= badness(finding->result))
		return;
	char *copy = expected ? strdup(expected) : NULL;
	if (expected && !copy)
		finding->no_memory = true;
	free(finding->expected);
	finding->expected = copy;
	finding->result = result;
	va_start(args, observed);
	set_text(finding, &finding->observed, observed, args);
	va_end(args);
}

void dax_found_skip(struct dax_finding *finding, const char *text, ...)
{
	va_list args;

	if (finding->observed && finding->result != DAX_PASS)
		return;
	finding->result = DAX_SKIP;
	free(finding->expected);
	finding->expected = NULL;
	va_start(args, text);
	set_text(finding, &finding->observed, text, args);
	va_end(args);
}

void dax_found_detail(struct dax_finding *finding, const char *text, ...)
{
	va_list args;

	va_start(args, text);
	set_text(finding, &finding->detail, text, args);
	va_end(args);
}

void dax_found_hint(struct dax_finding *finding, const char *text, ...)
{
	va_list args;

	va_start(args, text);
	set_text(finding, &finding->hint, text, args);
	va_end(args);
}

void dax_found_range(struct dax_finding *finding, struct dax_range range)
{
	struct dax_range *grown = reallocarray(finding->ranges, finding->n_ranges + 1, sizeof(*grown));

	if (!grown) {
		finding->no_memory = true;
		return;
	}
	finding->ranges = grown;
	grown[finding->n_ranges++] = range;
}

static const char *outcome_name(int code)
{
	return code ? dax_errno_name(code) : "success";
}

void dax_found_errno(struct dax_finding *finding, int expected, int observed, const char *what)
{
	if (observed == expected)
		dax_found(finding, DAX_PASS, outcome_name(expected), "%s", outcome_name(observed));
	else
		dax_found(finding, DAX_FAIL, outcome_name(expected), "%s%s%s", outcome_name(observed),
			  what ? " " : "", what ? what : "");
}

const char *dax_signal_name(int signal, char buffer[DAX_SIGNAL_TEXT])
{
	const char *name = sigabbrev_np(signal);

	if (name)
		snprintf(buffer, DAX_SIGNAL_TEXT, "SIG%s", name);
	else
		snprintf(buffer, DAX_SIGNAL_TEXT, "signal %d", signal);
	return buffer;
}

bool dax_found_end(struct dax_finding *finding, struct dax_end end, const char *expected)
{
	char name[DAX_SIGNAL_TEXT];

	if (end.error)
		dax_found_skip(finding, "cannot try it: %s", strerror(end.error));
	else if (end.silent)
		dax_found(finding, DAX_FAIL, expected, "no answer");
	else if (end.signal)
		dax_found(finding, DAX_FAIL, expected, "%s", dax_signal_name(end.signal, name));
	else
		return true;
	return false;
}
