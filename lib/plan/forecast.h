/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Whether the content of memory that goes offline fits elsewhere. The kernel does not check this: it moves
 * pages until no memory is left, then kills programs. Pure: it uses counts that were read.
 */
#pragma once

#include "state/memory-use.h"

/* This much always fits: it is what the kernel itself keeps on an idle node. */
#define DAX_FORECAST_ALWAYS_FITS (UINT64_C(16) << 20)

/* Memory blocks of a node that go offline, by their zone: [false] is the kernel's zone, [true] is Movable. */
struct dax_leaving {
	int node;
	uint64_t bytes[2];
	bool counted;     /* their own content is known, not only that of their zone */
	uint64_t used[2];
};

struct dax_forecast {
	int node;         /* the first node that does not fit; if all fit, the first one */
	size_t more;      /* number of other nodes that do not fit either */
	uint64_t moves;   /* bytes that must move, at most */
	uint64_t room;    /* bytes that fit elsewhere */
	bool fits;
	bool tight;       /* so little remains that it must be checked again soon */

	/*
	 * The huge pages of one size that must move and for which no free huge page exists elsewhere; page is
	 * 0 for none.
	 */
	struct {
		uint64_t page, in_use, total, free_elsewhere;
	} huge;
};

/*
 * BEGUN: the change is under way, and is stopped only if the kernel's lowest reserves are at risk. All N
 * elements of LEAVING leave; N is not 0.
 */
void dax_forecast(const struct dax_memory_use *use, const struct dax_leaving *leaving, size_t n, bool begun,
		  struct dax_forecast *forecast);

/* Whether some memory stays in a zone of LEAVING: then a count page by page may find less that must move. */
bool dax_leaving_is_partial(const struct dax_memory_use *use, const struct dax_leaving *leaving);

/*
 * "2457 MiB in use on node 2 must move, and 700 MiB fit elsewhere"; the caller frees it; NULL without memory.
 */
char *dax_describe_forecast(const struct dax_forecast *forecast);
