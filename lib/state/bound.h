/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Processes whose memory may be on one node only: their next allocations cannot go elsewhere. */
#pragma once

#include "base/base.h"

/*
 * "pid 71 (postgres), pid 90 (sort)": the first few processes whose mempolicy or cpuset allows only NODE.
 * NULL for none. The caller frees it. It reads the memory policy of every process, so it is used only after a
 * failure.
 */
char *dax_describe_bound(int node);

/*
 * Whether a line of /proc/PID/numa_maps is about memory that may only be on NODE: "7f0000 bind:1 anon=1
 * N1=1".
 */
bool dax_is_bound(const char *line, int node);
