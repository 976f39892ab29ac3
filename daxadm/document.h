/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The output of a changing verb: the devices that it changed, and the document of --report. */
#pragma once

#include "run/apply.h"

#include <json-c/json.h>

struct document {
	const char *verb;
	bool dry_run;
	const struct dax_plan *plan;
	const struct dax_outcome *outcome; /* NULL if nothing was run */
	const struct dax_error *err;       /* NULL or empty on success */
	unsigned show;                     /* enum json_show */
	bool changed;                      /* with STEPS: something has changed */
	struct json_object *steps, *devices; /* if they are not those of PLAN; owned by the caller;
					      * otherwise NULL */
};

/* All functions return NULL without memory. */

/* The current devices or, if nothing was run, the devices as the plan predicts them. */
struct json_object *document_devices(const struct document *document) DAX_MUST_CHECK;

/* Adds the steps of the plan to ARRAY; false without memory. */
bool document_add_steps(const struct document *document, struct json_object *array) DAX_MUST_CHECK;

struct json_object *document_report(const struct document *document) DAX_MUST_CHECK;

/* The name of a step's device: its real name, or the predicted one. */
const char *document_step_device(const struct document *document, const struct dax_step *step);
enum dax_step_status document_step_status(const struct document *document, size_t step);
