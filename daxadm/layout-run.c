/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "layout-run.h"

#include "door/udev-monitor.h"
#include "paths.h"
#include "plan/layout-match.h"
#include "run/node-notes.h"
#include "state/scan.h"

#include <errno.h>
#include <time.h>

int layout_read_machine(struct dax_sysfs *sysfs, struct dax_topology *topology, struct dax_error *err)
{
	struct dax_scope scope = { .want = DAX_WANT_CHANGE | DAX_WANT_DETAILS | DAX_WANT_EMPTY_REGIONS };
	int r = dax_topology_read(sysfs, &scope, topology, err);

	return r || sysfs->recorded ? r : dax_node_notes_load(RUN_FOLDER, topology, err);
}

static int all_are_there(const char *sysroot, const struct dax_layout *layout, bool *complete, struct dax_error *err)
{
	_cleanup_topology_ struct dax_topology topology = DAX_TOPOLOGY_INIT;
	_cleanup_sysfs_ struct dax_sysfs sysfs = DAX_SYSFS_INIT;
	int r = dax_sysfs_open(&sysfs, sysroot, err);

	if (!r)
		r = layout_read_machine(&sysfs, &topology, err);
	*complete = !r;
	for (size_t i = 0; !r && i < layout->n_regions; i++)
		*complete &= dax_layout_is_there(&topology, &layout->regions[i]);
	/* A region that was just going away is read again at the next event. */
	if (r == -ENODEV || r == -ENOENT) {
		dax_error_release(err);
		r = 0;
	}
	return r;
}

/* Milliseconds of the clock that counts while the machine is awake. */
static int64_t now_ms(void)
{
	struct timespec now = { 0 };

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * INT64_C(1000) + now.tv_nsec / 1000000;
}

int layout_wait(const char *sysroot, const struct dax_layout *layout, unsigned seconds, struct dax_error *err)
{
	_cleanup_monitor_ struct dax_monitor monitor = DAX_MONITOR_INIT;
	int64_t end = now_ms() + (int64_t)seconds * 1000;
	bool complete = false;
	int r = all_are_there(sysroot, layout, &complete, err);

	if (r || complete)
		return r;
	r = dax_monitor_open(&monitor, err);
	while (!r) {
		/* Looked at once more after the monitor is open: what came before that sends no event. */
		r = all_are_there(sysroot, layout, &complete, err);
		int64_t left = end - now_ms();

		if (r || complete || left <= 0)
			return r;
		r = dax_monitor_wait(&monitor, (int)left, err);
	}
	return r == -ETIMEDOUT ? 0 : r;
}

int layout_name_devices(struct dax_sysfs *sysfs, const struct dax_topology *before, bool changed,
			const struct dax_layout *layout, const char *only, struct dax_error *err)
{
	_cleanup_topology_ struct dax_topology after = DAX_TOPOLOGY_INIT;
	int r = 0;

	if (!dax_node_notes_matter(RUN_FOLDER, layout))
		return 0;
	if (changed)
		r = layout_read_machine(sysfs, &after, err);
	if (!r)
		r = dax_node_notes_store(sysfs, RUN_FOLDER, changed ? &after : before, layout, only, err);
	if (r && changed) {
		err->blame = DAX_BLAME_STUCK; /* something has changed */
		dax_error_hint(err, "the devices are as the layout describes; run 'daxadm apply' again to name them");
	}
	return r;
}
