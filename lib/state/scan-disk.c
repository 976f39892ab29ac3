/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Uses of a disk or its partitions by the kernel itself: file systems, swap space, other disks. Most of them
 * are exclusive, which an exclusive open shows. A loop device is not (loop_configure in
 * drivers/block/loop.c). Programs are found elsewhere (holders.h).
 */
#include "state/scan-disk.h"

#include "base/fields.h"
#include "door/kernel-text.h"
#include "door/proc.h"
#include "state/scan.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/loop.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

/* The search, and its result. */
struct search {
	struct dax_sysfs *sysfs;
	const char *disk;
	struct dax_numbers numbers;
	struct dax_use *use;
};

static void search_release(struct search *search)
{
	dax_numbers_release(&search->numbers);
}

void dax_numbers_release(struct dax_numbers *numbers)
{
	free(numbers->items);
	*numbers = (struct dax_numbers){ 0 };
}

/* Whether NAME is the disk or a partition of it: "pmem0p1" is a partition of "pmem0", "pmem0.1" is not. */
static bool is_of_disk(const char *name, const char *disk)
{
	size_t length = strlen(disk);

	return strncmp(name, disk, length) == 0 && (!name[length] || name[length] == 'p');
}

static int add_number(struct search *search, const char *dir)
{
	struct dax_numbers *numbers = &search->numbers;
	dev_t number = 0;
	char text[32];
	int r = dax_sysfs_read(search->sysfs, dir, "dev", text, sizeof(text), NULL);

	if (r == -ENOENT || r == -ENODEV) /* it no longer exists */
		return 0;
	if (!r && dax_parse_device_number(text, &number))
		r = -EPROTO;
	if (r)
		return r;
	dev_t *grown = reallocarray(numbers->items, numbers->n + 1, sizeof(*grown));
	if (!grown)
		return -ENOMEM;
	numbers->items = grown;
	grown[numbers->n++] = number;
	return 0;
}

static int add_partition(const char *name, void *data)
{
	struct search *search = data;
	char dir[32 + 2 * DAX_NAME_MAX];

	if (!is_of_disk(name, search->disk))
		return 0;
	snprintf(dir, sizeof(dir), "block/%s/%.*s", search->disk, DAX_NAME_MAX - 1, name);
	return add_number(search, dir);
}

static int find_numbers(struct search *search)
{
	char dir[16 + DAX_NAME_MAX];

	snprintf(dir, sizeof(dir), "block/%s", search->disk);
	int r = add_number(search, dir);
	if (!r)
		r = dax_sysfs_list(search->sysfs, dir, add_partition, search, NULL);
	return r == -ENOENT ? 0 : r;
}

int dax_scan_disk_numbers(struct dax_sysfs *sysfs, const char *disk, struct dax_numbers *numbers,
			  struct dax_error *err)
{
	_cleanup_(search_release) struct search search = { .sysfs = sysfs, .disk = disk };
	int r = find_numbers(&search);

	if (r == -ENOMEM)
		return dax_no_memory(err);
	if (r)
		return dax_fail(err, -r, "cannot read the parts of %s: %s", disk, strerror(-r));
	*numbers = search.numbers;
	search.numbers = (struct dax_numbers){ 0 };
	return 0;
}

static bool has_number(const struct search *search, dev_t number)
{
	for (size_t i = 0; i < search->numbers.n; i++) {
		if (search->numbers.items[i] == number)
			return true;
	}
	return false;
}

static bool is_path_of_disk(const struct search *search, const char *path)
{
	static const char dev[] = "/dev/";

	return strncmp(path, dev, strlen(dev)) == 0 && is_of_disk(path + strlen(dev), search->disk);
}

static bool found(const struct search *search, enum dax_use_kind kind, const char *by)
{
	search->use->kind = kind;
	snprintf(search->use->by, sizeof(search->use->by), "%.127s", by);
	return true;
}

/*
 * The first mount point (proc_pid_mountinfo(5)). The device number is that of the disk if the file system is
 * on one disk only; otherwise the mount source is compared.
 */
static bool find_mount(const struct search *search, const char *file)
{
	_cleanup_free_ char *mounts = NULL;
	struct dax_mount mount;

	if (dax_proc_read(file, &mounts, NULL))
		return false;
	for (char *rest = mounts; dax_text_mount(&rest, &mount);) {
		if (has_number(search, mount.device) || is_path_of_disk(search, mount.source))
			return found(search, DAX_USE_MOUNT, mount.point);
	}
	return false;
}

static bool find_swap(const struct search *search)
{
	_cleanup_free_ char *swaps = NULL;
	const char *path = NULL;

	if (dax_proc_read("/proc/swaps", &swaps, NULL))
		return false;
	for (char *rest = swaps; dax_text_swap(&rest, &path);) {
		if (is_path_of_disk(search, path))
			return found(search, DAX_USE_SWAP, path);
	}
	return false;
}

