/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What udev is to make of a device's node: a name, an owner. A note is a file in the run folder that our rule of
 * udev imports: lines of KEY=VALUE. It is named after the device's first address and size, since the kernel gives
 * names like dax0.1 to one device after the other.
 */
#pragma once

#include "base/error.h"
#include "base/text.h"

/* The folder of notes, below the run folder. */
#define DAX_NODE_NOTES "nodes"

/* A name has up to 64 characters. */
#define DAX_NODE_NAME 65
#define DAX_NODE_NOTE_TEXT 192
#define DAX_NODE_NOTE_FILE 64

struct dax_node_note {
	char name[DAX_NODE_NAME]; /* "" for none */
	bool has_owner, has_group, has_permissions;
	unsigned owner, group, permissions;
};

/* Whether it says anything. */
bool dax_node_note_is_empty(const struct dax_node_note *note);

/* Letters, digits, '_' and '-', and nothing that names a device, a region, a uuid or all of them. */
bool dax_node_name_is_valid(const char *name);

/* The file's name of the device whose first range begins at START, and that has SIZE bytes. */
void dax_node_note_file(uint64_t start, uint64_t size, char file[DAX_NODE_NOTE_FILE]);

void dax_node_note_write(const struct dax_node_note *note, char text[DAX_NODE_NOTE_TEXT]);

/* Lines that are not ours are ignored, as udev does with them. */
void dax_node_note_read(const char *text, struct dax_node_note *note);
