/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Directories and block devices: the layers between the file system and the memory. */
#include "check/check-place.h"

#include "base/error.h"
#include "check/checker.h"
#include "door/extents.h"
#include "door/kernel-text.h"
#include "state/backing.h"
#include "state/layers.h"

#include <fcntl.h>
#include <inttypes.h>
#include <linux/fs.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/sysmacros.h>
#include <sys/utsname.h>

static const char hidden_mount[] = "its mount is not visible here (outside of the root directory of a chroot)";

void dax_check_place_memory(struct dax_subject *subject, struct dax_finding *finding)
{
	static const char expected[] = "persistent memory";
	const struct dax_backing *backing = &subject->place->backing;

	if (!backing->disk[0])
		dax_found(finding, DAX_WARN, expected, "no block device");
	else if (!backing->device[0])
		dax_found(finding, DAX_WARN, expected, "%s, which is not persistent memory", backing->disk);
	else if (backing->mixed)
		dax_found(finding, DAX_WARN, expected, "%s is on %s and on other memory", backing->disk,
			  backing->device);
	else if (backing->start_known)
		dax_found(finding, DAX_PASS, expected, "%s is on %s, %s, from 0x%" PRIx64 "", backing->disk,
			  backing->device, backing->space, backing->start);
	else
		dax_found(finding, DAX_PASS, expected, "%s is on %s, %s", backing->disk, backing->device,
			  backing->space);
}

void dax_check_place_queue(struct dax_subject *subject, struct dax_finding *finding)
{
	const struct dax_backing *backing = &subject->place->backing;

	if (!backing->disk[0]) {
		dax_found_skip(finding, "there is no block device");
		return;
	}
	dax_found(finding, backing->queue_dax ? DAX_PASS : DAX_WARN, "its block device supports DAX", "%s %s",
		  backing->disk, backing->queue_dax ? "can" : "cannot");
	if (backing->queue_dax)
		return;
	if (strncmp(backing->device, "namespace", 9) == 0)
		dax_found_hint(finding, "run 'ndctl create-namespace -f -e %s --mode fsdax'; this destroys the data in it",
			       backing->device);
	else
		dax_found_hint(finding, "use persistent memory, or a device that consists of persistent memory only");
}

void dax_check_place_align(struct dax_subject *subject, struct dax_finding *finding)
{
	const struct dax_backing *backing = &subject->place->backing;
	static const char expected[] = "a multiple of 2 MiB";

	if (!backing->device[0]) {
		dax_found_skip(finding, "it is not persistent memory");
		return;
	}
	if (backing->stacked && !backing->start_known) {
		dax_found_skip(finding, "the location of %s on its disks is not known", backing->disk);
		dax_found_hint(finding,
			       "run as root: root can see it for linear and striped tables and for md raid0");
		return;
	}
	uint64_t start = backing->start_known ? backing->start : backing->offset;
	if (backing->uneven)
		dax_found(finding, DAX_WARN, expected, "pieces with different offsets within 2 MiB");
	else
		dax_found(finding, dax_is_aligned(start, 2 * DAX_MIB) ? DAX_PASS : DAX_WARN, expected,
			  "0x%" PRIx64, start);
	if (!backing->start_known)
		dax_found_detail(finding, "this is the offset of the partition on its disk; only root can "
					  "see where the disk starts");
	if (finding->result == DAX_WARN)
		dax_found_hint(
			finding, "%s",
			backing->stacked
				? "pages of 2 MiB cannot be mapped, or not everywhere: start each piece on a "
				  "multiple of 2 MiB, and use stripes and chunks of such a size"
				: "no page of 2 MiB can be mapped: start the partition on a multiple of 2 "
				  "MiB");
}

/* What prevents DAX in its file system; NULL for nothing. */
static const char *why_not_direct(struct dax_sysfs *sysfs, const struct dax_backing *backing)
{
	static const char *const able[] = { "ext4", "xfs", "erofs", "virtiofs" };
	struct utsname kernel;
	unsigned major = 0, minor = 0;

	for (size_t i = 0; i < ARRAY_SIZE(able); i++) {
		if (strcmp(backing->type, able[i]) == 0)
			return NULL;
	}
	/* The ext4 driver, which most kernels use for it, refuses the option ("incompatible with ext2"). */
	if (strcmp(backing->type, "ext2") != 0 || dax_sysfs_exists(sysfs, "fs/ext4", backing->block))
		return "cannot";
	/* Its own driver supports it in Linux 6.12, but not in 7.2. */
	return uname(&kernel) == 0 && dax_text_release(kernel.release, &major, &minor) && major >= 7
		       ? "can no longer"
		       : NULL;
}

