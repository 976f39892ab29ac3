/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The kind of memory of a region, and its speed as the firmware or the device reports it (HMAT, CDAT). */
#pragma once

#include "state/topology.h"

struct dax_speed {
	bool persistent;
	int tier; /* tier of its node while memory of the node is online; -1 for none */
	/* For the nearest processors or initiators; 0 if the value is not reported. */
	uint64_t read_latency, write_latency;     /* nanoseconds */
	uint64_t read_bandwidth, write_bandwidth; /* MB/s */
};

void dax_speed_read(struct dax_sysfs *sysfs, const struct dax_region *region, struct dax_speed *speed);
