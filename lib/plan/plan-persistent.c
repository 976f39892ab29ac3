/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The verbs for devices of persistent memory: device and namespace are changed, enabled and disabled
 * together. For a disabled namespace only its label is known.
 */
#include "plan/plan-persistent.h"

#include "base/error.h"
#include "plan/plan-content.h"
#include "plan/plan-memory.h"
#include "plan/plan-namespace.h"
#include "plan/plan-reshape.h"
#include "plan/plan.h"
#include "plan/request.h"
#include "state/namespace.h"
#include "state/topology.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

int dax_plan_disable(struct dax_plan *plan, size_t target, struct dax_error *err)
{
	int r = dax_plan_unbind(plan, target, err);
	const struct dax_namespace *namespace = dax_topology_namespace(&plan->after, plan->targets[target].name);

	if (r || !namespace)
		return r;
	const struct dax_shape *shape = &namespace->shape;
	if (shape->label_uuid[0] && strcmp(shape->uuid, shape->label_uuid) != 0)
		dax_plan_note(plan, "while it is disabled, use the uuid in its label to name %s: %s",
			      namespace->name, shape->label_uuid);
	if (!shape->label_uuid[0])
		dax_plan_note(plan,
			      "%s has no label that marks it as a dax device: use its name to enable it",
			      namespace->name);
	return dax_plan_add(plan,
			    (struct dax_step){ .kind = DAX_STEP_DISABLE_NAMESPACE, .target = target, .was = *shape },
			    err);
}

static bool is_for_memory(const struct dax_request *request)
{
	return request->has_mode && strcmp(request->driver, "kmem") == 0;
}

static int plan_enable(struct dax_plan *plan, const struct dax_namespace *namespace,
		       const struct dax_request *request, struct dax_error *err)
{
	size_t target = 0;

	if (is_for_memory(request)) {
		dax_fail(err, ENODEV, "%s is disabled, and its memory blocks are not known", namespace->name);
		dax_error_hint(err, "run 'daxadm enable-device %s' first", namespace->name);
		return -ENODEV;
	}
	if (namespace->marked != DAX_NAMESPACE_RAW && namespace->marked != DAX_NAMESPACE_DEVDAX) {
		dax_fail(err, ENODEV, "%s is not a dax device: its label says that it is a disk",
			 namespace->name);
		dax_error_hint(err, "run 'ndctl enable-namespace %s' to enable it as a disk", namespace->name);
		return -ENODEV;
	}
	int r = dax_plan_add_namespace_target(plan, namespace, &target, err);
	if (!r)
		r = dax_plan_add(plan, (struct dax_step){ .kind = DAX_STEP_ENABLE_NAMESPACE, .target = target }, err);
	return r ? r : dax_plan_bind_mode(plan, target, request, err);
}

int dax_plan_enable_disabled(struct dax_plan *plan, const struct dax_request *request, struct dax_error *err)
{
	int r = 0;

	/* These steps neither add nor remove a namespace. */
	for (size_t i = 0; !r && i < plan->after.n_namespaces; i++) {
		const struct dax_namespace *namespace = &plan->after.namespaces[i];
		const struct dax_region *region = &plan->after.regions[namespace->region];

		if (!dax_namespace_is_disabled_device(namespace) || !dax_request_covers(region, request))
			continue;
		if (is_for_memory(request))
			dax_plan_note(plan, "%s stays disabled: its memory blocks are not known",
				      namespace->name);
		else
			r = plan_enable(plan, namespace, request, err);
	}
	return r;
}

int dax_plan_persistent(struct dax_plan *plan, size_t target, const struct dax_request *request,
			struct dax_error *err)
{
	struct dax_request rest = *request;
	size_t before = plan->n_steps;
	int r = dax_plan_set_namespace(plan, target, request, err);

	rest.has_size = rest.has_align = false;
	if (!r && plan->n_steps > before && request->has_memmap) {
		dax_fail(err, EOPNOTSUPP, "%s: memmap-on-memory and the namespace cannot be changed together",
			 plan->targets[target].name);
		dax_error_hint(err, "use one command for each");
		return -EOPNOTSUPP;
	}
	return r || plan->n_steps > before ? r : dax_plan_device_as_wanted(plan, target, &rest, err);
}

static int refuse(const struct dax_namespace *namespace, const char *name, struct dax_error *err)
{
	if (namespace->enabled) {
		dax_fail(err, ENODEV, "%s: no such device: %s is in mode %s", name, namespace->name,
			 dax_namespace_mode_name(namespace->shape.mode));
		dax_error_hint(err, "run 'daxadm reconfigure --mode devdax %s' to make it a device",
			       namespace->name);
	} else {
		dax_fail(err, ENODEV, "%s: %s is disabled, and its configuration is not known", name,
			 namespace->name);
		dax_error_hint(err, "run '%s %s' to enable it", dax_plan_enabling_command(namespace), namespace->name);
	}
	return -ENODEV;
}

/* The mode of a disabled namespace: it is enabled in this mode, unless it is reconfigured. */
static bool is_only_mode(const struct dax_namespace *namespace, const struct dax_request *request)
{
	return dax_namespace_is_disabled_device(namespace) && !request->fsdax && !request->map &&
	       !request->has_size && !request->has_align && !request->has_memmap;
}

int dax_plan_without_device(struct dax_plan *plan, const char *name, const struct dax_request *request,
			    struct dax_error *err)
{
	const struct dax_namespace *namespace = dax_topology_namespace(&plan->after, name);
	size_t target = 0;

	if (!namespace || !namespace->shape.size)
		return dax_fail(err, ENODEV, "%s: no such device", name);
	if (!namespace->enabled && request->verb == DAX_VERB_DISABLE) /* nothing to do */
		return dax_plan_add_namespace_target(plan, namespace, &target, err);
	if (!namespace->enabled && request->verb == DAX_VERB_ENABLE)
		return plan_enable(plan, namespace, request, err);
	if (request->verb != DAX_VERB_DESTROY && (request->verb != DAX_VERB_RECONFIGURE || !request->has_mode))
		return refuse(namespace, name, err);
	if (request->verb == DAX_VERB_RECONFIGURE && is_only_mode(namespace, request))
		return plan_enable(plan, namespace, request, err);
	if (request->verb == DAX_VERB_RECONFIGURE && dax_namespace_is_disabled_device(namespace))
		return refuse(namespace, name, err);
	int r = dax_plan_add_namespace_target(plan, namespace, &target, err);
	if (r)
		return r;
	return request->verb == DAX_VERB_DESTROY ? dax_plan_destroy_namespace(plan, target, request, err) :
						   dax_plan_set_namespace(plan, target, request, err);
}
