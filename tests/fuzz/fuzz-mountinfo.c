/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Fuzzes /proc/PID/mountinfo and /proc/swaps. A mount that is printed as the kernel does must be read as the same. */
#include "fuzz.h"

#include "door/kernel-text.h"

#include <stdio.h>
#include <sys/sysmacros.h>

/* fs/seq_file.c, mangle_path; the rest as it is. */
static char *print_path(char *to, const char *path)
{
	for (; *path; path++) {
		if (strchr(" \t\n\\#", *path))
			to += sprintf(to, "\\%03o", *path);
		else
			*to++ = *path;
	}
	return to;
}

/* Returns its length; TEXT has room for it. */
static size_t print(const struct dax_mount *mount, char *text)
{
	char *to = text + sprintf(text, "%llu 1 %u:%u / ", (unsigned long long)mount->id, major(mount->device),
				  minor(mount->device));

	to = print_path(to, mount->point);
	to += sprintf(to, " %s shared:1 - %s ", mount->options, mount->type);
	to = print_path(to, mount->source);
	to += sprintf(to, " %s\n", mount->super_options);
	return (size_t)(to - text);
}

static void check_mounts(char *text, const char *end)
{
	_cleanup_free_ char *printed = malloc(4 * (size_t)(end - text) + 64); /* an escape is four characters */
	struct dax_mount mount, again;
	size_t n = 0;

	REQUIRE(printed);
	for (char *rest = text; dax_text_mount(&rest, &mount); n++) {
		size_t length = print(&mount, printed);
		char *at = printed;

		REQUIRE(rest > text && rest <= end && mount.point > text && mount.super_options <= rest);
		REQUIRE(dax_text_mount(&at, &again) && at == printed + length);
		REQUIRE(again.id == mount.id && again.device == mount.device);
		REQUIRE(strcmp(again.point, mount.point) == 0 && strcmp(again.options, mount.options) == 0 &&
			strcmp(again.type, mount.type) == 0 && strcmp(again.source, mount.source) == 0 &&
			strcmp(again.super_options, mount.super_options) == 0);
	}
	REQUIRE(n <= (size_t)(end - text));
}

static void check_swaps(char *text, const char *end)
{
	const char *path = NULL;

	for (char *rest = text; dax_text_swap(&rest, &path);)
		REQUIRE(path >= text && path < end && rest <= end && path[0] == '/');
}

int fuzz_mountinfo(const uint8_t *data, size_t size)
{
	_cleanup_free_ char *mounts = as_text(data, size), *swaps = as_text(data, size);

	check_mounts(mounts, mounts + strlen(mounts));
	check_swaps(swaps, swaps + strlen(swaps));
	return 0;
}
