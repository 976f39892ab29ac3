/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "document.h"

#include "json-build.h"
#include "json-namespace.h"
#include "json.h"
#include "run/step-kinds.h"
#include "state/memory.h"

const char *document_step_device(const struct document *document, const struct dax_step *step)
{
	if (!dax_step_has_target(step))
		return NULL;
	/* A device that does not exist has the name that it would have. */
	if (document->outcome && document->outcome->names && document->outcome->names[step->target][0])
		return document->outcome->names[step->target];
	return document->plan->targets[step->target].name;
}

enum dax_step_status document_step_status(const struct document *document, size_t step)
{
	if (!document->outcome || !document->outcome->status)
		return DAX_STEP_PENDING;
	return document->outcome->status[step];
}

/* The state of a step's blocks, before or after it: one word if it is the same for all. */
static const char *blocks_state(const struct dax_step *step, bool after)
{
	const struct dax_block_change *first = &step->blocks[0];

	for (size_t i = 1; i < step->n_blocks; i++) {
		const struct dax_block_change *other = &step->blocks[i];

		if (after ? other->to != first->to : other->from != first->from)
			return "several";
	}
	return dax_block_state_name(after ? first->to : first->from);
}

/* The values before and after a step: bytes, a driver, or nothing. */
static void put_values(struct json_builder *builder, const struct dax_step *step)
{
	switch (step->kind) {
	case DAX_STEP_SET_ALIGN:
	case DAX_STEP_SET_SIZE:
	case DAX_STEP_ADD_MAPPING:
		json_put_number(builder, "from", step->from);
		json_put_number(builder, "to", step->to);
		return;
	case DAX_STEP_UNBIND:
		json_put_text(builder, "from", step->driver);
		json_put_null(builder, "to");
		return;
	case DAX_STEP_BIND:
	case DAX_STEP_LOAD_DRIVER:
		json_put_null(builder, "from");
		json_put_text(builder, "to", step->driver);
		return;
	case DAX_STEP_SET_POLICY:
		json_put_text(builder, "from", dax_policy_word((enum dax_policy)step->from));
		json_put_text(builder, "to", dax_policy_word((enum dax_policy)step->to));
		return;
	case DAX_STEP_SET_MEMMAP:
	case DAX_STEP_SET_AUTOPROBE:
		json_put_bool(builder, "from", step->from);
		json_put_bool(builder, "to", step->to);
		return;
	case DAX_STEP_ONLINE:
	case DAX_STEP_OFFLINE:
		json_put_text(builder, "from", blocks_state(step, false));
		json_put_text(builder, "to", blocks_state(step, true));
		return;
	case DAX_STEP_CREATE:
	case DAX_STEP_DELETE:
	case DAX_STEP_CREATE_NAMESPACE:
	case DAX_STEP_DESTROY_NAMESPACE:
	case DAX_STEP_SET_NAMESPACE:
	case DAX_STEP_ENABLE_NAMESPACE:
	case DAX_STEP_DISABLE_NAMESPACE:
	case DAX_N_STEP_KINDS:
		break;
	}
	json_put_null(builder, "from");
	json_put_null(builder, "to");
}

static struct json_object *range_object(struct dax_range range)
{
	struct json_builder builder;

	json_build(&builder);
	json_put_number(&builder, "start", range.start);
	json_put_number(&builder, "end", range.end);
	return json_build_end(&builder);
}

static struct json_object *step_object(const struct document *document, size_t i)
{
	const struct dax_step *step = &document->plan->steps[i];
	const char *device = document_step_device(document, step);
	_cleanup_free_ char *text = dax_step_describe(step, device ? device : "");
	struct json_builder builder;

	if (!text)
		return NULL;
	json_build(&builder);
	json_put_text(&builder, "device", device);
	json_put_text(&builder, "what", dax_step_name(step->kind));
	put_values(&builder, step);
	if (step->kind == DAX_STEP_ADD_MAPPING)
		json_put(&builder, "range", range_object(step->range));
	json_put_text(&builder, "status", dax_step_status_name(document_step_status(document, i)));
	json_put_text(&builder, "text", text);
	if (step->final)
		json_put_bool(&builder, "final", true);
	return json_build_end(&builder);
}

bool document_add_steps(const struct document *document, struct json_object *array)
{
	for (size_t i = 0; i < document->plan->n_steps; i++) {
		if (!json_append(array, step_object(document, i)))
			return false;
	}
	return true;
}

static struct json_object *steps_array(const struct document *document)
{
	_cleanup_json_ struct json_object *array = json_object_new_array();

	if (document->steps)
		return json_object_get(document->steps);
	return array && document_add_steps(document, array) ? json_array_end(TAKE_PTR(array)) : NULL;
}