static bool has_other_blocks(const struct dax_place *place)
{
	return place->backing.disk[0] && place->block_size &&
	       place->block_size != (uint64_t)sysconf(_SC_PAGESIZE);
}

const char *dax_place_obstacle(struct dax_sysfs *sysfs, const struct dax_place *place)
{
	if (!place->backing.hidden && why_not_direct(sysfs, &place->backing))
		return "its file system does not support DAX";
	/* virtiofs has no block device: its memory is that of the host. */
	if (place->backing.disk[0] && !place->backing.queue_dax)
		return "its block device does not support DAX";
	return has_other_blocks(place) ? "the block size of its file system is not the page size"
				       : NULL;
}

static bool option_is(const struct dax_place *place, const char *word)
{
	const char *option = dax_backing_option(&place->backing);

	return option && strcmp(option, word) == 0;
}

bool dax_place_wants(const struct dax_place *place)
{
	return option_is(place, "always") || (place->flag && !option_is(place, "never"));
}

void dax_place_tell(const struct dax_place *place, const char *obstacle, struct dax_finding *finding)
{
	const char *option = dax_backing_option(&place->backing);
	const char *flag = !place->flag_known ? "unknown" : place->flag ? "set" : "not set";
	bool decides = option_is(place, "always") || option_is(place, "never");

	if (place->backing.hidden) {
		dax_found_detail(finding, "%s; flag of the inode: %s", hidden_mount, flag);
		return;
	}
	dax_found_detail(finding, "%s at %s, dax option: %s, flag of the inode: %s; %s", place->backing.type,
			 place->backing.point, option ? option : "none", flag,
			 obstacle  ? obstacle
			 : decides ? "the option decides"
				   : "the flag decides");
}

/* For a block device, these check the file system that is mounted from it. */
static bool is_mounted(const struct dax_place *place, struct dax_finding *finding)
{
	if (!place->backing.point)
		dax_found_skip(finding, "%s", place->backing.hidden ? hidden_mount : "it is not mounted");
	return place->backing.point;
}

void dax_check_place_fs(struct dax_subject *subject, struct dax_finding *finding)
{
	const struct dax_place *place = subject->place;

	if (!is_mounted(place, finding))
		return;
	const char *cannot = why_not_direct(subject->checkup->sysfs, &place->backing);
	dax_found(finding, cannot ? DAX_WARN : DAX_PASS, "its file system supports DAX", "%s %s",
		  place->backing.type, cannot ? cannot : "can");
	/* Between commas: ",rw,dax=always,". */
	const char *options = place->backing.options + 1;
	dax_found_detail(finding, "at %s, options: %.*s", place->backing.point, (int)strlen(options) - 1,
			 options);
	if (cannot)
		dax_found_hint(finding, "use ext4 or xfs");
}

void dax_check_place_blocks(struct dax_subject *subject, struct dax_finding *finding)
{
	const struct dax_place *place = subject->place;
	uint64_t page = (uint64_t)sysconf(_SC_PAGESIZE);
	char expected[64];

	if (!is_mounted(place, finding))
		return;
	if (!place->block_size) {
		dax_found_skip(finding, "the block size cannot be read");
		return;
	}
	snprintf(expected, sizeof(expected), "blocks of %" PRIu64 " bytes", page);
	dax_found(finding, place->block_size == page ? DAX_PASS : DAX_WARN, expected, "%" PRIu64,
		  place->block_size);
	if (finding->result == DAX_WARN)
		dax_found_hint(finding,
			       "make the file system with blocks of the page size (mkfs.ext4 -b %" PRIu64
			       ", mkfs.xfs -b size=%" PRIu64 ")",
			       page, page);
}

/*
 * The mount option decides; if it leaves the choice to the inodes, new inodes inherit the flag of their
 * directory.
 */
