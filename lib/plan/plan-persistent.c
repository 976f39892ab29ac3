/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The verbs, of devices of persistent memory: device and namespace are changed, enabled and disabled
 * together. Of one that is disabled nothing is known but what its label says.
 */
#include "plan/plan-persistent.h"

#include "base/error.h"
#include "plan/plan-change.h"
#include "plan/plan-memory.h"
#include "plan/plan-namespace.h"
#include "plan/plan.h"
#include "plan/request.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

int dax_plan_add_namespace_target(struct dax_plan *plan, const struct dax_namespace *namespace, size_t *target,
				  struct dax_error *err)
{
	int r = dax_plan_add_target(plan, NULL, namespace->region, target, err);

	if (r)
		return r;
	struct dax_target *added = &plan->targets[*target];
	added->created = false; /* its name is known */
	memcpy(added->label_uuid, namespace->shape.label_uuid, sizeof(added->label_uuid));
	snprintf(added->name, sizeof(added->name), "dax%d.%d", namespace->region_id, namespace->id);
	return 0;
}

void dax_plan_describe_namespace(const struct dax_namespace *namespace, char *text, size_t room)
{
	const struct dax_shape *shape = &namespace->shape;
	const char *uuid = shape->uuid[0] ? shape->uuid : shape->label_uuid;
	char size[DAX_SIZE_TEXT], use[DAX_USE_TEXT];
	bool is_idle_disk = namespace->block[0] && namespace->content[0] && !namespace->use.kind;

	snprintf(text, room, "%s, %s%s%s%s%s%s%s%s%s", namespace->name, dax_format_size(shape->size, size),
		 uuid[0] ? ", uuid " : "", uuid, namespace->content[0] ? ", holds " : "", namespace->content,
		 namespace->use.kind ? ", " : "", dax_describe_use(&namespace->use, use),
		 is_idle_disk ? ", not mounted" : "",
		 namespace->enabled ? "" : ", disabled: its content is not known");
}

void dax_plan_note_loss(struct dax_plan *plan, size_t target)
{
	const struct dax_namespace *namespace =
		dax_topology_namespace(&plan->after, plan->targets[target].name);
	char text[DAX_NAMESPACE_TEXT];

	if (!namespace)
		return;
	dax_plan_describe_namespace(namespace, text, sizeof(text));
	dax_plan_note(plan, "data will be lost: %s", text);
}

/* The one that enables it whatever it turns out to hold. */
static const char *enabling_command(const struct dax_namespace *namespace)
{
	return dax_namespace_is_disabled_device(namespace) ? "daxadm enable-device" : "ndctl enable-namespace";
}

int dax_plan_check_content(const struct dax_namespace *namespace, const struct dax_request *request,
			   struct dax_error *err)
{
	char text[DAX_NAMESPACE_TEXT];

	dax_plan_describe_namespace(namespace, text, sizeof(text));
	if (namespace->use.kind) {
		dax_fail(err, EBUSY, "%s is in use: %s", namespace->name, text);
		dax_error_hint(err, "%s", dax_use_hint(namespace->use.kind));
		return -EBUSY;
	}
	if (request->risks & DAX_RISK_LOSE_DATA)
		return 0;
	dax_fail(err, EPERM, "data on persistent memory would be lost: %s", text);
	if (namespace->enabled)
		dax_error_hint(err, "use --force=lose-data to allow this");
	else
		dax_error_hint(err, "run '%s %s' to see what it holds; use --force=lose-data to lose it",
			       enabling_command(namespace), namespace->name);
	return -EPERM;
}

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
			    (struct dax_step){ .kind = DAX_STEP_DISABLE_NAMESPACE, .device = target, .was = *shape },
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
		dax_error_hint(err, "run 'ndctl enable-namespace' to enable it as a disk");
		return -ENODEV;
	}
	int r = dax_plan_add_namespace_target(plan, namespace, &target, err);
	if (!r)
		r = dax_plan_add(plan, (struct dax_step){ .kind = DAX_STEP_ENABLE_NAMESPACE, .device = target }, err);
	return r ? r : dax_plan_bind_mode(plan, target, request, err);
}

int dax_plan_enable_disabled(struct dax_plan *plan, const struct dax_request *request, struct dax_error *err)
{
	int r = 0;

	/* No step here adds a namespace or takes one away. */
	for (size_t i = 0; !r && i < plan->after.n_namespaces; i++) {
		const struct dax_namespace *namespace = &plan->after.namespaces[i];
		const struct dax_region *region = &plan->after.regions[namespace->region];

		if (!dax_namespace_is_disabled_device(namespace) || !dax_plan_is_in_region(region, request))
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
		dax_error_hint(err, "run '%s %s' to enable it", enabling_command(namespace), namespace->name);
	}
	return -ENODEV;
}

/* The mode of one that is disabled: it is enabled in that, unless it is to be set up again. */
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