static struct json_object *texts_array(char *const *texts, size_t n)
{
	_cleanup_json_ struct json_object *array = json_object_new_array();

	if (!array)
		return NULL;
	for (size_t i = 0; i < n; i++) {
		if (!json_append(array, json_text(texts[i])))
			return NULL;
	}
	return json_array_end(TAKE_PTR(array));
}

static int compare_targets(const void *a, const void *b)
{
	const struct dax_target *const *first = a, *const *second = b;

	return dax_compare_names((*first)->name, (*second)->name);
}

/* A namespace in mode fsdax has no device, but is printed too. */
static bool is_disk(const struct dax_namespace *namespace)
{
	return namespace->enabled && namespace->shape.mode == DAX_NAMESPACE_FSDAX;
}

static bool is_without_device(const struct dax_namespace *namespace)
{
	return is_disk(namespace) || json_may_be_disabled_device(namespace);
}

static struct json_object *without_device(const struct document *document,
					  const struct dax_topology *topology,
					  const struct dax_namespace *namespace)
{
	return is_disk(namespace) ? json_namespace(topology, namespace, document->show)
				  : json_disabled_device(topology, namespace, document->show);
}

/* The state after the plan: a device, a device that is disabled with its namespace, a disk, or nothing. */
static bool append_predicted(const struct document *document, const struct dax_target *target,
			     struct json_object *array)
{
	const struct dax_topology *after = &document->plan->after;
	const struct dax_device *device = dax_topology_device(after, target->name);
	const struct dax_namespace *namespace = dax_topology_namespace(after, target->name);

	if (target->deleted || (!device && (!namespace || (namespace->enabled && !is_disk(namespace)))))
		return true;
	return json_append(array, device ? json_device(after, device, document->show)
					 : without_device(document, after, namespace));
}

static struct json_object *predicted_devices(const struct document *document)
{
	const struct dax_plan *plan = document->plan;
	_cleanup_json_ struct json_object *array = json_object_new_array();
	_cleanup_free_ const struct dax_target **sorted = calloc(plan->n_targets + 1, sizeof(*sorted));

	if (!array || !sorted)
		return NULL;
	for (size_t i = 0; i < plan->n_targets; i++)
		sorted[i] = &plan->targets[i];
	qsort(sorted, plan->n_targets, sizeof(*sorted), compare_targets);
	for (size_t i = 0; i < plan->n_targets; i++) {
		if (!append_predicted(document, sorted[i], array))
			return NULL;
	}
	return json_array_end(TAKE_PTR(array));
}

struct json_object *document_devices(const struct document *document)
{
	if (document->devices)
		return json_object_get(document->devices);
	if (!document->outcome)
		return predicted_devices(document);

	const struct dax_topology *observed = &document->outcome->observed;
	_cleanup_json_ struct json_object *array = json_object_new_array();
	size_t at = 0;

	if (!array)
		return NULL;
	for (size_t i = 0; i <= observed->n_devices; i++) {
		const struct dax_device *device = i < observed->n_devices ? &observed->devices[i] : NULL;
		const struct dax_namespace *namespace = NULL;

		while ((namespace = json_next(observed, &at, device, is_without_device))) {
			if (!json_append(array, without_device(document, observed, namespace)))
				return NULL;
		}
		if (device && !json_append(array, json_device(observed, device, document->show)))
			return NULL;
	}
	return json_array_end(TAKE_PTR(array));
}

static struct json_object *error_object(const struct dax_error *err)
{
	struct json_builder builder;

	json_build(&builder);
	json_put_int(&builder, "code", err->code);
	json_put_text(&builder, "errno", dax_errno_name(err->code));
	json_put_text(&builder, "message", err->message);
	json_put_text(&builder, "hint", err->hint);
	json_put(&builder, "kernel", texts_array(err->kernel, err->n_kernel));
	return json_build_end(&builder);
}

struct json_object *document_report(const struct document *document)
{
	const struct dax_plan *plan = document->plan;
	bool failed = document->err && document->err->code;
	bool changed = document->steps	 ? document->changed :
		       document->outcome ? document->outcome->changed :
					   document->dry_run && plan->n_steps && !failed;
	struct json_builder builder;

	json_build(&builder);
	json_put_text(&builder, "format", "daxadm-report-1");
	json_put_text(&builder, "verb", document->verb);
	json_put_bool(&builder, "dry_run", document->dry_run);
	json_put_bool(&builder, "changed", changed);
	json_put(&builder, "steps", steps_array(document));
	json_put(&builder, "devices", document_devices(document));
	json_put(&builder, "notes", texts_array(plan->notes, plan->n_notes));
	if (failed)
		json_put(&builder, "error", error_object(document->err));
	else
		json_put_null(&builder, "error");
	return json_build_end(&builder);
}
