/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "door/udev.h"

#include "door/proc.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define LOOK_MS 20
#define LOOKS 500

/* In order of precedence: a file hides files of the same name in later directories. */
static const char *const folders[] = { "/etc/udev/rules.d", "/run/udev/rules.d",
				       "/usr/local/lib/udev/rules.d", "/usr/lib/udev/rules.d" };

bool dax_udev_is_there(void)
{
	return access("/run/udev", F_OK) == 0;
}

void dax_udev_settle(void)
{
	const struct timespec turn = { 0, LOOK_MS * 1000000L };

	/* udevd creates this file when an event arrives, and removes it when all events are handled. */
	for (int i = 0; i < LOOKS && access("/run/udev/queue", F_OK) == 0; i++)
		nanosleep(&turn, NULL);
}

static bool is_hidden(const char *name, size_t folder)
{
	char path[512];
	bool hidden = false;

	for (size_t i = 0; i < folder && !hidden; i++) {
		snprintf(path, sizeof(path), "%s/%s", folders[i], name);
		hidden = faccessat(AT_FDCWD, path, F_OK, AT_SYMLINK_NOFOLLOW) == 0;
	}
	return hidden;
}

static bool is_rules(const char *name)
{
	size_t length = strlen(name);

	return length >= strlen(".rules") && strcmp(name + length - strlen(".rules"), ".rules") == 0;
}

void dax_udev_read_rules(void (*each)(const char *path, const char *text, void *data), void *data)
{
	for (size_t i = 0; i < ARRAY_SIZE(folders); i++) {
		DIR *stream = opendir(folders[i]);
		const struct dirent *entry;

		while (stream && (entry = readdir(stream))) {
			_cleanup_free_ char *text = NULL;
			char path[512];

			if (!is_rules(entry->d_name) || is_hidden(entry->d_name, i))
				continue;
			snprintf(path, sizeof(path), "%s/%s", folders[i], entry->d_name);
			if (dax_proc_read(path, &text, NULL) == 0)
				each(path, text, data);
		}
		if (stream)
			closedir(stream);
	}
}
