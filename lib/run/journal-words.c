/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "run/journal-words.h"

#include "base/text.h"
#include "state/topology.h"

#include <errno.h>
#include <string.h>

void dax_take_word(struct dax_reader *reader, char *word, size_t size)
{
	size_t n = 0;

	word[0] = '\0';
	while (reader->at + n < reader->end && reader->at[n] != ' ' && reader->at[n] != '\n')
		n++;
	if (!n || n >= size || reader->at + n == reader->end) {
		reader->failed = true;
		return;
	}
	memcpy(word, reader->at, n);
	word[n] = '\0';
	reader->at += n + 1; /* the space, or the end of the line */
}

uint64_t dax_take_number(struct dax_reader *reader)
{
	char word[64];
	uint64_t value = 0;

	dax_take_word(reader, word, sizeof(word));
	if (dax_parse_u64(word, &value))
		reader->failed = true;
	return value;
}

size_t dax_take_index(struct dax_reader *reader, size_t limit)
{
	uint64_t value = dax_take_number(reader);

	if (value < limit)
		return (size_t)value;
	reader->failed = true;
	return 0;
}

struct dax_range dax_take_range(struct dax_reader *reader)
{
	char word[64];
	struct dax_range range = { 0, 0 };

	dax_take_word(reader, word, sizeof(word));
	if (dax_parse_range(word, &range))
		reader->failed = true;
	return range;
}

void dax_take_expected(struct dax_reader *reader, const char *word)
{
	char found[64];

	dax_take_word(reader, found, sizeof(found));
	if (strcmp(found, word) != 0)
		reader->failed = true;
}

void dax_take_device_name(struct dax_reader *reader, char name[DAX_NAME_MAX], int *region_id, int *id)
{
	dax_take_word(reader, name, DAX_NAME_MAX);
	if (dax_parse_exact_name(name, region_id, id))
		reader->failed = true;
}

void dax_take_uuid(struct dax_reader *reader, char uuid[DAX_UUID_TEXT])
{
	char word[64];

	uuid[0] = '\0';
	dax_take_word(reader, word, sizeof(word));
	if (strcmp(word, "-") != 0 && dax_parse_uuid(word, uuid))
		reader->failed = true;
}

size_t dax_take_count(struct dax_reader *reader, size_t bytes)
{
	uint64_t value = dax_take_number(reader);

	if (value <= (uint64_t)(reader->end - reader->at) / bytes)
		return (size_t)value;
	reader->failed = true;
	return 0;
}

bool dax_take_flag(struct dax_reader *reader)
{
	return dax_take_index(reader, 2) != 0;
}

int dax_take_ranges(struct dax_reader *reader, struct dax_range **ranges, size_t *n_ranges)
{
	size_t n = dax_take_count(reader, 8);

	*ranges = calloc(n + 1, sizeof(**ranges));
	if (!*ranges)
		return -ENOMEM;
	while (*n_ranges < n && !reader->failed)
		(*ranges)[(*n_ranges)++] = dax_take_range(reader);
	return 0;
}

enum dax_block_state dax_take_block_state(struct dax_reader *reader)
{
	size_t state = dax_take_index(reader, DAX_BLOCK_MIXED + 1);

	return (enum dax_block_state)state;
}
