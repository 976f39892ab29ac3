/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The content of a namespace: described, guarded, and noted if a step destroys it. */
#include "plan/plan-content.h"

#include "base/error.h"
#include "base/text.h"
#include "plan/plan.h"
#include "plan/request.h"
#include "state/namespace.h"
#include "state/topology.h"

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
	dax_format_device_name(namespace->region_id, namespace->id, added->name);
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

/* The command that enables it, whatever its mode is. */
const char *dax_plan_enabling_command(const struct dax_namespace *namespace)
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
			       dax_plan_enabling_command(namespace), namespace->name);
	return -EPERM;
}