/* "dm-0", or "dm-0 (root)" if it has a name. */
static int note_holder(const char *name, void *data)
{
	const struct search *search = data;
	char dir[32 + DAX_NAME_MAX], title[DAX_NAME_MAX], text[2 * DAX_NAME_MAX + 8];

	snprintf(dir, sizeof(dir), "block/%.*s/dm", DAX_NAME_MAX - 1, name);
	bool named = dax_sysfs_read(search->sysfs, dir, "name", title, sizeof(title), NULL) == 0;
	snprintf(text, sizeof(text), "%.*s%s%s%s", DAX_NAME_MAX - 1, name, named ? " (" : "",
		 named ? title : "", named ? ")" : "");
	found(search, DAX_USE_DISK, text);
	return -EEXIST; /* one is enough */
}

static int note_holder_of_partition(const char *name, void *data)
{
	const struct search *search = data;
	char dir[32 + 2 * DAX_NAME_MAX];

	if (!is_of_disk(name, search->disk))
		return 0;
	snprintf(dir, sizeof(dir), "block/%s/%.*s/holders", search->disk, DAX_NAME_MAX - 1, name);
	return dax_sysfs_list(search->sysfs, dir, note_holder, data, NULL) == -EEXIST ? -EEXIST : 0;
}

/* The device mapper, md and other block devices that use disks. */
static bool find_holder(struct search *search)
{
	char dir[32 + DAX_NAME_MAX];

	snprintf(dir, sizeof(dir), "block/%s/holders", search->disk);
	(void)!dax_sysfs_list(search->sysfs, dir, note_holder, search, NULL);
	snprintf(dir, sizeof(dir), "block/%s", search->disk);
	if (!search->use->kind)
		(void)!dax_sysfs_list(search->sysfs, dir, note_holder_of_partition, search, NULL);
	return search->use->kind;
}

/*
 * The name in backing_file may be outdated, so the device number is compared. It is an internal number of the
 * kernel.
 */
static int note_loop(const char *name, void *data)
{
	const struct search *search = data;
	char dir[32 + DAX_NAME_MAX], path[16 + DAX_NAME_MAX];
	struct loop_info64 info;

	if (strncmp(name, "loop", 4) != 0)
		return 0;
	snprintf(dir, sizeof(dir), "block/%.*s/loop", DAX_NAME_MAX - 1, name);
	if (!dax_sysfs_exists(search->sysfs, dir, "backing_file"))
		return 0;
	snprintf(path, sizeof(path), "/dev/%.*s", DAX_NAME_MAX - 1, name);
	_cleanup_close_ int fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	if (fd < 0 || ioctl(fd, LOOP_GET_STATUS64, &info))
		return 0;
	uint64_t number = info.lo_rdevice;
	if (!has_number(search, makedev((number >> 8) & 0xfff, (number & 0xff) | ((number >> 12) & 0xfff00))))
		return 0;
	found(search, DAX_USE_LOOP, name);
	return -EEXIST;
}

/* Processes can have mounts of their own. */
static bool find_mount_elsewhere(const struct search *search)
{
	DIR *proc = opendir("/proc");
	const struct dirent *entry;
	bool is_mounted = false;

	while (proc && !is_mounted && (entry = readdir(proc))) {
		char path[300], place[sizeof(search->use->by)];
		_cleanup_free_ char *command = NULL;

		snprintf(path, sizeof(path), "/proc/%s/mountinfo", entry->d_name);
		if (entry->d_name[0] < '0' || entry->d_name[0] > '9' || !find_mount(search, path))
			continue;
		is_mounted = true;
		snprintf(path, sizeof(path), "/proc/%s/comm", entry->d_name);
		if (dax_proc_read(path, &command, NULL))
			continue;
		command[strcspn(command, "\n")] = '\0';
		strcpy(place, search->use->by);
		snprintf(search->use->by, sizeof(search->use->by), "%.70s, where pid %.10s (%.15s) sees it",
			 place, entry->d_name, command);
	}
	if (proc)
		closedir(proc);
	return is_mounted;
}

/* Whether nothing else can open it exclusively now. */
static bool is_taken(const struct search *search)
{
	char path[16 + DAX_NAME_MAX];

	snprintf(path, sizeof(path), "/dev/%s", search->disk);
	_cleanup_close_ int fd = open(path, O_RDONLY | O_EXCL | O_CLOEXEC);
	return fd < 0 && errno == EBUSY;
}

void dax_scan_disk_use(struct dax_sysfs *sysfs, const char *disk, struct dax_use *use)
{
	_cleanup_(search_release) struct search search = { .sysfs = sysfs, .disk = disk, .use = use };

	*use = (struct dax_use){ 0 };
	/* If the numbers cannot be read, the names and the result of an exclusive open are used. */
	(void)!find_numbers(&search);
	if (find_mount(&search, "/proc/self/mountinfo") || find_swap(&search) || find_holder(&search))
		return;
	(void)!dax_sysfs_list(sysfs, "block", note_loop, &search, NULL);
	if (!use->kind && is_taken(&search) && !find_mount_elsewhere(&search))
		found(&search, DAX_USE_UNKNOWN, "");
}
