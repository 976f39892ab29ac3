/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "door/udev-monitor.h"

#include "door/library.h"

#include <errno.h>
#include <poll.h>
#include <string.h>

void dax_monitor_close(struct dax_monitor *monitor)
{
	if (monitor->monitor)
		monitor->monitor_unref(monitor->monitor);
	if (monitor->context)
		monitor->unref(monitor->context);
	dax_library_close(&monitor->library);
	*monitor = (struct dax_monitor)DAX_MONITOR_INIT;
}

int dax_monitor_open(struct dax_monitor *monitor, struct dax_error *err)
{
	const struct dax_symbol functions[] = {
		{ "udev_new", (void **)&monitor->new_context },
		{ "udev_unref", (void **)&monitor->unref },
		{ "udev_monitor_new_from_netlink", (void **)&monitor->new_monitor },
		{ "udev_monitor_unref", (void **)&monitor->monitor_unref },
		{ "udev_monitor_filter_add_match_subsystem_devtype", (void **)&monitor->filter },
		{ "udev_monitor_enable_receiving", (void **)&monitor->enable },
		{ "udev_monitor_get_fd", (void **)&monitor->get_fd },
		{ "udev_monitor_receive_device", (void **)&monitor->receive },
		{ "udev_device_unref", (void **)&monitor->device_unref },
	};

	*monitor = (struct dax_monitor)DAX_MONITOR_INIT;
	int r = dax_library_open(&monitor->library, "libudev.so.1", functions, ARRAY_SIZE(functions), err);
	if (r) {
		dax_error_context(err, "cannot use libudev");
		return r;
	}
	/* The kernel's own events: the device is there, and no daemon is needed. */
	monitor->context = monitor->new_context();
	if (monitor->context)
		monitor->monitor = monitor->new_monitor(monitor->context, "kernel");
	if (!monitor->monitor || monitor->filter(monitor->monitor, "dax", NULL) < 0 ||
	    monitor->enable(monitor->monitor) < 0) {
		r = dax_fail(err, EIO, "cannot receive events of devices");
		dax_monitor_close(monitor);
	}
	return r;
}

int dax_monitor_wait(struct dax_monitor *monitor, int ms, struct dax_error *err)
{
	struct pollfd fd = { .fd = monitor->get_fd(monitor->monitor), .events = POLLIN };
	struct udev_device *device;
	int n = poll(&fd, 1, ms);

	if (n == 0)
		return -ETIMEDOUT;
	if (n < 0)
		return dax_fail(err, errno, "cannot wait for events: %s", strerror(errno));
	while ((device = monitor->receive(monitor->monitor)))
		monitor->device_unref(device);
	return 0;
}
