/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The table of step kinds: everything that the program can do to a machine. */
#include "run/step-kinds.h"

#include "base/error.h"
#include "plan/plan.h"
#include "plan/steps-namespace.h"
#include "plan/steps.h"
#include "run/do-device.h"
#include "run/do-driver.h"
#include "run/do-load-driver.h"
#include "run/do-memory.h"
#include "run/do-namespace-unchanged.h"
#include "run/do-namespace.h"
#include "run/do-policy.h"
#include "run/doer.h"
#include "run/guard-holders.h"
#include "run/guard-memory.h"

#include <stdio.h>
#include <string.h>

struct step_kind {
	const char *name;
	char *(*describe)(const struct dax_step *step, const char *name);
	int (*act)(struct dax_doer *doer, const struct dax_step *step, struct dax_error *err);
	/* NULL if the result of the kernel can be trusted. */
	int (*verify)(struct dax_doer *doer, const struct dax_step *step, struct dax_error *err);
	int (*undo)(const struct dax_step *step, struct dax_steps *inverse);
	bool (*unchanged)(struct dax_doer *doer, const struct dax_step *step);
};

static const struct step_kind kinds[DAX_N_STEP_KINDS] = {
	[DAX_STEP_CREATE] = { "create", dax_describe_create, dax_do_create, NULL,
			      dax_undo_create, dax_unchanged_create },
	[DAX_STEP_DELETE] = { "delete", dax_describe_delete, dax_do_delete, NULL,
			      dax_undo_delete, dax_unchanged_delete },
	[DAX_STEP_SET_ALIGN] = { "set-align", dax_describe_set_align, dax_do_set_align, NULL,
				 dax_undo_swap, dax_unchanged_align },
	[DAX_STEP_SET_SIZE] = { "set-size", dax_describe_set_size, dax_do_set_size, NULL,
				dax_undo_set_size, dax_unchanged_size },
	[DAX_STEP_ADD_MAPPING] = { "add-mapping", dax_describe_add_mapping, dax_do_add_mapping, dax_verify_add_mapping,
				   dax_undo_add_mapping, dax_unchanged_mapping },
	[DAX_STEP_LOAD_DRIVER] = { "load-driver", dax_describe_load_driver, dax_do_load_driver, NULL,
				   dax_undo_load_driver, dax_unchanged_always },
	[DAX_STEP_BIND] = { "bind", dax_describe_bind, dax_do_bind, NULL,
			    dax_undo_bind, dax_unchanged_bind },
	[DAX_STEP_UNBIND] = { "unbind", dax_describe_unbind, dax_do_unbind, dax_verify_unbind,
			      dax_undo_unbind, dax_unchanged_unbind },
	[DAX_STEP_ONLINE] = { "online", dax_describe_online, dax_do_online, NULL,
			      dax_undo_online, dax_unchanged_never },
	[DAX_STEP_OFFLINE] = { "offline", dax_describe_offline, dax_do_offline, NULL,
			       dax_undo_offline, dax_unchanged_never },
	[DAX_STEP_SET_POLICY] = { "set-policy", dax_describe_set_policy, dax_do_set_policy, NULL,
				  dax_undo_swap, dax_unchanged_policy },
	[DAX_STEP_SET_MEMMAP] = { "set-memmap", dax_describe_set_memmap, dax_do_set_memmap, NULL,
				  dax_undo_swap, dax_unchanged_memmap },
	[DAX_STEP_SET_AUTOPROBE] = { "set-autoprobe", dax_describe_set_autoprobe, dax_do_set_autoprobe, NULL,
				     dax_undo_swap, dax_unchanged_autoprobe },
	[DAX_STEP_CREATE_NAMESPACE] = { "create-namespace", dax_describe_namespace, dax_do_namespace, NULL,
					dax_undo_namespace, dax_unchanged_namespace },
	[DAX_STEP_DESTROY_NAMESPACE] = { "destroy-namespace", dax_describe_namespace, dax_do_namespace, NULL,
					 dax_undo_namespace, dax_unchanged_namespace },
	[DAX_STEP_SET_NAMESPACE] = { "set-namespace", dax_describe_namespace, dax_do_namespace, NULL,
				     dax_undo_namespace, dax_unchanged_namespace },
	[DAX_STEP_ENABLE_NAMESPACE] = { "enable-namespace", dax_describe_namespace, dax_do_enable_namespace, NULL,
					dax_undo_namespace, dax_unchanged_enabled },
	[DAX_STEP_DISABLE_NAMESPACE] = { "disable-namespace", dax_describe_namespace, dax_do_enable_namespace, NULL,
					 dax_undo_namespace, dax_unchanged_enabled },
};

const char *dax_step_name(enum dax_step_kind kind)
{
	return kinds[kind].name;
}

char *dax_step_describe(const struct dax_step *step, const char *name)
{
	char *text = kinds[step->kind].describe(step, name), *whole = NULL;

	if (!text || !step->final)
		return text;
	if (asprintf(&whole, "%s; the data that this destroys cannot be restored", text) < 0)
		whole = NULL;
	free(text);
	return whole;
}

char *dax_step_describe_loss(const char *name)
{
	char *text = NULL;

	/* "dax0.1" belongs to "namespace0.1". */
	if (asprintf(&text, "namespace%s is configured as before, but its data may be lost",
		     name + strlen("dax")) < 0)
		return NULL;
	return text;
}

int dax_step_inverse(const struct dax_step *step, struct dax_steps *inverse, struct dax_error *err)
{
	return kinds[step->kind].undo(step, inverse) ? dax_no_memory(err) : 0;
}

int dax_run_step(struct dax_doer *doer, const struct dax_step *step, struct dax_error *err)
{
	const struct step_kind *kind = &kinds[step->kind];
	int r = kind->act(doer, step, err);

	return r || !kind->verify ? r : kind->verify(doer, step, err);
}

int dax_undo_step(struct dax_doer *doer, const struct dax_step *step, struct dax_error *err)
{
	_cleanup_steps_ struct dax_steps inverse = { 0 };
	int r = dax_doer_find_unnamed(doer, step, err);

	if (!r && step->kind == DAX_STEP_CREATE && doer->plan->targets[step->target].created &&
	    !dax_doer_name(doer, step)[0])
		return 0; /* another program was faster */
	if (!r)
		r = dax_step_inverse(step, &inverse, err);
	/* A device that was bound a moment ago may be in use now. */
	if (!r)
		r = dax_check_holders(doer, inverse.items, inverse.n, err);
	if (!r)
		r = dax_check_memory(doer, inverse.items, inverse.n, err);
	for (size_t i = 0; !r && i < inverse.n; i++)
		r = dax_run_step(doer, &inverse.items[i], err);
	if (!r && step->kind == DAX_STEP_CREATE)
		doer->names[step->target][0] = '\0';
	return r;
}

bool dax_step_unchanged(struct dax_doer *doer, const struct dax_step *step)
{
	return kinds[step->kind].unchanged(doer, step);
}
