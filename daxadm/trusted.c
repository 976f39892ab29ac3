/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "trusted.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#define MAX_LINKS 40

struct walk {
	const char *path; /* as it was asked for, for messages */
	char rest[PATH_MAX]; /* what is still to be walked */
	int folder;
	unsigned links;
};

static int fail_walk(const struct walk *walk, int code, struct dax_error *err)
{
	return code == ENOENT ? -ENOENT : dax_fail(err, code, "cannot open %s: %s", walk->path, strerror(code));
}

/* In a folder with the sticky bit nobody can replace what belongs to somebody else. */
static bool is_closed(const struct stat *st)
{
	bool shared = st->st_mode & (S_IWGRP | S_IWOTH);

	return !shared || S_ISLNK(st->st_mode) || (S_ISDIR(st->st_mode) && (st->st_mode & S_ISVTX));
}

static int check(const struct walk *walk, const char *name, const struct stat *st, struct dax_error *err)
{
	bool foreign = st->st_uid != 0 && st->st_uid != geteuid();

	if (!foreign && is_closed(st))
		return 0;
	if (foreign)
		dax_fail(err, EPERM, "%s cannot be trusted: '%s' belongs to uid %u", walk->path, name,
			 (unsigned)st->st_uid);
	else
		dax_fail(err, EPERM, "%s cannot be trusted: others can write to '%s'", walk->path, name);
	dax_error_hint(err, "look at what it holds, then use chown and chmod: it must belong to root, and no group "
			    "and no others may write to it");
	return -EPERM;
}

/* Takes the first name from what is left; "" at the end. */
static void next_name(struct walk *walk, char *name)
{
	size_t skip = strspn(walk->rest, "/"), length = strcspn(walk->rest + skip, "/");

	memcpy(name, walk->rest + skip, length);
	name[length] = '\0';
	skip += length;
	skip += strspn(walk->rest + skip, "/");
	memmove(walk->rest, walk->rest + skip, strlen(walk->rest + skip) + 1);
}

static int start(struct walk *walk, struct dax_error *err)
{
	struct stat st;

	dax_closep(&walk->folder);
	walk->folder = open(walk->rest[0] == '/' ? "/" : ".", O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (walk->folder < 0 || fstat(walk->folder, &st))
		return fail_walk(walk, errno, err);
	return check(walk, walk->rest[0] == '/' ? "/" : ".", &st, err);
}

static int follow(struct walk *walk, const char *name, struct dax_error *err)
{
	size_t rest = strlen(walk->rest);
	char target[PATH_MAX];
	ssize_t length = readlinkat(walk->folder, name, target, sizeof(target) - 1);

	if (length < 0)
		return fail_walk(walk, errno, err);
	if (++walk->links > MAX_LINKS)
		return fail_walk(walk, ELOOP, err);
	if ((size_t)length + 1 + rest >= sizeof(walk->rest))
		return fail_walk(walk, ENAMETOOLONG, err);
	target[length] = '\0';
	memmove(walk->rest + length + 1, walk->rest, rest + 1);
	memcpy(walk->rest, target, (size_t)length);
	walk->rest[length] = rest ? '/' : '\0';
	return target[0] == '/' ? start(walk, err) : 0;
}

/* One name further. *FD: the end of the way. */
static int advance(struct walk *walk, const char *name, int *fd, bool *masked, struct dax_error *err)
{
	struct stat st;

	if (fstatat(walk->folder, name, &st, AT_SYMLINK_NOFOLLOW))
		return fail_walk(walk, errno, err);
	*masked = S_ISCHR(st.st_mode) && st.st_rdev == makedev(1, 3);
	if (*masked)
		return 0;
	int r = check(walk, name, &st, err);

	if (r || S_ISLNK(st.st_mode))
		return r ? r : follow(walk, name, err);
	int flags = walk->rest[0] ? O_PATH | O_DIRECTORY : O_RDONLY | O_NONBLOCK | O_NOCTTY;
	int next = openat(walk->folder, name, flags | O_NOFOLLOW | O_CLOEXEC);

	if (next < 0)
		return fail_walk(walk, errno, err);
	if (!walk->rest[0]) {
		*fd = next;
		return 0;
	}
	close(walk->folder);
	walk->folder = next;
	return 0;
}

int trusted_open(const char *path, int *fd, bool *masked, struct dax_error *err)
{
	struct walk walk = { .path = path, .folder = -1 };
	char name[PATH_MAX];
	int r = 0;

	*fd = -1;
	*masked = false;
	if (strlen(path) >= sizeof(walk.rest))
		return fail_walk(&walk, ENAMETOOLONG, err);
	memcpy(walk.rest, path, strlen(path) + 1);
	r = start(&walk, err);
	while (!r && *fd < 0 && !*masked) {
		next_name(&walk, name);
		r = advance(&walk, name[0] ? name : ".", fd, masked, err);
	}
	dax_closep(&walk.folder);
	return r;
}
