/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "layout-folder.h"

#include "input-text.h"
#include "layout-read.h"
#include "paths.h"
#include "trusted.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

/* A file of a folder, and the folder. */
struct drop_in {
	char *name;         /* owned */
	const char *folder; /* the last that has a file of this name */
};

struct drop_ins {
	struct drop_in *items; /* owned */
	size_t n;
};

static void drop_ins_release(struct drop_ins *files)
{
	for (size_t i = 0; i < files->n; i++)
		free(files->items[i].name);
	free(files->items);
}

static int compare(const void *a, const void *b)
{
	return strcmp(((const struct drop_in *)a)->name, ((const struct drop_in *)b)->name);
}

static int add_file(struct drop_ins *files, const char *folder, const char *name, struct dax_error *err)
{
	for (size_t i = 0; i < files->n; i++) {
		if (strcmp(files->items[i].name, name) == 0) {
			files->items[i].folder = folder;
			return 0;
		}
	}
	struct drop_in *items = reallocarray(files->items, files->n + 1, sizeof(*items));

	if (!items)
		return dax_no_memory(err);
	files->items = items;
	items[files->n] = (struct drop_in){ .name = strdup(name), .folder = folder };
	return items[files->n++].name ? 0 : dax_no_memory(err);
}

static bool is_layout(const char *name)
{
	const char *dot = strrchr(name, '.');

	return name[0] != '.' && dot && strcmp(dot, ".json") == 0;
}

static int list_folder(struct drop_ins *files, const char *folder, bool optional, struct dax_error *err)
{
	const struct dirent *entry;
	bool masked = false;
	int fd = -1, r = trusted_open(folder, &fd, &masked, err);

	if (r == -ENOENT && !optional)
		return dax_fail(err, ENOENT, "cannot open %s: %s", folder, strerror(ENOENT));
	if (r == -ENOENT || (!r && masked))
		return 0;
	if (r)
		return r;
	DIR *stream = fdopendir(fd);
	if (!stream) {
		r = dax_fail(err, errno, "cannot read %s: %s", folder, strerror(errno));
		close(fd);
		return r;
	}
	while (!r && (entry = readdir(stream))) {
		if (is_layout(entry->d_name))
			r = add_file(files, folder, entry->d_name, err);
	}
	closedir(stream);
	return r;
}

static int read_drop_in(const struct drop_in *file, struct dax_layout *layout, struct dax_error *err)
{
	_cleanup_free_ char *path = NULL, *text = NULL;
	_cleanup_close_ int fd = -1;
	bool masked = false;
	size_t length = 0;
	struct stat st;

	if (asprintf(&path, "%s/%s", file->folder, file->name) < 0) {
		path = NULL;
		return dax_no_memory(err);
	}
	int r = trusted_open(path, &fd, &masked, err);
	if (r == -ENOENT)
		return dax_fail(err, ENOENT, "cannot open %s: %s", path, strerror(ENOENT));
	if (r || masked)
		return r;
	if (fstat(fd, &st) || !S_ISREG(st.st_mode))
		return dax_fail(err, EINVAL, "%s is not a regular file", path);
	r = input_load_fd(fd, path, &text, &length, err);
	return r ? r : layout_from_text(path, text, length, layout, err);
}

static int read_folders(const char *const *folders, size_t n, bool optional, struct dax_layout *layout,
			struct dax_error *err)
{
	_cleanup_(drop_ins_release) struct drop_ins files = { 0 };
	int r = 0;

	for (size_t i = 0; !r && i < n; i++)
		r = list_folder(&files, folders[i], optional, err);
	if (files.n)
		qsort(files.items, files.n, sizeof(*files.items), compare);
	for (size_t i = 0; !r && i < files.n; i++)
		r = read_drop_in(&files.items[i], layout, err);
	if (r || files.n || !n)
		return r;
	if (!optional)
		return dax_fail(err, ENOENT, "no layout: there is no *.json file in %s", folders[n - 1]);
	r = dax_fail(err, ENOENT, "no layout: there is no *.json file in %s, %s or %s", folders[2], folders[1],
		     folders[0]);
	dax_error_hint(err, "run 'daxadm export >%s/machine.json', or name a FILE", folders[2]);
	return r;
}

static bool is_folder(const char *path)
{
	struct stat st;

	return strcmp(path, "-") != 0 && stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

int layout_read_all(char *const *paths, size_t n, struct dax_layout *layout, struct dax_error *err)
{
	static const char *const system_folders[] = { LAYOUT_FOLDERS };
	_cleanup_free_ const char **folders = calloc(n + 1, sizeof(*folders));
	size_t n_folders = 0;
	int r = 0;

	if (!folders)
		return dax_no_memory(err);
	if (!n)
		return read_folders(system_folders, ARRAY_SIZE(system_folders), true, layout, err);
	for (size_t i = 0; !r && i < n; i++) {
		if (is_folder(paths[i]))
			folders[n_folders++] = paths[i];
		else
			r = layout_read(paths[i], layout, err);
	}
	return r ? r : read_folders(folders, n_folders, false, layout, err);
}
