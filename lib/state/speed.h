/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What kind of memory a region has, and how fast it is, as the firmware or the device says (HMAT, CDAT). */
#pragma once

#include "state/topology.h"

struct dax_speed {
	bool persistent;
	int tier; /* of its node, while memory of that is online; -1 for none */
	/* For the nearest processors, or whoever is nearest; 0 for what nobody says. */
	uint64_t read_latency, write_latency;     /* nanoseconds */
	uint64_t read_bandwidth, write_bandwidth; /* MB/s */
};

void dax_speed_read(struct dax_sysfs *sysfs, const struct dax_region *region, struct dax_speed *speed);
