/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The words of a journal, one after the other. The first invalid word makes the whole journal fail. */
#pragma once

#include "base/text.h"
#include "state/topology.h"

/* Version 1 has no identity of regions and targets, no boot, and no final steps. */
#define DAX_JOURNAL_VERSION 3

/* The name of a journal until it is complete, if it needs a name: with the pid at the end. */
#define DAX_JOURNAL_NEW ".new-"

struct dax_reader {
	const char *at, *end;
	size_t version; /* version of the journal */
	bool failed;
};

/* The next word, up to a space or the end of the line; "" and failed if there is none that fits. */
void dax_take_word(struct dax_reader *reader, char *word, size_t size);

uint64_t dax_take_number(struct dax_reader *reader);

/* A number below LIMIT. */
size_t dax_take_index(struct dax_reader *reader, size_t limit);

struct dax_range dax_take_range(struct dax_reader *reader);
void dax_take_expected(struct dax_reader *reader, const char *word);

/* "0" or "1". */
bool dax_take_flag(struct dax_reader *reader);

enum dax_block_state dax_take_block_state(struct dax_reader *reader);

/* A count and that many ranges. -ENOMEM; the caller frees them in any case. */
int dax_take_ranges(struct dax_reader *reader, struct dax_range **ranges, size_t *n) DAX_MUST_CHECK;

/* It becomes a part of a path. */
void dax_take_device_name(struct dax_reader *reader, char name[DAX_NAME_MAX], int *region_id, int *id);

/* "-": none. */
void dax_take_uuid(struct dax_reader *reader, char uuid[DAX_UUID_TEXT]);

/* A count of items that take at least BYTES each: the length of the remaining text limits it. */
size_t dax_take_count(struct dax_reader *reader, size_t bytes);
