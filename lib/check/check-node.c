/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What must be true before a device is mapped: its node, its driver, its ranges. */
#include "check/check-node.h"

#include "check/checker.h"
#include "door/iomem.h"
#include "door/kernel-text.h"
#include "door/proc.h"

#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

int dax_subject_fd(const struct dax_subject *subject, int flags)
{
	struct dax_sysfs *sysfs = subject->checkup->sysfs;
	char drivers[sizeof("bus/dax/drivers/") + DAX_NAME_MAX];
	int fd = open(subject->path, flags | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);

	if (fd < 0)
		return -errno;
	/* The link is removed before the data (drivers/base/dd.c, __device_release_driver). */
	if (subject->device)
		snprintf(drivers, sizeof(drivers), "bus/dax/drivers/%s", subject->device->driver);
	if (subject->device && sysfs && !dax_sysfs_exists(sysfs, drivers, subject->device->name)) {
		close(fd);
		return -ENXIO;
	}
	return fd;
}

int dax_subject_open(const struct dax_subject *subject, int flags, struct dax_finding *finding)
{
	int fd = dax_subject_fd(subject, flags);

	if (fd >= 0)
		return fd;
	dax_found_skip(finding, "cannot open %s: %s", subject->path, strerror(-fd));
	if (fd == -EACCES || fd == -EPERM)
		dax_found_hint(finding, "run as root");
	return -1;
}

bool dax_device_of_node(struct dax_sysfs *sysfs, const char *path, char name[DAX_NAME_MAX])
{
	char number[DAX_NAME_MAX], link[PATH_MAX];
	int region = 0, id = 0;
	struct stat st;

	if (stat(path, &st) || !S_ISCHR(st.st_mode))
		return false;
	dax_format_devnum(major(st.st_rdev), minor(st.st_rdev), number);
	if (dax_sysfs_read_link(sysfs, "dev/char", number, link, sizeof(link), NULL))
		return false;
	const char *slash = strrchr(link, '/');
	snprintf(name, DAX_NAME_MAX, "%.60s", slash ? slash + 1 : link);
	return dax_parse_exact_name(name, &region, &id) == 0;
}

/* The major number of all dax devices; false if it is not listed. */
static bool read_major(unsigned *number)
{
	_cleanup_free_ char *text = NULL;

	return dax_proc_read("/proc/devices", &text, NULL) == 0 && dax_text_major(text, "dax", number);
}

void dax_check_device_number(struct dax_subject *subject, struct dax_finding *finding)
{
	char expected[64], observed[64];
	unsigned number = 0;
	struct stat st;

	snprintf(expected, sizeof(expected), "character device %u:%u", subject->device->major,
		 subject->device->minor);
	if (lstat(subject->path, &st)) {
		dax_found_skip(finding, "%s: %s", subject->path, strerror(errno));
		dax_found_hint(
			finding,
			"run 'mount -t devtmpfs devtmpfs /dev' to see the nodes that the kernel creates");
		subject->strange = subject->missing = true;
		return;
	}
	snprintf(observed, sizeof(observed), "%s %u:%u",
		 S_ISCHR(st.st_mode) ? "character device" : "something else", major(st.st_rdev),
		 minor(st.st_rdev));
	subject->strange = strcmp(expected, observed) != 0;
	dax_found(finding, subject->strange ? DAX_FAIL : DAX_PASS, expected, "%s", observed);
	if (read_major(&number) && number != subject->device->major)
		dax_found(finding, DAX_FAIL, "the major number of dax in /proc/devices",
			  "%u, but in /proc/devices it is %u", subject->device->major, number);
	if (subject->strange)
		dax_found_hint(finding, "remove %s, then run 'udevadm trigger' or reboot to create it again",
			       subject->path);
}

/* Whether programs can open the device, even if they cannot map it. */
static bool is_open_to_programs(const struct dax_device *device)
{
	return strcmp(device->driver, "device_dax") == 0 || strcmp(device->driver, "fsdev_dax") == 0;
}

void dax_check_open(struct dax_subject *subject, struct dax_finding *finding)
{
	int expected = is_open_to_programs(subject->device) ? 0 : ENXIO;
	_cleanup_close_ int fd = open(subject->path, O_RDONLY | O_CLOEXEC);
	int code = fd < 0 ? errno : 0;

	if (code == EACCES || code == EPERM) {
		dax_found_skip(finding, "cannot open %s: %s", subject->path, strerror(code));
		dax_found_hint(finding, "run as root");
		return;
	}
	dax_found_errno(finding, expected, code, NULL);
	if (expected && !code)
		dax_found_hint(finding, "a program has had it open since before it was disabled (run 'daxadm "
					"list --holders' to see it): stop that program before you enable the "
					"device, or the device breaks when the program ends");
	if (!expected && code)
		dax_found_hint(
			finding,
			"its node is from an earlier binding: disable and enable the device, or reboot");
}

static uint64_t range_unit(const struct dax_subject *subject)
{
	uint64_t page = (uint64_t)sysconf(_SC_PAGESIZE);

	return subject->device->align > page ? subject->device->align : page;
}

