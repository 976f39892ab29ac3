/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "lock.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>

/* How often it is tried again. */
#define RETRY_MS 20

/* In a folder that others may write, a name can lead anywhere: only a plain file of our own will do. */
static int open_lock(const char *path, struct dax_error *err)
{
	struct stat st;
	int fd = open(path, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK, 0600);

	if (fd < 0)
		return dax_fail(err, errno, "cannot open the lock %s: %s", path, strerror(errno));
	if (fstat(fd, &st) || !S_ISREG(st.st_mode) || st.st_uid != geteuid() || st.st_nlink != 1) {
		close(fd);
		dax_fail(err, EPERM, "the lock %s is not a file of our own", path);
		dax_error_hint(err, "remove it; it is made again");
		return -EPERM;
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

int dax_lock_take(const char *path, unsigned seconds, const char *verb, int *fd, struct dax_error *err)
{
	const struct timespec pause = { 0, RETRY_MS * 1000000L };
	unsigned long tries = 1 + seconds * (1000UL / RETRY_MS);

	*fd = open_lock(path, err);
	if (*fd < 0)
		return *fd;
	while (flock(*fd, LOCK_EX | LOCK_NB)) {
		int r = errno == EWOULDBLOCK || errno == EINTR ? 0 : -errno;

		if (r)
			dax_fail(err, -r, "cannot take the lock %s: %s", path, strerror(-r));
		else if (--tries == 0)
			r = refuse(*fd, seconds, err);
		if (r) {
			close(*fd);
			*fd = -1;
			return r;
		}
		nanosleep(&pause, NULL);
	}
	sign(*fd, verb);
	return 0;
}
