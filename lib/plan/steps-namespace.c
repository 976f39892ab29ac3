/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Descriptions of the steps about namespaces, and their undo. */
#include "plan/steps-namespace.h"

#include "plan/steps.h"

#include <stdio.h>
#include <string.h>

/* "dax0.1" belongs to "namespace0.1". */
static const char *numbers_of(const char *name)
{
	return strncmp(name, "dax", 3) == 0 ? name + 3 : name;
}

static void describe_shape(FILE *out, const struct dax_shape *shape)
{
	char size[DAX_SIZE_TEXT];

	fprintf(out, "%s, %s", dax_format_size(shape->size, size), dax_namespace_mode_name(shape->mode));
	if (shape->align)
		fprintf(out, ", alignment %s", dax_format_size(shape->align, size));
	if (shape->map)
		fprintf(out, ", map %s", dax_map_name(shape->map));
}

static void describe_difference(FILE *out, const struct dax_shape *was, const struct dax_shape *becomes)
{
	char from[DAX_SIZE_TEXT], to[DAX_SIZE_TEXT];

	fputs("configured again", out);
	if (was->mode != becomes->mode)
		fprintf(out, ", in mode %s instead of %s", dax_namespace_mode_name(becomes->mode),
			dax_namespace_mode_name(was->mode));
	if (was->size != becomes->size)
		fprintf(out, ", size from %s to %s", dax_format_size(was->size, from),
			dax_format_size(becomes->size, to));
	if (was->align && becomes->align && was->align != becomes->align)
		fprintf(out, ", alignment from %s to %s", dax_format_size(was->align, from),
			dax_format_size(becomes->align, to));
	if (was->map && becomes->map && was->map != becomes->map)
		fprintf(out, ", map from %s to %s", dax_map_name(was->map), dax_map_name(becomes->map));
}

char *dax_describe_namespace(const struct dax_step *step, const char *name)
{
	char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);

	if (!out)
		return NULL;
	fprintf(out, "%s: namespace%s is ", name, numbers_of(name));
	if (step->kind == DAX_STEP_ENABLE_NAMESPACE || step->kind == DAX_STEP_DISABLE_NAMESPACE) {
		fputs(step->kind == DAX_STEP_ENABLE_NAMESPACE ? "enabled" : "disabled", out);
	} else if (step->kind == DAX_STEP_CREATE_NAMESPACE) {
		fputs("made: ", out);
		describe_shape(out, &step->becomes);
	} else if (step->kind == DAX_STEP_DESTROY_NAMESPACE) {
		fputs("destroyed: ", out);
		describe_shape(out, &step->was);
	} else {
		describe_difference(out, &step->was, &step->becomes);
	}
	if (fclose(out)) {
		free(text);
		return NULL;
	}
	return text;
}

int dax_undo_namespace(const struct dax_step *step, struct dax_steps *inverse)
{
	static const enum dax_step_kind opposites[] = {
		[DAX_STEP_CREATE_NAMESPACE - DAX_STEP_CREATE_NAMESPACE] = DAX_STEP_DESTROY_NAMESPACE,
		[DAX_STEP_DESTROY_NAMESPACE - DAX_STEP_CREATE_NAMESPACE] = DAX_STEP_CREATE_NAMESPACE,
		[DAX_STEP_SET_NAMESPACE - DAX_STEP_CREATE_NAMESPACE] = DAX_STEP_SET_NAMESPACE,
		[DAX_STEP_ENABLE_NAMESPACE - DAX_STEP_CREATE_NAMESPACE] = DAX_STEP_DISABLE_NAMESPACE,
		[DAX_STEP_DISABLE_NAMESPACE - DAX_STEP_CREATE_NAMESPACE] = DAX_STEP_ENABLE_NAMESPACE,
	};
	struct dax_step back = {
		.kind = opposites[step->kind - DAX_STEP_CREATE_NAMESPACE],
		.target = step->target,
		.was = step->becomes,
		.becomes = step->was,
	};

	return dax_steps_add(inverse, &back);
}
