/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "state/node-note.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

bool dax_node_note_is_empty(const struct dax_node_note *note)
{
	return !note->name[0] && !note->has_owner && !note->has_group && !note->has_permissions;
}

bool dax_node_name_is_valid(const char *name)
{
	static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-";
	size_t length = strspn(name, letters);
	char uuid[DAX_UUID_TEXT];
	uint64_t number = 0;

	if (!length || name[length] || length >= DAX_NODE_NAME || name[0] == '-')
		return false;
	return strcmp(name, "all") != 0 && dax_parse_u64(name, &number) != 0 && dax_parse_uuid(name, uuid) != 0 &&
	       strncmp(name, "dax", 3) != 0 && strncmp(name, "region", 6) != 0 && strncmp(name, "hmem", 4) != 0;
}

void dax_node_note_file(uint64_t start, uint64_t size, char file[DAX_NODE_NOTE_FILE])
{
	snprintf(file, DAX_NODE_NOTE_FILE, "0x%" PRIx64 "-%" PRIu64, start, size);
}

void dax_node_note_write(const struct dax_node_note *note, char text[DAX_NODE_NOTE_TEXT])
{
	size_t length = 0;

	text[0] = '\0';
	if (note->name[0])
		length += (size_t)snprintf(text, DAX_NODE_NOTE_TEXT, "DAXADM_NAME=%s\n", note->name);
	if (note->has_owner)
		length += (size_t)snprintf(text + length, DAX_NODE_NOTE_TEXT - length, "DAXADM_OWNER=%u\n",
					   note->owner);
	if (note->has_group)
		length += (size_t)snprintf(text + length, DAX_NODE_NOTE_TEXT - length, "DAXADM_GROUP=%u\n",
					   note->group);
	if (note->has_permissions)
		snprintf(text + length, DAX_NODE_NOTE_TEXT - length, "DAXADM_MODE=%04o\n", note->permissions);
}

/* The number behind KEY at the start of LINE. */
static void read_number(const char *line, const char *key, int base, bool *found, unsigned *number)
{
	size_t length = strlen(key);

	if (strncmp(line, key, length) != 0)
		return;
	*number = (unsigned)strtoul(line + length, NULL, base);
	*found = true;
}

void dax_node_note_read(const char *text, struct dax_node_note *note)
{
	*note = (struct dax_node_note){ 0 };
	for (const char *line = text; line && *line; line = strchr(line, '\n')) {
		line += line != text;
		sscanf(line, "DAXADM_NAME=%64[A-Za-z0-9_-]", note->name);
		read_number(line, "DAXADM_OWNER=", 10, &note->has_owner, &note->owner);
		read_number(line, "DAXADM_GROUP=", 10, &note->has_group, &note->group);
		read_number(line, "DAXADM_MODE=", 8, &note->has_permissions, &note->permissions);
	}
}
