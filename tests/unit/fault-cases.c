/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "unit.h"

#include "faults.h"
#include "plan/plan-make.h"

#include <dirent.h>
#include <limits.h>

/* Everything is known, and no driver has to be loaded: that is not a matter of writes. */
static bool is_simple(struct faults *f)
{
	bool memmap = dice_chance(&f->dice, 50);

	f->before.drivers = dax_driver_bit("device_dax") | dax_driver_bit("kmem") | dax_driver_bit("fsdev_dax");
	for (size_t i = 0; i < f->before.n_regions; i++) {
		if (!f->before.regions[i].layout_known)
			return false;
	}
	for (size_t i = 0; i < f->before.n_devices; i++) {
		struct dax_device *device = &f->before.devices[i];

		if (!device->ranges_known)
			return false;
		device->memmap_on_memory = memmap ? device->memmap_on_memory > 0 : -1;
		/* The kernel lets states arise to which it allows no way back. */
		for (size_t j = 0; j < device->n_ranges; j++) {
			if (dax_range_size(device->ranges[j]) % device->align)
				return false;
		}
	}
	return true;
}

/* It makes no new device where there is no free space, though one of size zero takes none. */
static bool has_way_back(const struct faults *f)
{
	for (size_t i = 0; i < f->plan.n_steps; i++) {
		const struct dax_step *step = &f->plan.steps[i];

		if (step->kind == DAX_STEP_DELETE &&
		    !f->plan.after.regions[f->plan.targets[step->target].region].available)
			return false;
	}
	return true;
}

/* A bystander, which a binding by id binds as well. */
static void leave_stale_id(struct faults *f)
{
	f->stale[0] = '\0';
	for (size_t i = 0; i < f->before.n_devices && !f->stale[0]; i++) {
		const struct dax_device *device = &f->before.devices[i];
		bool target = false;

		for (size_t j = 0; j < f->plan.n_targets; j++)
			target = target || strcmp(f->plan.targets[j].name, device->name) == 0;
		if (!target && device->size && !device->driver[0] && dice_chance(&f->dice, 50))
			strcpy(f->stale, device->name);
	}
}

bool faults_make_case(struct faults *f)
{
	struct dax_request requests[RANDOM_REQUESTS];
	size_t n = 0;

	random_topology(&f->dice, &f->before);
	f->old = dice_chance(&f->dice, 40);
	if (!is_simple(f))
		return false;
	n = random_requests(&f->dice, &f->before, requests);
	int r = dax_plan_make(&f->before, requests, n, &f->plan, NULL);
	for (size_t i = 0; i < n; i++)
		dax_request_release(&requests[i]);
	leave_stale_id(f);
	/* Of a new device the plan does not know it; a new one has none. */
	for (size_t i = 0; !r && i < f->plan.after.n_devices; i++) {
		int *memmap = &f->plan.after.devices[i].memmap_on_memory;

		*memmap = f->before.devices[0].memmap_on_memory >= 0 && *memmap < 0 ? 0 : *memmap;
	}
	return !r && f->plan.n_steps && has_way_back(f);
}

size_t faults_journals(const struct faults *f)
{
	DIR *dir = opendir(f->folder);
	size_t n = 0;

	for (const struct dirent *entry; dir && (entry = readdir(dir));)
		n += entry->d_name[0] != '.';
	if (dir)
		closedir(dir);
	return n;
}

void faults_forget(const struct faults *f)
{
	char command[PATH_MAX];

	snprintf(command, sizeof(command), "rm -f '%s'/*.journal", f->folder);
	assert_int_equal(system(command), 0);
}
