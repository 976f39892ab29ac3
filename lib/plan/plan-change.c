/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Verbs for existing devices: enable, disable, destroy, reconfigure. A state that is reached already needs no
 * step.
 */
#include "plan/plan-change.h"

#include "base/error.h"
#include "base/text.h"
#include "plan/plan-arrange.h"
#include "plan/plan-memory.h"
#include "plan/plan-namespace.h"
#include "plan/plan-persistent.h"
#include "plan/plan-reshape.h"
#include "plan/plan.h"
#include "plan/request.h"
#include "state/topology.h"

#include <errno.h>
#include <string.h>

static int plan_enable(struct dax_plan *plan, size_t target, const struct dax_request *request,
		       struct dax_error *err)
{
	const struct dax_device *device = dax_plan_device(plan, target);
	const char *driver = request->has_mode ? request->driver : "device_dax";

	if (!device->driver[0])
		return dax_plan_bind_mode(plan, target, request, err);
	if (!request->has_mode || strcmp(device->driver, driver) == 0)
		return 0; /* enabled, in any mode */
	dax_fail(err, EBUSY, "%s is enabled already, in mode %s", device->name, dax_driver_mode(device->driver));
	dax_error_hint(err, "run 'daxadm reconfigure --mode %s %s' to change its mode",
		       dax_driver_mode(driver), device->name);
	return -EBUSY;
}

/* Afterwards it is disabled and has size 0. */
static int plan_empty(struct dax_plan *plan, size_t target, struct dax_error *err)
{
	int r = dax_plan_unbind(plan, target, err);

	if (!r && dax_plan_device(plan, target)->size)
		r = dax_plan_add(plan, (struct dax_step){ .kind = DAX_STEP_SET_SIZE, .target = target }, err);
	return r;
}

static int plan_destroy(struct dax_plan *plan, size_t target, const struct dax_request *request,
			struct dax_error *err)
{
	const struct dax_device *device = dax_plan_device(plan, target);

	if (dax_topology_namespace(&plan->after, device->name))
		return dax_plan_destroy_namespace(plan, target, request, err);
	if (!plan->after.regions[device->region].dynamic) {
		dax_fail(err, EOPNOTSUPP, "%s cannot be destroyed: region %s is static", device->name,
			 plan->after.regions[device->region].name);
		dax_error_hint(err, "run 'ndctl destroy-namespace' instead: the device belongs to a "
				    "namespace of persistent memory");
		return -EOPNOTSUPP;
	}
	if (device->driver[0] && !request->force) {
		dax_fail(err, EBUSY, "%s is enabled", device->name);
		dax_error_hint(err, "disable it first, or use -f");
		return -EBUSY;
	}
	int r = plan_empty(plan, target, err);
	if (r)
		return r;
	if (device->id == 0)
		dax_plan_note(plan, "%s stays, with size 0: the kernel keeps the first device of a region",
			      device->name);
	return 0;
}

/*
 * Deletes the devices that plan_destroy emptied, the last first, so that an undo finds the ids free in its
 * order.
 */
static int plan_deletes(struct dax_plan *plan, size_t first_target, struct dax_error *err)
{
	for (size_t i = plan->n_targets; i-- > first_target;) {
		const struct dax_device *device = dax_plan_device(plan, i);
		int r = 0;

		if (plan->targets[i].recreated || device->id == 0)
			continue;
		/*
		 * A device that is created again has no driver: it is unbound first, so that an undo can
		 * restore it.
		 */
		if (device->memmap_on_memory > 0)
			r = dax_plan_add(plan, (struct dax_step){ .kind = DAX_STEP_SET_MEMMAP, .target = i }, err);
		if (!r)
			r = dax_plan_add(plan, (struct dax_step){ .kind = DAX_STEP_DELETE, .target = i }, err);
		if (r)
			return r;
	}
	return 0;
}

static int refuse_to_empty(const char *name, struct dax_error *err)
{
	dax_fail(err, EOPNOTSUPP, "%s is persistent memory: it cannot be emptied", name);
	dax_error_hint(err, "run 'daxadm destroy-device %s' to free its space", name);
	return -EOPNOTSUPP;
}

static int plan_reconfigure(struct dax_plan *plan, size_t target, const struct dax_request *request,
			    struct dax_error *err)
{
	const char *name = plan->targets[target].name;

	if (dax_request_empties(request))
		return plan->after.regions[plan->targets[target].region].dynamic ? plan_empty(plan, target, err)
										  : refuse_to_empty(name, err);
	if (dax_topology_namespace(&plan->after, name))
		return dax_plan_persistent(plan, target, request, err);
	if (!request->map && !request->fsdax)
		return dax_plan_device_as_wanted(plan, target, request, err);
	dax_fail(err, EOPNOTSUPP, "%s is not persistent memory: it has no %s", name,
		 request->map ? "map" : "mode fsdax");
	dax_error_hint(err, "run 'daxadm list -N' to see the persistent memory");
	return -EOPNOTSUPP;
}

