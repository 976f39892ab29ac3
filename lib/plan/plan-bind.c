/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Binding a device to a driver: what is refused, and the module that is loaded first. */
#include "plan/plan-bind.h"

#include "base/error.h"
#include "base/text.h"
#include "plan/plan.h"
#include "plan/space.h"
#include "state/topology.h"

#include <errno.h>
#include <string.h>

/*
 * Refuses devices that the kernel would bind, but that would fault or reach memory of another device. The
 * device of a namespace starts and ends on multiples of its alignment (nd_pfn_init in
 * drivers/nvdimm/pfn_devs.c).
 */
static int check_usable(const struct dax_plan *plan, const struct dax_device *device, struct dax_error *err)
{
	char text[DAX_SIZE_TEXT];

	if (dax_topology_namespace(&plan->after, device->name))
		return 0;
	if (device->ranges_known ? dax_ranges_fit(device->ranges, device->n_ranges, device->align) :
				   device->align <= DAX_GRANULE)
		return 0;
	if (!device->ranges_known)
		dax_fail(err, EACCES, "%s: cannot tell whether its ranges allow the alignment of %s",
			 device->name, dax_format_size(device->align, text));
	else
		dax_fail(err, EINVAL,
			 "%s cannot be enabled: the start or the length of a range is not a multiple of %s",
			 device->name, dax_format_size(dax_unit(device->align), text));
	dax_error_hint(err,
		       device->ranges_known ? "run 'daxadm align %s 2M' first"
					    : "run as root, so that the ranges of %s can be read",
		       device->name);
	return device->ranges_known ? -EINVAL : -EACCES;
}

/* Loads DRIVER, if it is not on the bus; dax_plan_finish has it done before anything else. */
static int load_driver(struct dax_plan *plan, const char *driver, struct dax_error *err)
{
	bool autoprobe = plan->after.autoprobe;
	int r = 0;

	if (plan->after.drivers & dax_driver_bit(driver))
		return 0;
	if (autoprobe)
		r = dax_plan_add(plan, (struct dax_step){ .kind = DAX_STEP_SET_AUTOPROBE, .to = 0 }, err);
	if (!r)
		r = dax_plan_add(plan, (struct dax_step){ .kind = DAX_STEP_LOAD_DRIVER, .driver = driver }, err);
	if (!r && autoprobe)
		r = dax_plan_add(plan, (struct dax_step){ .kind = DAX_STEP_SET_AUTOPROBE, .to = 1 }, err);
	return r;
}

int dax_plan_add_bind(struct dax_plan *plan, size_t target, const char *driver, struct dax_error *err)
{
	driver = dax_plan_constant_driver(driver);
	int r = load_driver(plan, driver, err);

	if (!r)
		r = dax_plan_add(plan,
				 (struct dax_step){ .kind = DAX_STEP_BIND, .target = target, .driver = driver }, err);
	return r;
}

/* The rule is in fsdev_knows_ranges in scan-machine.c. The device of a namespace has one range. */
static int check_famfs(const struct dax_plan *plan, const struct dax_device *device, struct dax_error *err)
{
	if (plan->after.famfs_any_ranges || !plan->after.regions[device->region].dynamic ||
	    (device->ranges_known && dax_ranges_are_one(device->ranges, device->n_ranges)))
		return 0;
	if (!device->ranges_known) {
		dax_fail(err, EACCES,
			 "%s: cannot tell whether it has one range, as mode famfs requires on this kernel",
			 device->name);
		dax_error_hint(err, "run as root, so that its ranges can be read");
		return -EACCES;
	}
	dax_fail(err, EOPNOTSUPP,
		 "%s has %zu ranges: in mode famfs, this kernel may access memory of other devices",
		 device->name, device->n_ranges);
	dax_error_hint(err, "use a device of one range, mode devdax, or Linux 7.3 or later; run 'daxadm list "
			    "-RDM' to see the free extents");
	return -EOPNOTSUPP;
}

int dax_plan_bind(struct dax_plan *plan, size_t target, const char *driver, struct dax_error *err)
{
	int r = check_usable(plan, dax_plan_device(plan, target), err);

	if (!r && strcmp(driver, "fsdev_dax") == 0)
		r = check_famfs(plan, dax_plan_device(plan, target), err);
	return r ? r : dax_plan_add_bind(plan, target, driver, err);
}

/* The same name as a constant: steps live longer than the device from which it was read. */
const char *dax_plan_constant_driver(const char *driver)
{
	return dax_mode_driver(dax_driver_mode(driver));
}
