/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Events of the dax subsystem, by libudev; it is opened only by who waits. */
#pragma once

#include "base/error.h"

struct udev;
struct udev_monitor;
struct udev_device;

struct dax_monitor {
	void *library;
	struct udev *context;
	struct udev_monitor *monitor;
	struct udev *(*new_context)(void);
	struct udev *(*unref)(struct udev *context);
	struct udev_monitor *(*new_monitor)(struct udev *context, const char *source);
	struct udev_monitor *(*monitor_unref)(struct udev_monitor *monitor);
	int (*filter)(struct udev_monitor *monitor, const char *subsystem, const char *type);
	int (*enable)(struct udev_monitor *monitor);
	int (*get_fd)(struct udev_monitor *monitor);
	struct udev_device *(*receive)(struct udev_monitor *monitor);
	struct udev_device *(*device_unref)(struct udev_device *device);
};

#define DAX_MONITOR_INIT { 0 }
#define _cleanup_monitor_ _cleanup_(dax_monitor_close)

/* Receives from now on: nothing that happens later is missed. */
int dax_monitor_open(struct dax_monitor *monitor, struct dax_error *err) DAX_MUST_CHECK;
void dax_monitor_close(struct dax_monitor *monitor);

/* Waits for the next events, and takes all of them; -ETIMEDOUT without words when none comes in MS, -EINTR at a signal. */
int dax_monitor_wait(struct dax_monitor *monitor, int ms, struct dax_error *err) DAX_MUST_CHECK;
