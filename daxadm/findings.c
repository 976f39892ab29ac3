/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "findings.h"

#include "check/check-finding.h"
#include "json-build.h"
#include "json.h"
#include "report.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static struct json_object *ranges_array(const struct dax_finding *finding)
{
	_cleanup_json_ struct json_object *array = json_object_new_array();

	for (size_t i = 0; i < finding->n_ranges; i++) {
		struct json_builder builder;

		json_build(&builder);
		json_put_number(&builder, "start", finding->ranges[i].start);
		json_put_number(&builder, "end", finding->ranges[i].end);
		if (!json_append(array, json_build_end(&builder)))
			return NULL;
	}
	return json_array_end(TAKE_PTR(array));
}

static struct json_object *finding_object(const struct dax_finding *finding)
{
	struct json_builder builder;

	json_build(&builder);
	json_put_text(&builder, "target", finding->target);
	json_put_text(&builder, "check", finding->check);
	json_put_text(&builder, "result", dax_result_name(finding->result));
	json_put_text(&builder, "expected", finding->expected);
	json_put_text(&builder, "observed", finding->observed);
	json_put_text(&builder, "detail", finding->detail);
	json_put_text(&builder, "hint", finding->hint);
	if (finding->n_ranges)
		json_put(&builder, "ranges", ranges_array(finding));
	return json_build_end(&builder);
}

struct json_object *findings_array(const struct dax_findings *findings)
{
	_cleanup_json_ struct json_object *array = json_object_new_array();

	for (size_t i = 0; i < findings->n; i++) {
		if (!json_append(array, finding_object(&findings->items[i])))
			return NULL;
	}
	return json_array_end(TAKE_PTR(array));
}

static struct json_object *check_object(const char *kind, const struct dax_check *check)
{
	struct json_builder builder;

	json_build(&builder);
	json_put_text(&builder, "check", check->name);
	json_put_text(&builder, "kind", kind);
	json_put_text(&builder, "promise", check->promise);
	json_put_text(&builder, "source", check->source);
	json_put_bool(&builder, "writes", check->needs & DAX_NEED_WRITE);
	json_put_bool(&builder, "disrupts", check->needs & DAX_NEED_DISRUPT);
	return json_build_end(&builder);
}

struct json_object *findings_checks(void)
{
	_cleanup_json_ struct json_object *array = json_object_new_array();
	const struct dax_checks *checks;

	for (size_t kind = 0; (checks = dax_checks_of_kind(kind)); kind++) {
		for (size_t i = 0; i < checks->n; i++) {
			if (!json_append(array, check_object(checks->kind, &checks->checks[i])))
				return NULL;
		}
	}
	return json_array_end(TAKE_PTR(array));
}

/* Maximum number of ranges in a line for people. */
#define SHOWN_RANGES 8

/* " WORD: TEXT" below a line of the table. */
static void print_more(const char *word, const char *text)
{
	_cleanup_free_ char *printable = text ? report_printable(text) : NULL;

	if (printable)
		printf("        %s: %s\n", word, printable);
}

static void print_ranges(const struct dax_finding *finding)
{
	size_t n = finding->n_ranges;

	for (size_t i = 0; i < n && i < SHOWN_RANGES; i++)
		printf("%s0x%" PRIx64 "-0x%" PRIx64, i ? ", " : "        bytes: ", finding->ranges[i].start,
		       finding->ranges[i].end);
	if (n > SHOWN_RANGES)
		printf(", and %zu more", n - SHOWN_RANGES);
	if (n)
		putchar('\n');
}

static void print_finding(const struct dax_finding *finding, int width)
{
	_cleanup_free_ char *observed = report_printable(finding->observed);

	printf("  %-4s  %-*s  %s\n", dax_result_name(finding->result), width, finding->check,
	       observed ? observed : "");
	/* In most cases this was observed. */
	if (finding->expected && strcmp(finding->expected, finding->observed) != 0)
		print_more("expected", finding->expected);
	print_ranges(finding);
	print_more("detail", finding->detail);
	print_more("hint", finding->hint);
}

static int widest_name(const struct dax_findings *findings)
{
	size_t width = 0;

	for (size_t i = 0; i < findings->n; i++) {
		size_t length = strlen(findings->items[i].check);

		width = length > width ? length : width;
	}
	return (int)width;
}

int findings_print_table(const struct dax_findings *findings, struct dax_error *err)
{
	int width = widest_name(findings);
	const char *target = "";

	errno = 0;
	for (size_t i = 0; i < findings->n; i++) {
		const struct dax_finding *finding = &findings->items[i];

		if (strcmp(target, finding->target) != 0) {
			_cleanup_free_ char *printable = report_printable(finding->target);

			printf("%s%s\n", i ? "\n" : "", printable ? printable : "");
		}
		target = finding->target;
		print_finding(finding, width);
	}
	printf("\n%zu passed, %zu failed, %zu warned, %zu skipped\n", dax_findings_count(findings, DAX_PASS),
	       dax_findings_count(findings, DAX_FAIL), dax_findings_count(findings, DAX_WARN),
	       dax_findings_count(findings, DAX_SKIP));
	if (fflush(stdout) == EOF)
		return dax_fail(err, errno ? errno : EIO, "cannot write to standard output: %s",
				strerror(errno));
	return 0;
}
