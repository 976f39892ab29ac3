/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Before and after kmem is unbound from a device: whether all its memory is offline, and removed
 * (drivers/dax/kmem.c).
 */
#include "run/do-removal.h"

#include "run/doer.h"
#include "state/memory.h"
#include "state/scan-device.h"
#include "state/scan-memory.h"
#include "state/scan.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

/*
 * A program that writes to a block during another write retries every 5 ms, which can be two ticks of the
 * clock (lock_device_hotplug_sysfs); after this time it has had its turn.
 */
#define WAITING_WRITER_MS 25

static int require_offline(struct dax_doer *doer, const char *name, uint64_t number, struct dax_error *err)
{
	bool offline = false;
	int r = dax_scan_block_is_offline(doer->sysfs, number, &offline, err);

	if (r == -ENOENT) { /* kmem could not add it */
		dax_error_release(err);
		return 0;
	}
	return r || offline ? r
			    : dax_fail(err, EBUSY, "%s: its memory block %llu is online", name,
				       (unsigned long long)number);
}

int dax_doer_read_ranges(struct dax_doer *doer, const char *name, struct dax_range **ranges, size_t *n,
			 uint64_t *block_size, struct dax_error *err)
{
	char bus_dir[] = "bus/dax/devices";
	const struct dax_region bus = { .path = bus_dir };
	struct dax_device device;
	bool gone = false;
	int r = dax_scan_device(doer->sysfs, &bus, name, DAX_WANT_RANGES, &device, &gone, err);

	*ranges = device.ranges;
	*n = device.n_ranges;
	if (!r)
		r = dax_scan_block_size(doer->sysfs, block_size, err);
	if (!r && (gone || !device.ranges_known || !*block_size))
		r = dax_fail(err, EACCES, "%s: its online memory blocks cannot be read", name);
	return r;
}

int dax_doer_require_offline(struct dax_doer *doer, const char *name, struct dax_error *err)
{
	const struct timespec turn = { 0, WAITING_WRITER_MS * 1000000L };
	_cleanup_free_ struct dax_range *ranges = NULL;
	struct dax_memory memory = { 0 };
	uint64_t block_size = 0;
	size_t n = 0;
	int r = dax_doer_read_ranges(doer, name, &ranges, &n, &block_size, err);

	nanosleep(&turn, NULL);
	if (!r && dax_memory_of_ranges(ranges, n, block_size, &memory))
		r = dax_no_memory(err);
	for (size_t i = 0; !r && i < memory.total; i++)
		r = require_offline(doer, name, memory.blocks[i].number, err);
	free(memory.blocks);
	return r;
}

bool dax_doer_is_unplugged(struct dax_doer *doer, const char *name)
{
	char attr[DAX_NAME_MAX + 16], state[32];

	snprintf(attr, sizeof(attr), "%s/state", name);
	return dax_sysfs_read(doer->sysfs, "bus/dax/devices", attr, state, sizeof(state), NULL) == 0 &&
	       strcmp(state, "unplugged") == 0;
}

int dax_doer_require_removed(struct dax_doer *doer, const char *name, struct dax_error *err)
{
	_cleanup_free_ struct dax_range *ranges = NULL;
	uint64_t block_size = 0;
	size_t n = 0;
	int r = dax_doer_read_ranges(doer, name, &ranges, &n, &block_size, err);

	for (size_t i = 0; !r && i < n; i++) {
		struct dax_memory memory = { 0 };

		/* A range is removed completely, or not at all. */
		r = dax_memory_of_ranges(&ranges[i], 1, block_size, &memory) ? dax_no_memory(err) : 0;
		if (!r && memory.total && dax_scan_block_exists(doer->sysfs, memory.blocks[0].number))
			r = dax_fail(err, EBUSY,
				     "%s: its memory went online at the last moment, and is lost until the "
				     "next reboot",
				     name);
		free(memory.blocks);
	}
	return r;
}
