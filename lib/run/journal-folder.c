/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The directories of journals and of the lock: only this user may have access, or nothing in them is trusted.
 */
#include "run/journal-folder.h"

#include "base/error.h"
#include "run/journal-words.h"
#include "run/journal.h"
#include "run/loans.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>

/*
 * Contents that a mount hides cannot be seen from here; the hint is not printed to a user who may not remove
 * a directory.
 */
static void hint_at_folder(const char *folder, int fd, struct dax_error *err)
{
	if (dax_journal_folder_is_mounted(fd))
		dax_error_hint(err, "look for journals (*.journal) in it, then run 'umount %s'", folder);
	else if (geteuid() == 0)
		dax_error_hint(
			err,
			"look for journals (*.journal) in it, then run 'rm -r %s'; daxadm creates it again",
			folder);
}

static int fail_foreign(const char *folder, int fd, const struct stat *st, struct dax_error *err)
{
	if (st->st_uid != 0 && st->st_uid != geteuid())
		dax_fail(err, EPERM, "%s cannot be trusted: its owner is uid %u", folder,
			 (unsigned)st->st_uid);
	else
		dax_fail(err, EPERM, "%s cannot be trusted: others can write to it", folder);
	hint_at_folder(folder, fd, err);
	return -EPERM;
}

/* An object that is not a directory. */
static int fail_open(const char *folder, int code, struct dax_error *err)
{
	struct stat st;

	if ((code != ENOTDIR && code != ELOOP) || lstat(folder, &st) || S_ISDIR(st.st_mode))
		return dax_fail(err, code, "cannot open the journal directory %s: %s", folder,
				strerror(code));
	dax_fail(err, code, "%s is not a directory, but %s: journals cannot be kept there", folder,
		 S_ISLNK(st.st_mode) ? "a symbolic link" : "a file");
	if (geteuid() == 0 && S_ISLNK(st.st_mode))
		dax_error_hint(err, "look for journals (*.journal) where it leads, then run 'rm %s'", folder);
	else if (geteuid() == 0)
		dax_error_hint(err, "run 'rm %s'", folder);
	return -code;
}

int dax_journal_give(int folder, int fd)
{
	struct stat of, st;

	if (fstat(folder, &of) || fstat(fd, &st))
		return -errno;
	if (st.st_uid == of.st_uid)
		return 0;
	return fchown(fd, of.st_uid, (gid_t)-1) ? -errno : 0;
}

/*
 * A new directory gets the owner of the directory above it: in /run this is root, whoever created it with
 * root's capabilities.
 */
static int give_folder(const char *folder)
{
	_cleanup_close_ int fd = open(folder, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	_cleanup_close_ int parent = fd < 0 ? -1 : openat(fd, "..", O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	return parent < 0 ? -errno : dax_journal_give(parent, fd);
}

static int make_folder(const char *folder, struct dax_error *err)
{
	int r = mkdir(folder, 0700) ? -errno : 0;

	if (r == -EEXIST)
		return 0;
	if (!r) {
		r = give_folder(folder);
		if (!r)
			return 0;
		rmdir(folder);
	}
	dax_fail(err, -r, "cannot create the journal directory %s: %s", folder, strerror(-r));
	if (r == -ENOENT)
		dax_error_hint(err, "run 'mkdir -p %s' to create it", folder);
	return r;
}

int dax_journal_folder(const char *folder, bool make, struct dax_error *err)
{
	struct stat st;
	int r = make ? make_folder(folder, err) : 0;

	if (r)
		return r;
	int fd = open(folder, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0 && errno == ENOENT && !make)
		return -ENOENT;
	if (fd < 0)
		return fail_open(folder, errno, err);
	/* A user who can write there could make this program change anything. */
	if (fstat(fd, &st) == 0 && (st.st_uid == 0 || st.st_uid == geteuid()) &&
	    !(st.st_mode & (S_IWGRP | S_IWOTH)))
		return fd;
	r = fail_foreign(folder, fd, &st, err);
	close(fd);
	return r;
}

bool dax_journal_folder_is_mounted(int fd)
{
	struct statx stx;

	return statx(fd, "", AT_EMPTY_PATH, STATX_TYPE, &stx) == 0 &&
	       (stx.stx_attributes & STATX_ATTR_MOUNT_ROOT);
}

int dax_journal_check_folder(const char *folder, struct dax_error *err)
{
	_cleanup_close_ int fd = dax_journal_folder(folder, false, err);
	struct statvfs st;

	if (fd < 0)
		return fd == -ENOENT ? 0 : fd;
	if (dax_journal_folder_is_mounted(fd)) {
		dax_fail(err, EBUSY,
			 "%s is a mount point: journals in the directory beneath it cannot be seen", folder);
		dax_error_hint(err, "run 'umount %s', then 'daxadm recover' again", folder);
		return -EBUSY;
	}
	if (fstatvfs(fd, &st) == 0 && (st.f_flag & ST_RDONLY)) {
		dax_fail(err, EROFS, "%s is on a read-only file system: nothing can be recovered from it", folder);
		dax_error_hint(err, "mount it writable, then 'daxadm recover' again");
		return -EROFS;
	}
	return 0;
}

static int is_journal(const struct dirent *entry)
{
	const char *dot = strrchr(entry->d_name, '.');

	return entry->d_name[0] != '.' && dot && strcmp(dot, ".journal") == 0;
}

static int is_new(const struct dirent *entry)
{
	return strncmp(entry->d_name, DAX_JOURNAL_NEW, strlen(DAX_JOURNAL_NEW)) == 0;
}

static void release_entries(struct dirent **entries, int n)
{
	for (int i = 0; i < n; i++)
		free(entries[i]);
	free(entries);
}

/* A journal that is being written is claimed by its writer. */
static void sweep_file(int folder, const char *name)
{
	struct dax_journal journal = { .fd = openat(folder, name, O_RDWR | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC) };

	if (journal.fd >= 0 && dax_journal_claim(&journal) == 0)
		unlinkat(folder, name, 0);
	dax_closep(&journal.fd);
}

void dax_journal_sweep(int folder)
{
	struct dirent **entries = NULL;
	int n = scandirat(folder, ".", &entries, is_new, NULL);

	for (int i = 0; i < n; i++)
		sweep_file(folder, entries[i]->d_name);
	if (n >= 0)
		release_entries(entries, n);
}

int dax_journal_list(const char *folder, bool youngest_first, int (*each)(const char *path, void *data), void *data,
		     struct dax_error *err)
{
	_cleanup_close_ int fd = dax_journal_folder(folder, false, err);
	struct dirent **entries = NULL;
	int r = 0;

	if (fd < 0)
		return fd == -ENOENT ? 0 : fd;
	int n = scandirat(fd, ".", &entries, is_journal, alphasort);
	if (n < 0)
		return dax_fail(err, errno, "cannot list %s: %s", folder, strerror(errno));
	for (int i = 0; i < n; i++) {
		_cleanup_free_ char *path = NULL;

		/* Their names start with the time. */
		if (!r && asprintf(&path, "%s/%s", folder, entries[youngest_first ? n - 1 - i : i]->d_name) < 0) {
			path = NULL;
			r = dax_no_memory(err);
		}
		if (!r)
			r = each(path, data);
	}
	release_entries(entries, n);
	return r;
}

int dax_journal_claim(struct dax_journal *journal)
{
	struct flock lock = { .l_type = F_WRLCK };

	return fcntl(journal->fd, F_OFD_SETLK, &lock) ? -errno : 0;
}