/* online-memory and offline-memory: only for devices whose driver is kmem. */
static int plan_memory(struct dax_plan *plan, size_t target, const struct dax_request *request, struct dax_error *err)
{
	const struct dax_device *device = dax_plan_device(plan, target);
	bool unplugged = false;

	if (strcmp(device->driver, "kmem") != 0) {
		dax_fail(err, EINVAL, "%s is not system memory: it is %s%s", device->name,
			 device->driver[0] ? "in mode " : "disabled",
			 device->driver[0] ? dax_driver_mode(device->driver) : "");
		dax_error_hint(err, "run 'daxadm reconfigure --mode system-ram %s' to convert it",
			       device->name);
		return -EINVAL;
	}
	if (request->verb == DAX_VERB_OFFLINE)
		return dax_plan_offline(plan, target, err);
	int r = dax_plan_is_unplugged(plan, target, &unplugged, err);
	if (r || !unplugged)
		return r ? r : dax_plan_online(plan, target, request, err);
	dax_fail(err, ENODEV, "%s is unplugged: it has no memory to bring online", device->name);
	dax_error_hint(err, "run 'daxadm reconfigure --mode system-ram %s' to add its memory again",
		       device->name);
	return -ENODEV;
}

/* Memory that was online when another tool unbound kmem: no driver can use it, and it must not be reused. */
static int check_lost(const struct dax_device *device, const struct dax_request *request, struct dax_error *err)
{
	char lost[DAX_SIZE_TEXT];

	if (!device->lost || request->verb == DAX_VERB_DISABLE)
		return 0;
	dax_fail(err, EBUSY,
		 "%s: %s of its memory are lost until the next reboot: they were online when kmem was "
		 "unbound from them",
		 device->name, dax_format_size(device->lost, lost));
	dax_error_hint(err, "reboot to get them back; leave the device as it is until then, so that its "
			    "space is not reused");
	return -EBUSY;
}

static int plan_device(struct dax_plan *plan, const struct dax_device *device, const struct dax_request *request,
		       struct dax_error *err)
{
	size_t target = 0;
	int r = check_lost(device, request, err);

	if (!r)
		r = dax_plan_add_target(plan, device, device->region, &target, err);
	if (r)
		return r;
	switch (request->verb) {
	case DAX_VERB_ENABLE:
		return plan_enable(plan, target, request, err);
	case DAX_VERB_DISABLE:
		return request->dax_only ? dax_plan_unbind(plan, target, err) : dax_plan_disable(plan, target, err);
	case DAX_VERB_DESTROY:
		return plan_destroy(plan, target, request, err);
	case DAX_VERB_ONLINE:
	case DAX_VERB_OFFLINE:
		return plan_memory(plan, target, request, err);
	default:
		return plan_reconfigure(plan, target, request, err);
	}
}

/*
 * Whether "all" includes DEVICE: an empty device is only the rest of a region. Destroying devices of a static
 * region, which is persistent memory, requires its name.
 */
static bool is_in_all(const struct dax_plan *plan, const struct dax_device *device, const struct dax_request *request)
{
	const struct dax_region *region = &plan->after.regions[device->region];

	if (!dax_request_covers(region, request))
		return false;
	if (request->verb == DAX_VERB_DESTROY)
		return region->dynamic ? device->size || device->id != 0 : dax_request_names_region(request);
	if (request->verb == DAX_VERB_ONLINE || request->verb == DAX_VERB_OFFLINE)
		return strcmp(device->driver, "kmem") == 0;
	return device->size != 0;
}

static void note_persistent(struct dax_plan *plan, const struct dax_request *request)
{
	size_t n = 0;

	for (size_t i = 0; i < plan->after.n_devices; i++)
		n += !plan->after.regions[plan->after.devices[i].region].dynamic;
	if (n && request->verb == DAX_VERB_DESTROY && request->all_devices && !dax_request_names_region(request))
		dax_plan_note(plan,
			      "%zu device%s of persistent memory stay%s: \"all\" includes them only together "
			      "with --region",
			      n, n > 1 ? "s" : "", n > 1 ? "" : "s");
}

int dax_plan_change(struct dax_plan *plan, const struct dax_request *request, struct dax_error *err)
{
	size_t first_target = plan->n_targets, first_step = plan->n_steps;
	int r = 0;

	/*
	 * A device that is disabled with its namespace is removed from the list: the next device is then at
	 * its index.
	 */
	for (size_t i = 0; !r && request->all_devices && i < plan->after.n_devices;) {
		size_t before = plan->after.n_devices;

		if (is_in_all(plan, &plan->after.devices[i], request))
			r = plan_device(plan, &plan->after.devices[i], request, err);
		i += plan->after.n_devices == before;
	}
	for (size_t i = 0; !r && i < request->n_devices; i++) {
		const struct dax_device *device = dax_topology_device(&plan->after, request->devices[i]);

		if (device)
			r = plan_device(plan, device, request, err);
		else if (dax_request_empties(request) && dax_topology_namespace(&plan->after, request->devices[i]))
			r = refuse_to_empty(request->devices[i], err);
		else
			r = dax_plan_without_device(plan, request->devices[i], request, err);
	}
	if (!r && request->all_devices && request->verb == DAX_VERB_ENABLE)
		r = dax_plan_enable_disabled(plan, request, err);
	note_persistent(plan, request);
	if (!r && request->verb == DAX_VERB_DESTROY)
		r = plan_deletes(plan, first_target, err);
	return r ? r : dax_plan_arrange(plan, first_step, err);
}