void dax_check_place_new(struct dax_subject *subject, struct dax_finding *finding)
{
	static const char expected[] = "direct access";
	const struct dax_place *place = subject->place;

	if (!is_mounted(place, finding))
		return;
	const char *obstacle = dax_place_obstacle(subject->checkup->sysfs, place);
	bool direct = dax_place_wants(place) && !obstacle;
	dax_found(finding, direct ? DAX_PASS : DAX_WARN, expected, "%s",
		  direct ? expected : "the page cache");
	dax_place_tell(place, obstacle, finding);
	if (obstacle)
		dax_found_hint(finding, "%s", obstacle);
	else if (!direct)
		dax_found_hint(finding, "mount with -o dax=always, or run: xfs_io -c 'chattr +x' %s",
			       S_ISBLK(place->mode) ? place->backing.point : subject->name);
}

/* For an open file or directory. */
static void look_at_inode(struct dax_place *place)
{
	struct statvfs fs;
	struct fsxattr attributes;

	place->block_size = fstatvfs(place->fd, &fs) == 0 ? fs.f_bsize : 0;
	if (ioctl(place->fd, FS_IOC_FSGETXATTR, &attributes) < 0)
		return;
	place->flag_known = true;
	place->flag = attributes.fsx_xflags & FS_XFLAG_DAX;
}

/* For the file system that is mounted from it, as for a directory. */
static int look_at_block(const struct dax_checkup *checkup, dev_t device, struct dax_place *place,
			 struct dax_error *err)
{
	const char *point = NULL;
	struct stat st;

	dax_backing_of_block(checkup->sysfs, device, &place->backing);
	int r = dax_backing_find_mount(device, &place->backing, err);
	point = place->backing.point;
	place->fd = !r && point ? open(point, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NONBLOCK) : -1;
	/* Another file system can be mounted over it. */
	if (place->fd >= 0 && fstat(place->fd, &st) == 0 && st.st_dev == device)
		look_at_inode(place);
	return r;
}

/*
 * Opened only after its type is known: opening a pipe would block, and opening a device could have side
 * effects.
 */
static int open_place(const char *path, struct statx *st, struct dax_place *place, struct dax_error *err)
{
	char self[32];
	_cleanup_close_ int fd = open(path, O_PATH | O_CLOEXEC);
	const unsigned wanted = STATX_BASIC_STATS | STATX_MNT_ID;

	if (fd < 0)
		return dax_fail(err, errno, "%s: %s", path, strerror(errno));
	if (statx(fd, "", AT_EMPTY_PATH | AT_STATX_DONT_SYNC, wanted, st))
		return dax_fail(err, errno, "%s: %s", path, strerror(errno));
	place->mode = st->stx_mode;
	place->size = st->stx_size;
	if (S_ISBLK(st->stx_mode))
		return 0;
	if (!S_ISREG(st->stx_mode) && !S_ISDIR(st->stx_mode))
		return dax_fail(err, EINVAL, "%s is not a file, directory, block device or dax device", path);
	snprintf(self, sizeof(self), "/proc/self/fd/%d", fd);
	place->fd = open(self, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	return place->fd < 0 ? dax_fail(err, errno, "cannot open %s: %s", path, strerror(errno)) : 0;
}

static void place_release(struct dax_place *place)
{
	dax_closep(&place->fd);
	dax_backing_release(&place->backing);
	dax_extents_release(&place->extents);
}

int dax_checkup_path(const struct dax_checkup *checkup, const char *path, struct dax_error *err)
{
	_cleanup_(place_release) struct dax_place place = { .fd = -1 };
	struct dax_subject subject = { .checkup = checkup, .name = path, .path = path, .place = &place };
	struct statx st = { 0 };
	int r = open_place(path, &st, &place, err);

	if (r)
		return r;
	if (S_ISBLK(place.mode)) {
		r = look_at_block(checkup, makedev(st.stx_rdev_major, st.stx_rdev_minor), &place, err);
	} else {
		place.is_dax = st.stx_attributes & STATX_ATTR_DAX;
		look_at_inode(&place);
		r = dax_backing_of_mount(checkup->sysfs, st.stx_mnt_id,
					 makedev(st.stx_dev_major, st.stx_dev_minor), &place.backing, err);
	}
	if (r)
		return r;
	if (!S_ISREG(place.mode))
		return dax_checkup_run(&dax_place_checks, &subject, err);
	subject.unlisted = dax_extents_read(place.fd, place.size, &place.extents, NULL) != 0;
	return dax_checkup_run(&dax_file_checks, &subject, err);
}
