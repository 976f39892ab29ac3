/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "run/lock.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>

/* How often it is tried again. */
#define RETRY_MS 20

/* In a folder that others may write, a name can lead anywhere, and be anything. */
static int refuse_file(const char *path, int code, struct dax_error *err)
{
	dax_fail(err, code, "the lock %s is not a file of our own: %s", path, strerror(code));
	dax_error_hint(err, "look at what it is, and remove it; it is made again");
	return -code;
}

static int open_lock(const char *path, struct dax_error *err)
{
	struct stat st;
	int fd = open(path, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK, 0600);

	if (fd < 0) {
		int code = errno;

		/* EACCES although we are root: the kernel protects who opens a stranger's file there (fs.protected_regular). */
		if (code == ELOOP || code == EACCES || code == EISDIR || code == ENXIO)
			return refuse_file(path, code, err);
		return dax_fail(err, code, "cannot open the lock %s: %s", path, strerror(code));
	}
	if (fstat(fd, &st) || !S_ISREG(st.st_mode) || st.st_uid != geteuid() || st.st_nlink > 1) {
		close(fd);
		return refuse_file(path, EPERM, err);
	}
	return fd;
}

static int refuse(int fd, unsigned seconds, struct dax_error *err)
{
	char text[128];
	ssize_t n = pread(fd, text, sizeof(text) - 1, 0);

	text[n > 0 ? n : 0] = '\0';
	text[strcspn(text, "\n")] = '\0';
	dax_fail(err, EAGAIN, "another change is under way, by %s", text[0] ? text : "a process that does not say who");
	dax_error_hint(err, "it was waited for %u seconds; --wait SECONDS waits longer", seconds);
	return -EAGAIN;
}

/* Tells those who wait who we are. */
static void sign(int fd, const char *verb)
{
	char text[128];
	int n = snprintf(text, sizeof(text), "pid %d (daxadm %s)\n", (int)getpid(), verb);

	if (n > 0 && ftruncate(fd, 0) == 0)
		(void)!pwrite(fd, text, (size_t)n, 0);
}

/* Whether FD is still the file at PATH: one that was removed locks out nobody. */
static bool is_in_place(int fd, const char *path)
{
	struct stat ours, there;

	return fstat(fd, &ours) == 0 && lstat(path, &there) == 0 && ours.st_dev == there.st_dev &&
	       ours.st_ino == there.st_ino;
}

static int wait_for(int fd, const char *path, unsigned seconds, struct dax_error *err)
{
	const struct timespec pause = { 0, RETRY_MS * 1000000L };
	unsigned long tries = seconds * (1000UL / RETRY_MS);

	while (flock(fd, LOCK_EX | LOCK_NB)) {
		if (errno != EWOULDBLOCK && errno != EINTR)
			return dax_fail(err, errno, "cannot take the lock %s: %s", path, strerror(errno));
		if (tries-- == 0)
			return refuse(fd, seconds, err);
		nanosleep(&pause, NULL);
	}
	return 0;
}

int dax_lock_take(const char *path, unsigned seconds, const char *verb, int *fd, struct dax_error *err)
{
	for (;;) {
		*fd = open_lock(path, err);
		int r = *fd < 0 ? *fd : wait_for(*fd, path, seconds, err);

		if (!r && is_in_place(*fd, path))
			break;
		dax_closep(fd);
		*fd = -1;
		if (r)
			return r;
	}
	sign(*fd, verb);
	return 0;
}
