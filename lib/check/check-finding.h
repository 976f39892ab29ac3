/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Findings: how a check says what it saw. */
#pragma once

#include "check/check.h"

void dax_findings_release(struct dax_findings *findings);

/* Takes back the last one, of which not all could be noted. */
void dax_findings_drop_last(struct dax_findings *findings);

/* How many came out so. */
size_t dax_findings_count(const struct dax_findings *findings, enum dax_result result);

/* "pass", "fail", "warn", "skip". */
const char *dax_result_name(enum dax_result result);
