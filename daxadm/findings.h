/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Prints the findings of check: as JSON, a contract with scripts, or as a table for people. */
#pragma once

#include "check/check.h"

#include <json-c/json.h>

/* An array; NULL without memory. */
struct json_object *findings_array(const struct dax_findings *findings) DAX_MUST_CHECK;

/* The checks of all kinds of targets. */
struct json_object *findings_checks(void) DAX_MUST_CHECK;

/* Text for people, to stdout. */
int findings_print_table(const struct dax_findings *findings, struct dax_error *err) DAX_MUST_CHECK;
