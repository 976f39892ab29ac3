/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "run/node-notes.h"

#include "door/proc.h"
#include "door/udev.h"
#include "plan/layout-match.h"
#include "plan/layout-pair.h"
#include "run/journal-folder.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define NEW_NOTE ".new"

/* A device without memory has no first address. */
static bool has_note_file(const struct dax_device *device, char file[DAX_NODE_NOTE_FILE])
{
	if (!device->size || !device->n_ranges)
		return false;
	dax_node_note_file(device->ranges[0].start, device->size, file);
	return true;
}

static int open_notes(const char *run_folder, bool make, struct dax_error *err)
{
	char path[PATH_MAX];

	snprintf(path, sizeof(path), "%s/%s", run_folder, DAX_NODE_NOTES);
	return dax_journal_folder(path, make, err);
}

int dax_node_notes_load(const char *run_folder, struct dax_topology *topology, struct dax_error *err)
{
	_cleanup_close_ int folder = open_notes(run_folder, false, err);
	char file[DAX_NODE_NOTE_FILE];

	if (folder == -ENOENT || folder == -EACCES) {
		dax_error_release(err);
		return 0;
	}
	if (folder < 0)
		return folder;
	for (size_t i = 0; i < topology->n_devices; i++) {
		_cleanup_free_ char *text = NULL;

		if (has_note_file(&topology->devices[i], file) && dax_proc_read_in(folder, file, &text, NULL) == 0)
			dax_node_note_read(text, &topology->devices[i].note);
	}
	return 0;
}

/* It appears whole: udev may be reading. */
static int write_note(int folder, const char *file, const char *text, struct dax_error *err)
{
	_cleanup_close_ int fd =
		openat(folder, NEW_NOTE, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0644);
	size_t length = strlen(text);

	if (fd >= 0 && write(fd, text, length) == (ssize_t)length && renameat(folder, NEW_NOTE, folder, file) == 0)
		return 0;
	return dax_fail(err, errno, "cannot note the name and owner of a device: %s", strerror(errno));
}

/* *CHANGED is set when the note was another one. */
static int store_note(struct dax_sysfs *sysfs, int folder, const struct dax_device *device,
		      const struct dax_node_note *note, bool *changed, struct dax_error *err)
{
	char before[DAX_NODE_NOTE_TEXT], after[DAX_NODE_NOTE_TEXT], file[DAX_NODE_NOTE_FILE], path[PATH_MAX];
	int r = 0;

	dax_node_note_write(&device->note, before);
	dax_node_note_write(note, after);
	if (!has_note_file(device, file) || strcmp(before, after) == 0)
		return 0;
	if (dax_node_note_is_empty(note))
		unlinkat(folder, file, 0);
	else
		r = write_note(folder, file, after, err);
	if (r)
		return r;
	*changed = true;
	snprintf(path, sizeof(path), "bus/dax/devices/%s", device->name);
	r = dax_sysfs_write(sysfs, path, "uevent", "change");
	return r ? dax_fail(err, -r, "%s: cannot have udev look at it again: %s", device->name, strerror(-r)) : 0;
}

/* What the layout says of it; nothing when it has no words for it. */
static const struct dax_node_note *find_note(const struct dax_pairs *pairs, const struct dax_device *device)
{
	static const struct dax_node_note none;

	for (size_t i = 0; i < pairs->n; i++) {
		if (strcmp(pairs->items[i].device, device->name) == 0)
			return &pairs->items[i].wanted->node;
	}
	return &none;
}

static int store_region(struct dax_sysfs *sysfs, int folder, const struct dax_topology *topology, size_t region,
			const struct dax_layout_region *entry, bool *changed, struct dax_error *err)
{
	struct dax_pairs pairs = { 0 };
	int r = dax_layout_pair(topology, region, entry, &pairs, err);

	for (size_t i = 0; !r && i < topology->n_devices; i++) {
		if (topology->devices[i].region == region)
			r = store_note(sysfs, folder, &topology->devices[i], find_note(&pairs, &topology->devices[i]),
				       changed, err);
	}
	free(pairs.items);
	return r;
}

static bool has_device(const struct dax_topology *topology, const char *name)
{
	char file[DAX_NODE_NOTE_FILE];

	for (size_t i = 0; i < topology->n_devices; i++) {
		if (has_note_file(&topology->devices[i], file) && strcmp(file, name) == 0)
			return true;
	}
	return false;
}

/* A note that stays would give its name to the next device of that place and size. */
static void sweep(int folder, const struct dax_topology *topology)
{
	struct dirent **entries = NULL;
	int n = scandirat(folder, ".", &entries, NULL, NULL);

	for (int i = 0; i < n; i++) {
		if (strncmp(entries[i]->d_name, "0x", 2) == 0 && !has_device(topology, entries[i]->d_name))
			unlinkat(folder, entries[i]->d_name, 0);
		free(entries[i]);
	}
	free(entries);
}

static bool says_anything(const struct dax_layout *layout)
{
	for (size_t i = 0; i < layout->n_regions; i++) {
		for (size_t j = 0; j < layout->regions[i].n_devices; j++) {
			if (!dax_node_note_is_empty(&layout->regions[i].devices[j].node))
				return true;
		}
	}
	return false;
}

bool dax_node_notes_matter(const char *run_folder, const struct dax_layout *layout)
{
	char path[PATH_MAX];

	snprintf(path, sizeof(path), "%s/%s", run_folder, DAX_NODE_NOTES);
	return says_anything(layout) || access(path, F_OK) == 0;
}

int dax_node_notes_store(struct dax_sysfs *sysfs, const char *run_folder, const struct dax_topology *topology,
			 const struct dax_layout *layout, const char *only, struct dax_error *err)
{
	_cleanup_free_ const struct dax_layout_region **matches = calloc(topology->n_regions + 1, sizeof(*matches));
	_cleanup_close_ int folder = open_notes(run_folder, says_anything(layout), err);
	bool changed = false;

	if (folder == -ENOENT)
		return 0;
	if (folder < 0 || !matches)
		return folder < 0 ? folder : dax_no_memory(err);
	int r = dax_layout_match(topology, layout, matches, err);
	for (size_t i = 0; !r && i < topology->n_regions; i++) {
		if (matches[i] && (!only || dax_region_matches(&topology->regions[i], only)))
			r = store_region(sysfs, folder, topology, i, matches[i], &changed, err);
	}
	sweep(folder, topology);
	if (changed && dax_udev_is_there())
		dax_udev_settle();
	return r;
}
