/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "door/kernel-text.h"

#include "base/fields.h"

#include <string.h>

/* The next line of *TEXT as a string; NULL at the end of the text. */
static char *next_line(char **text)
{
	char *line = *text, *end = strchr(line, '\n');

	if (!*line)
		return NULL;
	*text = end ? end + 1 : line + strlen(line);
	if (end)
		*end = '\0';
	return line;
}

/* Decodes a path in place: "\\040" is a space (fs/seq_file.c, mangle_path). */
static void unescape(char *text)
{
	char *to = text;

	for (const char *from = text; *from; to++) {
		bool escaped = from[0] == '\\' && from[1] >= '0' && from[1] <= '3' && strspn(from + 2, "01234567") >= 2;
		int c = escaped ? (from[1] - '0') * 64 + (from[2] - '0') * 8 + (from[3] - '0') : *from;

		*to = (char)(c ? c : '?');
		from += escaped ? 4 : 1;
	}
	*to = '\0';
}

/* "36 35 98:0 /root /mnt rw,noatime master:1 - ext4 /dev/pmem0 rw,dax=always". */
static bool take_mount(char *line, struct dax_mount *mount)
{
	const char *id = strsep(&line, " "), *parent = strsep(&line, " "), *device = strsep(&line, " ");
	const char *root = strsep(&line, " "), *optional = "";

	mount->point = strsep(&line, " ");
	mount->options = strsep(&line, " ");
	while (optional && strcmp(optional, "-") != 0)
		optional = strsep(&line, " ");
	mount->type = strsep(&line, " ");
	mount->source = strsep(&line, " ");
	mount->super_options = line;
	if (!line || !parent || !root || dax_parse_u64(id, &mount->id) ||
	    dax_parse_device_number(device, &mount->device))
		return false;
	unescape(mount->point);
	unescape(mount->source);
	return true;
}

bool dax_text_mount(char **text, struct dax_mount *mount)
{
	char *line = NULL;

	while ((line = next_line(text))) {
		if (take_mount(line, mount))
			return true;
	}
	return false;
}

/* "/dev/pmem0p1 partition 8388604 0 -2", after a line of headings. */
bool dax_text_swap(char **text, const char **path)
{
	char *line = NULL;

	while ((line = next_line(text))) {
		size_t length = strcspn(line, " \t");

		if (line[0] != '/' || !line[length])
			continue;
		line[length] = '\0';
		unescape(line);
		*path = line;
		return true;
	}
	return false;
}

/* "7f12c000-7f12e000 rw-s 00001000 00:06 1234   /dev/dax0.0": show_map_vma in fs/proc/task_mmu.c. */
bool dax_text_map(const char *line, struct dax_map_line *map)
{
	struct dax_range range = { 0, 0 };
	uint64_t number = 0, inode = 0;

	if (dax_field_digits(&line, 16, &range.start) || !dax_field_word(&line, "-") ||
	    dax_field_digits(&line, 16, &range.end) || !dax_field_word(&line, " ") || strcspn(line, " ") != 4 ||
	    range.end <= range.start)
		return false;
	bool shared = line[3] == 's';
	line += 4;
	if (!dax_field_word(&line, " ") || dax_field_digits(&line, 16, &number) || !dax_field_word(&line, " ") ||
	    dax_field_digits(&line, 16, &number) || !dax_field_word(&line, ":") ||
	    dax_field_digits(&line, 16, &number) || !dax_field_word(&line, " ") ||
	    dax_field_digits(&line, 10, &inode))
		return false;
	*map = (struct dax_map_line){ .range = range, .shared = shared, .inode = inode };
	return true;
}

static const char *line_after(const char *line)
{
	const char *end = strchr(line, '\n');

	return end ? end + 1 : line + strlen(line);
}

/* Whether the mapping whose first line is LINE starts at START. */
static bool begins_at(const char *line, uint64_t start)
{
	uint64_t number = 0;

	return dax_field_digits(&line, 16, &number) == 0 && *line == '-' && number == start;
}

/*
 * The lines of a mapping start with names; the next mapping starts with its address (fs/proc/task_mmu.c,
 * show_smap).
 */
static bool is_address(const char *line)
{
	return line[strspn(line, "0123456789abcdef")] == '-';
}

uint64_t dax_text_smaps(const char *text, uint64_t start, const char *key)
{
	uint64_t number = 0;

	while (*text && !begins_at(text, start))
		text = line_after(text);
	for (text = line_after(text); *text && !is_address(text); text = line_after(text)) {
		if (!dax_field_word(&text, key))
			continue;
		text += strspn(text, " ");
		return dax_field_digits(&text, 10, &number) ? 0 : number;
	}
	return 0;
}

/* "Character devices:", "  1 mem", "252 dax"; then a list of block devices. */
bool dax_text_major(const char *text, const char *name, unsigned *number)
{
	uint64_t value = 0;

	for (; *text && strncmp(text, "Block", 5) != 0; text = line_after(text)) {
		const char *at = text + strspn(text, " ");

		if (dax_field_digits(&at, 10, &value) || value > UINT32_MAX || !dax_field_word(&at, " ") ||
		    !dax_field_word(&at, name) || *at != '\n')
			continue;
		*number = (unsigned)value;
		return true;
	}
	return false;
}

bool dax_text_parameter_has(const char *text, const char *key, const char *word)
{
	while (*text) {
		const char *at = text, *end = text + strcspn(text, " \n");

		text = end + strspn(end, " \n");
		if (!dax_field_word(&at, key) || !dax_field_word(&at, "="))
			continue;
		for (; at < end; at += strcspn(at, ", \n") + 1) {
			const char *rest = at;

			if (dax_field_word(&rest, word) && (rest == end || *rest == ','))
				return true;
		}
	}
	return false;
}

/* "CONFIG_DEV_DAX=m", "# CONFIG_DEV_DAX is not set". */
const char *dax_text_config(const char *text, const char *name, size_t *length)
{
	for (; *text; text = line_after(text)) {
		const char *at = text;

		(void)dax_field_word(&at, "# ");
		const char *found = at;
		if (dax_field_word(&at, name) && (*at == '=' || *at == ' ')) {
			*length = strcspn(found, "\n");
			return found;
		}
	}
	return NULL;
}

bool dax_text_release(const char *text, unsigned *first, unsigned *second)
{
	uint64_t major_number = 0, minor_number = 0;

	if (dax_field_digits(&text, 10, &major_number) || !dax_field_word(&text, ".") ||
	    dax_field_digits(&text, 10, &minor_number) || major_number > UINT32_MAX || minor_number > UINT32_MAX)
		return false;
	*first = (unsigned)major_number;
	*second = (unsigned)minor_number;
	return true;
}
