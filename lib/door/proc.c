/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "door/proc.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

/* A longer file is not what its name says. */
#define MAX_SIZE (UINT64_C(64) << 20)

static int read_all(int fd, char **text)
{
	size_t size = 16384, length = 0;
	_cleanup_free_ char *buffer = malloc(size);

	for (;;) {
		ssize_t n = buffer ? read(fd, buffer + length, size - 1 - length) : -1;

		if (!buffer)
			return -ENOMEM;
		if (n < 0)
			return -errno;
		length += (size_t)n;
		buffer[length] = '\0';
		if (n == 0) {
			*text = TAKE_PTR(buffer);
			return 0;
		}
		if (length < size - 1)
			continue;
		if (size >= MAX_SIZE)
			return -EFBIG;
		char *grown = realloc(buffer, size *= 2);
		if (!grown)
			return -ENOMEM;
		buffer = grown;
	}
}

int dax_proc_read(const char *path, char **text, struct dax_error *err)
{
	return dax_proc_read_in(AT_FDCWD, path, text, err);
}

int dax_proc_read_in(int folder, const char *path, char **text, struct dax_error *err)
{
	int flags = folder == AT_FDCWD ? 0 : O_NOFOLLOW; /* a recorded tree may come from a stranger */
	_cleanup_close_ int fd = openat(folder, path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY | flags);
	int r = fd < 0 ? -errno : read_all(fd, text);

	return r ? dax_fail(err, -r, "cannot read %s: %s", path, strerror(-r)) : 0;
}

int dax_proc_each(int (*each)(const char *pid, void *data), void *data)
{
	DIR *proc = opendir("/proc");
	int r = proc ? 0 : -errno;

	for (const struct dirent *entry; !r && (entry = readdir(proc));) {
		if (entry->d_name[0] >= '1' && entry->d_name[0] <= '9')
			r = each(entry->d_name, data);
	}
	if (proc)
		closedir(proc);
	return r;
}

void dax_proc_read_boot(char boot[DAX_UUID_TEXT])
{
	_cleanup_free_ char *text = NULL;

	boot[0] = '\0';
	if (dax_proc_read("/proc/sys/kernel/random/boot_id", &text, NULL))
		return;
	text[strcspn(text, "\n")] = '\0';
	if (dax_parse_uuid(text, boot))
		boot[0] = '\0';
}

/* The inode numbers of the initial namespaces (include/uapi/linux/nsfs.h, since Linux 3.8). */
#define FIRST_USER_NAMESPACE UINT64_C(0xEFFFFFFD)
#define FIRST_PID_NAMESPACE UINT64_C(0xEFFFFFFC)

bool dax_proc_in_user_namespace(void)
{
	struct stat st;

	return stat("/proc/self/ns/user", &st) == 0 && st.st_ino != FIRST_USER_NAMESPACE;
}

/*
 * In another pid namespace, process 1 is the first process of that namespace. Its link is visible only with
 * the right to look into the process (ptrace_may_access). Process 1 of the machine has all rights.
 */
bool dax_proc_shows_all(void)
{
	struct stat st;

	return stat("/proc/1/ns/pid", &st) == 0 && st.st_ino == FIRST_PID_NAMESPACE;
}

int dax_proc_read_at(const char *path, uint64_t offset, void *buffer, size_t size)
{
	_cleanup_close_ int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		return -errno;
	for (size_t done = 0; done < size;) {
		ssize_t n = pread(fd, (char *)buffer + done, size - done, (off_t)(offset + done));

		if (n <= 0)
			return n < 0 ? -errno : -ENODATA;
		done += (size_t)n;
	}
	return 0;
}

void dax_shield_begin(struct dax_shield *shield)
{
	int fd = open("/proc/self/oom_score_adj", O_RDWR | O_CLOEXEC);
	ssize_t n = fd < 0 ? -1 : read(fd, shield->before, sizeof(shield->before) - 1);

	shield->before[n > 0 ? n : 0] = '\0';
	if (n <= 0 || pwrite(fd, "-1000", 5, 0) != 5) {
		if (fd >= 0)
			close(fd);
		return;
	}
	shield->fd = fd;
}

void dax_shield_end(struct dax_shield *shield)
{
	size_t length = strlen(shield->before);

	if (shield->fd < 0)
		return;
	/* The text was the kernel's own. */
	if (pwrite(shield->fd, shield->before, length, 0) != (ssize_t)length)
		shield->before[0] = '\0';
	close(shield->fd);
	shield->fd = -1;
}
