/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "run/lock.h"

#include "run/journal-folder.h"
#include "run/journal.h"
#include "run/lock-holder.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>

/* The interval between attempts. */
#define RETRY_MS 20

/* The directory is ours, but another process with the same rights may have put anything there. */
static int refuse_file(const char *folder, int code, struct dax_error *err)
{
	dax_fail(err, code, "%s/" DAX_LOCK_NAME " is not a lock file of daxadm: %s", folder, strerror(code));
	dax_error_hint(err,
		       "run 'mv %s/" DAX_LOCK_NAME
		       " %s/not-the-lock' to move it away; daxadm creates the lock again",
		       folder, folder);
	return -code;
}

static bool is_ours(int fd)
{
	struct stat st;

	return fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && (st.st_uid == 0 || st.st_uid == geteuid()) &&
	       st.st_nlink <= 1;
}

static int open_lock(int place, const char *folder, struct dax_error *err)
{
	int fd = openat(place, DAX_LOCK_NAME, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK, 0600);

	if (fd < 0) {
		int code = errno;

		if (code == ELOOP || code == EISDIR || code == ENXIO)
			return refuse_file(folder, code, err);
		return dax_fail(err, code, "cannot open the lock %s/" DAX_LOCK_NAME ": %s", folder, strerror(code));
	}
	if (!is_ours(fd)) {
		close(fd);
		return refuse_file(folder, EPERM, err);
	}
	/* A process that has the rights without the uid must leave a file that root can use. */
	(void)!dax_journal_give(place, fd);
	return fd;
}

static int refuse(int fd, const char *folder, unsigned seconds, struct dax_error *err)
{
	char holder[DAX_LOCK_HOLDER_TEXT];

	if (dax_lock_holder(fd, holder))
		dax_fail(err, EAGAIN, "another change is under way, by %s", holder);
	else
		dax_fail(err, EAGAIN, "another process holds the lock %s/" DAX_LOCK_NAME, folder);
	dax_error_hint(err, "daxadm waited for %u seconds; use --wait SECONDS to wait longer", seconds);
	return -EAGAIN;
}

/* Whether FD is still the file at PLACE: a lock on a removed file excludes nobody. */
static bool is_in_place(int fd, int place)
{
	struct stat ours, there;

	return fstat(fd, &ours) == 0 && fstatat(place, DAX_LOCK_NAME, &there, AT_SYMLINK_NOFOLLOW) == 0 &&
	       ours.st_dev == there.st_dev && ours.st_ino == there.st_ino;
}

static int wait_for(int fd, const char *folder, unsigned seconds, struct dax_error *err)
{
	const struct timespec pause = { 0, RETRY_MS * 1000000L };
	unsigned long tries = seconds * (1000UL / RETRY_MS);

	while (flock(fd, LOCK_EX | LOCK_NB)) {
		if (errno != EWOULDBLOCK && errno != EINTR)
			return dax_fail(err, errno, "cannot take the lock %s/" DAX_LOCK_NAME ": %s", folder,
					strerror(errno));
		if (tries-- == 0)
			return refuse(fd, folder, seconds, err);
		nanosleep(&pause, NULL);
	}
	return 0;
}

int dax_lock_take(const char *folder, unsigned seconds, const char *verb, int *fd, struct dax_error *err)
{
	*fd = -1;
	for (;;) {
		/* Opened each time, because the directory can be replaced too. */
		_cleanup_close_ int place = dax_journal_folder(folder, true, err);
		int lock = place < 0 ? place : open_lock(place, folder, err);
		int r = lock < 0 ? lock : wait_for(lock, folder, seconds, err);

		if (!r && is_in_place(lock, place)) {
			dax_lock_sign(lock, verb);
			*fd = lock;
			return 0;
		}
		dax_closep(&lock);
		if (r)
			return r;
	}
}
