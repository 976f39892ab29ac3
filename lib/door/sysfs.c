/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "door/sysfs.h"
#include "base/text.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/magic.h>
#include <linux/openat2.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/vfs.h>

int dax_sysfs_open(struct dax_sysfs *sysfs, const char *root, struct dax_error *err)
{
	const char *folder = root ? root : "/sys";

	sysfs->root = open(folder, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (sysfs->root < 0)
		return dax_fail(err, errno, "cannot open %s: %s", folder, strerror(errno));
	struct statfs fs;
	/* Another mount of sysfs is as good as /sys (/host/sys in a container). */
	bool is_sysfs = fstatfs(sysfs->root, &fs) == 0 && fs.f_type == SYSFS_MAGIC;
	sysfs->recorded = root && !is_sysfs;
	if (root || is_sysfs)
		return 0;
	dax_fail(err, ENOENT, "/sys is not mounted");
	dax_error_hint(err, "run 'mount -t sysfs sysfs /sys' to mount it");
	return -ENOENT;
}

/* Closes each run of consecutive descriptors with one call. */
static void close_spent(struct dax_sysfs *sysfs)
{
	for (unsigned first = 0, next; first < sysfs->n_spent; first = next) {
		for (next = first + 1; next < sysfs->n_spent; next++) {
			if (sysfs->spent[next] != sysfs->spent[next - 1] + 1)
				break;
		}
		close_range(sysfs->spent[first], sysfs->spent[next - 1], 0);
	}
	sysfs->n_spent = 0;
}

/*
 * Closes a file later, together with others. The kernel returns the lowest free descriptor, so files that are
 * opened one after the other usually have consecutive numbers.
 */
static void spend(struct dax_sysfs *sysfs, int fd)
{
	if (sysfs->n_spent == DAX_SYSFS_SPENT)
		close_spent(sysfs);
	sysfs->spent[sysfs->n_spent++] = (unsigned)fd;
}

void dax_sysfs_close(struct dax_sysfs *sysfs)
{
	close_spent(sysfs);
	for (size_t i = 0; i < sysfs->n_kept; i++) {
		close(sysfs->kept[i].fd);
		free(sysfs->kept[i].path);
	}
	dax_closep(&sysfs->root);
	*sysfs = (struct dax_sysfs)DAX_SYSFS_INIT;
}

static int make_path(char path[PATH_MAX], const char *dir, const char *attr)
{
	int n = snprintf(path, PATH_MAX, "%s/%s", dir, attr);

	return n < 0 || n >= PATH_MAX ? -ENAMETOOLONG : 0;
}

/*
 * While something is renamed anywhere on the machine, the kernel may not know where ".." leads. It then
 * returns EAGAIN.
 */
#define OPEN_TRIES 1000

/* Links of a recorded tree must not lead out of it: its content is not trusted. */
static int open_recorded(struct dax_sysfs *sysfs, const char *path, int flags)
{
	struct open_how how = { .flags = (unsigned)flags, .resolve = RESOLVE_IN_ROOT };
	int r = -EAGAIN;

	for (int i = 0; r == -EAGAIN && i < OPEN_TRIES; i++) {
		r = (int)syscall(SYS_openat2, sysfs->root, path, &how, sizeof(how));
		r = r < 0 ? -errno : r;
	}
	return r;
}

/* A descriptor, or -errno. */
static int open_path(struct dax_sysfs *sysfs, const char *path, int flags)
{
	if (sysfs->recorded)
		return open_recorded(sysfs, path, flags | O_CLOEXEC);
	int fd = openat(sysfs->root, path, flags | O_CLOEXEC);
	return fd < 0 ? -errno : fd;
}

int dax_sysfs_open_file(struct dax_sysfs *sysfs, const char *dir, const char *attr, int flags)
{
	char path[PATH_MAX];
	int r = make_path(path, dir, attr);

	/* Never blocks, whatever an untrusted tree contains (a pipe, a terminal). */
	return r ? r : open_path(sysfs, path, flags | O_NONBLOCK | O_NOCTTY);
}

/* Converts the READ bytes in BUFFER of SIZE to a line of text. */
static int finish_text(char *buffer, size_t size, ssize_t n)
{
	if (n < 0)
		return -errno;
	if ((size_t)n >= size)
		return -EFBIG;
	if (n && buffer[n - 1] == '\n')
		n--;
	buffer[n] = '\0';
	return memchr(buffer, '\0', (size_t)n) ? -EPROTO : 0;
}

static int fail_reading(struct dax_error *err, int code, const char *dir, const char *attr)
{
	return dax_fail(err, code, "cannot read %s/%s: %s", dir, attr, strerror(code));
}

int dax_sysfs_read(struct dax_sysfs *sysfs, const char *dir, const char *attr, char *buffer, size_t size,
		   struct dax_error *err)
{
	int fd = dax_sysfs_open_file(sysfs, dir, attr, O_RDONLY);

	if (fd < 0)
		return fail_reading(err, -fd, dir, attr);
	int r = finish_text(buffer, size, read(fd, buffer, size));
	spend(sysfs, fd);
	return r ? fail_reading(err, -r, dir, attr) : 0;
}

int dax_sysfs_read_u64(struct dax_sysfs *sysfs, const char *dir, const char *attr, uint64_t *value,
		       struct dax_error *err)
{
	char text[64];
	int r = dax_sysfs_read(sysfs, dir, attr, text, sizeof(text), err);

	if (r)
		return r;
	if (dax_parse_u64(text, value))
		return dax_fail(err, EPROTO, "%s/%s holds '%s', which is not a 64-bit number", dir, attr, text);
	return 0;
}

int dax_sysfs_read_int(struct dax_sysfs *sysfs, const char *dir, const char *attr, int *value, struct dax_error *err)
{
	char text[64];
	uint64_t magnitude = 0;
	int r = dax_sysfs_read(sysfs, dir, attr, text, sizeof(text), err);

	if (r)
		return r;
	bool negative = text[0] == '-';
	if (dax_parse_u64(text + negative, &magnitude) || magnitude > INT_MAX)
		return dax_fail(err, EPROTO, "%s/%s holds '%s', which is not a 32-bit number", dir, attr, text);
	*value = negative ? -(int)magnitude : (int)magnitude;
	return 0;
}

/* readlink(2) of a path below the root: the length, or -errno. */
static ssize_t read_link(struct dax_sysfs *sysfs, const char *path, char *buffer, size_t size)
{
	_cleanup_close_ int fd = sysfs->recorded ? open_path(sysfs, path, O_PATH | O_NOFOLLOW) : -1;
	ssize_t n = -1;

	if (!sysfs->recorded)
		n = readlinkat(sysfs->root, path, buffer, size);
	else if (fd < 0)
		return fd;
	else
		n = readlinkat(fd, "", buffer, size);
	if (n >= 0)
		return n;
	/* For a descriptor that is not a link it returns ENOENT, for a path EINVAL. */
	return sysfs->recorded && errno == ENOENT ? -EINVAL : -errno;
}

int dax_sysfs_read_link(struct dax_sysfs *sysfs, const char *dir, const char *attr, char *buffer, size_t size,
			struct dax_error *err)
{
	char path[PATH_MAX];
	int r = make_path(path, dir, attr);

	if (!r) {
		ssize_t n = read_link(sysfs, path, buffer, size);
		if (n < 0)
			r = (int)n;
		else if ((size_t)n >= size)
			r = -EFBIG;
		else
			buffer[n] = '\0';
	}
	return r ? fail_reading(err, -r, dir, attr) : 0;
}

bool dax_sysfs_exists(struct dax_sysfs *sysfs, const char *dir, const char *attr)
{
	char path[PATH_MAX];

	if (make_path(path, dir, attr))
		return false;
	if (!sysfs->recorded)
		return faccessat(sysfs->root, path, F_OK, 0) == 0;
	_cleanup_close_ int fd = open_path(sysfs, path, O_PATH);
	return fd >= 0;
}

int dax_sysfs_read_serial(struct dax_sysfs *sysfs, const char *dir, const char *attr, uint64_t *serial)
{
	char path[PATH_MAX];
	struct stat st;
	int r = make_path(path, dir, attr);

	if (!r && fstatat(sysfs->root, path, &st, AT_SYMLINK_NOFOLLOW))
		r = -errno;
	if (!r)
		*serial = st.st_ino;
	return r;
}

static void close_dir(DIR **dir)
{
	if (*dir)
		closedir(*dir);
}

int dax_sysfs_list(struct dax_sysfs *sysfs, const char *dir, int (*each)(const char *name, void *data), void *data,
		   struct dax_error *err)
{
	int fd = open_path(sysfs, dir, O_RDONLY | O_DIRECTORY);

	if (fd < 0)
		return dax_fail(err, -fd, "cannot list %s: %s", dir, strerror(-fd));
	_cleanup_(close_dir) DIR *stream = fdopendir(fd);
	if (!stream) {
		close(fd);
		return dax_no_memory(err);
	}
	for (;;) {
		errno = 0;
		const struct dirent *entry = readdir(stream);

		if (!entry)
			break;
		if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
			continue;
		int r = each(entry->d_name, data);
		if (r < 0)
			return r;
	}
	if (errno)
		return dax_fail(err, errno, "cannot list %s: %s", dir, strerror(errno));
	return 0;
}

/*
 * One write(2) of VALUE and a newline. A store function of the kernel fails only with a negative number, and
 * has seen the whole line (kernfs_fop_write_iter). A short count means that the store function returned the
 * result of a function that it called, and that the value was accepted. Callers do not rely on the count;
 * they check the effect.
 */
static int write_value(int fd, const char *value)
{
	char line[128];
	int n = snprintf(line, sizeof(line), "%s\n", value);

	if (n < 0 || (size_t)n >= sizeof(line))
		return -EMSGSIZE;
	ssize_t written = write(fd, line, (size_t)n);
	if (written < 0)
		return -errno;
	return written ? 0 : -EIO;
}

int dax_sysfs_write(struct dax_sysfs *sysfs, const char *dir, const char *attr, const char *value)
{
	int fd = dax_sysfs_open_file(sysfs, dir, attr, O_WRONLY);

	if (fd < 0)
		return fd;
	int r = write_value(fd, value);
	spend(sysfs, fd);
	return r;
}

/*
 * The file that dax_sysfs_write_waiting writes to, and its replacement; -1 for none. A signal handler can use
 * only such variables.
 */
static volatile sig_atomic_t waiting = -1, refusing = -1;

void dax_sysfs_interrupt(void)
{
	int saved = errno;

	if (waiting >= 0)
		dup3(refusing, waiting, O_CLOEXEC);
	errno = saved;
}

int dax_sysfs_write_waiting(struct dax_sysfs *sysfs, const char *dir, const char *attr, const char *value)
{
	int fd = dax_sysfs_open_file(sysfs, dir, attr, O_WRONLY);

	if (fd < 0)
		return fd;
	refusing = sysfs->root; /* opened with O_PATH: it cannot be written to */
	waiting = fd;
	int r = write_value(fd, value);
	waiting = -1;
	spend(sysfs, fd);
	return r == -EBADF ? -EINTR : r;
}

/* The index of PATH among the kept files, or n_kept. */
static size_t find_kept(const struct dax_sysfs *sysfs, const char *path)
{
	size_t i = 0;

	while (i < sysfs->n_kept && strcmp(sysfs->kept[i].path, path) != 0)
		i++;
	return i;
}

/* If all slots are used, the oldest file is closed. */
static int keep(struct dax_sysfs *sysfs, const char *path, int fd)
{
	char *copy = strdup(path);

	if (!copy)
		return -ENOMEM;
	if (sysfs->n_kept == DAX_SYSFS_KEPT) {
		close(sysfs->kept[0].fd);
		free(sysfs->kept[0].path);
		sysfs->n_kept--;
		memmove(&sysfs->kept[0], &sysfs->kept[1], sysfs->n_kept * sizeof(sysfs->kept[0]));
	}
	sysfs->kept[sysfs->n_kept].path = copy;
	sysfs->kept[sysfs->n_kept].fd = fd;
	sysfs->n_kept++;
	return 0;
}

int dax_sysfs_write_kept(struct dax_sysfs *sysfs, const char *dir, const char *attr, const char *value)
{
	char path[PATH_MAX];
	int r = make_path(path, dir, attr);

	if (r)
		return r;
	size_t i = find_kept(sysfs, path);
	if (i < sysfs->n_kept)
		return write_value(sysfs->kept[i].fd, value);

	int fd = dax_sysfs_open_file(sysfs, dir, attr, O_RDWR);
	if (fd == -EACCES) /* bind and similar attributes are write-only */
		fd = dax_sysfs_open_file(sysfs, dir, attr, O_WRONLY);
	if (fd < 0)
		return fd;
	r = write_value(fd, value);
	if (keep(sysfs, path, fd))
		close(fd);
	return r;
}

int dax_sysfs_read_kept(struct dax_sysfs *sysfs, const char *dir, const char *attr, char *buffer, size_t size)
{
	char path[PATH_MAX];
	int r = make_path(path, dir, attr);

	if (r)
		return r;
	size_t i = find_kept(sysfs, path);
	if (i == sysfs->n_kept)
		return dax_sysfs_read(sysfs, dir, attr, buffer, size, NULL);
	return finish_text(buffer, size, pread(sysfs->kept[i].fd, buffer, size, 0));
}
