/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Parsers for texts of the kernel outside of /sys. No I/O. Lines of another form are skipped. */
#pragma once

#include "base/text.h"

#include <sys/types.h>

/*
 * A line of /proc/PID/mountinfo (Documentation/filesystems/proc.rst 3.5). All pointers point into the text.
 */
struct dax_mount {
	uint64_t id;
	dev_t device;
	char *point;
	char *options;
	char *type;
	char *source;        /* may be "" */
	char *super_options; /* options of the file system, not of the mount */
};

/* Takes the next mount from *TEXT, which it changes and moves; false at the end. */
bool dax_text_mount(char **text, struct dax_mount *mount);

/* As above for the path of the next swap space in /proc/swaps. */
bool dax_text_swap(char **text, const char **path);

/* A line of /proc/PID/maps. */
struct dax_map_line {
	struct dax_range range;
	bool shared;
	uint64_t inode; /* 0: not a file */
};

bool dax_text_map(const char *line, struct dax_map_line *map);

/*
 * The number after KEY ("MMUPageSize:") in /proc/PID/smaps for the mapping that starts at START; 0 if it is
 * not there.
 */
uint64_t dax_text_smaps(const char *text, uint64_t start, const char *key);

/* The major number of the character device NAME in /proc/devices; false if it is not listed. */
bool dax_text_major(const char *text, const char *name, unsigned *number);

/* Whether WORD is in the list KEY=... ("module_blacklist") on the kernel's command line. */
bool dax_text_parameter_has(const char *text, const char *key, const char *word);

/* The line of a kernel configuration that sets NAME, or says that it is not set; NULL if there is none. */
const char *dax_text_config(const char *text, const char *name, size_t *length);

/* "6.12.41+deb13-amd64": 6 and 12. */
bool dax_text_release(const char *text, unsigned *first, unsigned *second);
