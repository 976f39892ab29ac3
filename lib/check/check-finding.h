/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Findings: how a check reports its result. */
#pragma once

#include "check/check.h"

void dax_findings_release(struct dax_findings *findings);

/* Removes the last finding, which could not be stored completely. */
void dax_findings_drop_last(struct dax_findings *findings);

/* The number of findings with this result. */
size_t dax_findings_count(const struct dax_findings *findings, enum dax_result result);

/* "pass", "fail", "warn", "skip". */
const char *dax_result_name(enum dax_result result);