void dax_check_ranges_aligned(struct dax_subject *subject, struct dax_finding *finding)
{
	const struct dax_device *device = subject->device;
	uint64_t unit = range_unit(subject);
	char text[DAX_SIZE_TEXT], expected[96];

	snprintf(expected, sizeof(expected), "the start and the length of each range are multiples of %s",
		 dax_format_size(unit, text));
	if (!device->ranges_known) {
		dax_found_skip(finding, "only root can see the ranges");
		dax_found_hint(finding, "run as root");
		/* Units that are not aligned crash some kernels; 1 GiB pages can be unaligned. */
		subject->unsafe = unit > 2 * DAX_MIB;
		return;
	}
	dax_found(finding, DAX_PASS, expected, "%zu range%s", device->n_ranges,
		  device->n_ranges == 1 ? "" : "s");
	for (size_t i = 0; i < device->n_ranges; i++) {
		struct dax_range range = device->ranges[i];
		bool starts = dax_is_aligned(range.start, unit);

		if (starts && dax_is_aligned(dax_range_size(range), unit))
			continue;
		subject->unsafe = subject->unsafe || !starts;
		dax_found(finding, DAX_FAIL, expected, "0x%" PRIx64 "-0x%" PRIx64, range.start, range.end);
		dax_found_hint(finding,
			       starts ? "its pages cannot be mapped: set a smaller alignment"
				      : "do not use the device: an access may reach memory of another "
					"device, or crash the kernel; set a smaller alignment");
	}
}

/* Whether the device's driver has claimed RANGE, or, for kmem, the blocks in it. */
static bool is_claimed(const struct dax_iomem *iomem, const struct dax_device *device, struct dax_range range)
{
	bool whole = strcmp(device->driver, "kmem") != 0;

	for (size_t i = 0; i < iomem->n; i++) {
		struct dax_range held = iomem->items[i].range;

		if (strcmp(iomem->items[i].name, device->name) != 0)
			continue;
		if (whole ? held.start == range.start && held.end == range.end
			  : held.start >= range.start && held.end <= range.end)
			return true;
	}
	return false;
}

void dax_check_ranges_claimed(struct dax_subject *subject, struct dax_finding *finding)
{
	static const char expected[] = "each range belongs to the device in /proc/iomem";
	const struct dax_device *device = subject->device;
	_cleanup_iomem_ struct dax_iomem iomem = DAX_IOMEM_INIT;
	_cleanup_error_ struct dax_error err = DAX_ERROR_INIT;

	if (!device->driver[0]) {
		dax_found_skip(finding, "the device is disabled");
		return;
	}
	if (!device->ranges_known || dax_iomem_read(subject->checkup->sysfs, &iomem, &err)) {
		dax_found_skip(finding, "%s", err.message ? err.message : "only root can see the ranges");
		dax_found_hint(finding, "run as root");
		return;
	}
	dax_found(finding, DAX_PASS, expected, "%zu range%s", device->n_ranges,
		  device->n_ranges == 1 ? "" : "s");
	for (size_t i = 0; i < device->n_ranges; i++) {
		struct dax_range range = device->ranges[i];

		if (is_claimed(&iomem, device, range))
			continue;
		subject->unsafe = true;
		dax_found(finding, DAX_FAIL, expected, "0x%" PRIx64 "-0x%" PRIx64 " does not", range.start,
			  range.end);
		dax_found_hint(finding, "the driver does not know this range, and an access crashes the "
					"kernel: stop the programs that use the device, then reboot, or "
					"destroy the device and create it again");
	}
}

void dax_check_read_refused(struct dax_subject *subject, struct dax_finding *finding)
{
	char byte = 0;
	_cleanup_close_ int reader = dax_subject_open(subject, O_RDONLY, finding);

	if (reader < 0)
		return;
	dax_found_errno(finding, EINVAL, read(reader, &byte, 1) < 0 ? errno : 0, "of read");

	/* Nothing is written, even if the write were allowed. */
	_cleanup_close_ int writer = dax_subject_fd(subject, O_WRONLY);
	if (writer >= 0)
		dax_found_errno(finding, EINVAL, write(writer, &byte, 0) < 0 ? errno : 0, "of write");
}

/* A device supports no file operation except mapping: see read-refused. lseek succeeds, but does not move. */
void dax_check_not_a_file(struct dax_subject *subject, struct dax_finding *finding)
{
	int count = 0;

	if (!is_open_to_programs(subject->device)) {
		dax_found_skip(finding, "programs cannot open this device");
		return;
	}
	_cleanup_close_ int fd = dax_subject_open(subject, O_RDWR, finding);
	if (fd < 0)
		return;
	dax_found_errno(finding, ENODEV, fallocate(fd, 0, 0, 4096) ? errno : 0, "of fallocate");
	dax_found_errno(finding, EINVAL, fsync(fd) ? errno : 0, "of fsync");
	dax_found_errno(finding, ENOTTY, ioctl(fd, FIONREAD, &count) ? errno : 0, "of ioctl");
	off_t place = lseek(fd, (off_t)subject->device->align, SEEK_SET);
	if (place)
		dax_found(finding, DAX_FAIL, "lseek stays at 0", "it is at %jd", (intmax_t)place);
}

void dax_check_map_fsdev(struct dax_subject *subject, struct dax_finding *finding)
{
	if (strcmp(subject->device->driver, "fsdev_dax") != 0) {
		dax_found_skip(finding, "the device is not in mode famfs");
		return;
	}
	_cleanup_close_ int fd = dax_subject_open(subject, O_RDONLY, finding);
	if (fd < 0)
		return;
	void *start = mmap(NULL, subject->device->align, PROT_READ, MAP_SHARED, fd, 0);
	dax_found_errno(finding, ENODEV, start == MAP_FAILED ? errno : 0, NULL);
	if (start != MAP_FAILED)
		munmap(start, subject->device->align);
}
