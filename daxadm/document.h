/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a changing verb prints: the devices that it touched, and the document of --report. */
#pragma once

#include "run/apply.h"

#include <json-c/json.h>

struct document {
	const char *verb;
	bool dry_run;
	const struct dax_plan *plan;
	const struct dax_outcome *outcome; /* NULL when nothing was run */
	const struct dax_error *err;       /* NULL or empty when all went well */
	unsigned show;                     /* enum json_show */
	bool changed;                      /* with STEPS: something is not as it was before */
	struct json_object *steps, *devices; /* where they are not those of PLAN; owned by the caller; NULL else */
};

/* All return NULL when there is no memory. */

/* The devices as they are now, or, when nothing was run, as the plan predicts them. */
struct json_object *document_devices(const struct document *document) DAX_MUST_CHECK;

/* Adds the steps of the plan to ARRAY; false without memory. */
bool document_add_steps(const struct document *document, struct json_object *array) DAX_MUST_CHECK;

struct json_object *document_report(const struct document *document) DAX_MUST_CHECK;

/* The name of a step's device: the one that it really has, or the one that is predicted. */
const char *document_step_device(const struct document *document, const struct dax_step *step);
enum dax_step_status document_step_status(const struct document *document, size_t step);
