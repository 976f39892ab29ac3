/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Processes whose memory may only be on one node: what they need next has no other place. */
#pragma once

#include "base/base.h"

/*
 * "pid 71 (postgres), pid 90 (sort)": those whose mempolicy or cpuset allows NODE alone, the first few of them. NULL
 * for none. The caller frees it. It looks at the memory of every process, so it is for a failure.
 */
char *dax_describe_bound(int node);

/* Whether a line of /proc/PID/numa_maps is of memory that may only be on NODE: "7f0000 bind:1 anon=1 N1=1". */
bool dax_is_bound(const char *line, int node);
