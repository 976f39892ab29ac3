/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Whether what is in use in memory that goes offline fits elsewhere. The kernel does not ask that: it
 * moves pages until no memory is left, and then kills programs. Pure: it counts what was read.
 */
#pragma once

#include "state/memory-use.h"

/* So little always fits: what the kernel itself keeps on an idle node. */
#define DAX_FORECAST_ALWAYS_FITS (UINT64_C(16) << 20)

/* Memory blocks of a node that go offline, by their zone: [false] is the kernel's, [true] is Movable. */
struct dax_leaving {
	int node;
	uint64_t bytes[2];
	bool counted;     /* what they hold is known, not only what their zone holds */
	uint64_t used[2];
};

struct dax_forecast {
	int node;         /* the first one that does not fit; of those that fit, the first */
	size_t more;      /* so many others with it */
	uint64_t moves;   /* bytes that must move, at most */
	uint64_t room;    /* bytes that fit elsewhere */
	bool fits;
	bool tight;       /* so little is left then that it is worth looking again soon */

	/* Of what must move, the huge pages of one size that no free huge page elsewhere can take; page is 0 for none. */
	struct {
		uint64_t page, in_use, total, free_elsewhere;
	} huge;
};

/*
 * BEGUN: it is under way, and as long as the kernel's lowest reserves are left there is no reason to stop. All of
 * the N in LEAVING go; N is not 0.
 */
void dax_forecast(const struct dax_memory_use *use, const struct dax_leaving *leaving, size_t n, bool begun,
		  struct dax_forecast *forecast);

/* Whether some memory stays in a zone of LEAVING: then counting page by page may find less that must move. */
bool dax_leaving_is_partial(const struct dax_memory_use *use, const struct dax_leaving *leaving);

/* "2457 MiB in use on node 2 must move, and 700 MiB fit elsewhere"; the caller frees it; NULL for no memory. */
char *dax_describe_forecast(const struct dax_forecast *forecast);
