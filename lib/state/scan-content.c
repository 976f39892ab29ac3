/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Reads the content of a namespace with libblkid, to warn before that content is lost. The library is opened only for
 * this.
 */
#include "state/scan-content.h"

#include "door/library.h"
#include "state/scan-disk.h"
#include "state/scan-nd-region.h"
#include "state/scan.h"

#include <blkid/blkid.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

/* Most signatures are at the start; some are at the end, or very far from the start. */
#define MOST_OF_SIGNATURES ((size_t)DAX_MIB)

struct blkid {
	void *library;
	__typeof__(&blkid_new_probe) new_probe;
	__typeof__(&blkid_free_probe) free_probe;
	__typeof__(&blkid_probe_set_device) set_device;
	__typeof__(&blkid_probe_enable_partitions) enable_partitions;
	__typeof__(&blkid_do_safeprobe) probe;
	__typeof__(&blkid_probe_lookup_value) look_up;
};

static void blkid_close(struct blkid *blkid)
{
	dax_library_close(&blkid->library);
}

/* Without libblkid the content is not named; the guard works nevertheless. */
static bool blkid_open(struct blkid *blkid)
{
	const struct dax_symbol functions[] = {
		{ "blkid_new_probe", (void **)&blkid->new_probe },
		{ "blkid_free_probe", (void **)&blkid->free_probe },
		{ "blkid_probe_set_device", (void **)&blkid->set_device },
		{ "blkid_probe_enable_partitions", (void **)&blkid->enable_partitions },
		{ "blkid_do_safeprobe", (void **)&blkid->probe },
		{ "blkid_probe_lookup_value", (void **)&blkid->look_up },
	};

	return dax_library_open(&blkid->library, "libblkid.so.1", functions, ARRAY_SIZE(functions), NULL) == 0;
}

/* "ext4", or the kind of a partition table; "several" if the signatures contradict each other. */
static void read_signature(int fd, struct dax_namespace *namespace)
{
	_cleanup_(blkid_close) struct blkid blkid = { 0 };
	const char *value = NULL;
	blkid_probe probe = blkid_open(&blkid) ? blkid.new_probe() : NULL;

	if (!probe)
		return;
	blkid.enable_partitions(probe, 1);
	int found = blkid.set_device(probe, fd, 0, 0) ? -1 : blkid.probe(probe);
	if (found == -2)
		value = "several";
	else if (found == 0 && blkid.look_up(probe, "TYPE", &value, NULL))
		(void)!blkid.look_up(probe, "PTTYPE", &value, NULL);
	if (value)
		snprintf(namespace->content, sizeof(namespace->content), "%s", value);
	namespace->content_read = true;
	blkid.free_probe(probe);
}

/* What libblkid does not know: what programs write to a device themselves. */
static void read_header(int fd, char content[DAX_NAME_MAX])
{
	/* struct pool_hdr in src/common/pool_hdr.h of PMDK; struct famfs_superblock in famfs_meta.h of famfs. */
	static const struct {
		char magic[8];
		const char *content;
	} headers[] = {
		{ "PMEMOBJ", "a PMDK pool" },
		{ "PMEMBLK", "a PMDK pool" },
		{ "PMEMLOG", "a PMDK pool" },
		{ { '\xff', '\x82', '\xb2', '\x87' }, "a famfs superblock" },
	};
	char start[sizeof(headers[0].magic)] = "";

	if (pread(fd, start, sizeof(start), 0) != (ssize_t)sizeof(start))
		return;
	for (size_t i = 0; i < ARRAY_SIZE(headers); i++) {
		if (memcmp(start, headers[i].magic, sizeof(start)) == 0)
			snprintf(content, DAX_NAME_MAX, "%s", headers[i].content);
	}
}

/* From a copy of the first bytes of its memory. */
static void read_device_signature(int fd, const struct dax_device *device, struct dax_namespace *namespace)
{
	size_t length = device->size < MOST_OF_SIGNATURES ? (size_t)device->size : MOST_OF_SIGNATURES;
	size_t mapped = (size_t)dax_round_up(length, device->align);
	_cleanup_close_ int copy = memfd_create("daxadm", MFD_CLOEXEC);
	void *start = mmap(NULL, mapped, PROT_READ, MAP_SHARED, fd, 0);

	if (start == MAP_FAILED)
		return;
	/* The kernel reports bad memory here; reading it through a mapping would give SIGBUS. */
	if (copy >= 0 && pwrite(copy, start, length, 0) == (ssize_t)length) {
		read_signature(copy, namespace);
		if (!namespace->content[0])
			read_header(copy, namespace->content);
	}
	munmap(start, mapped);
}

/* The node in /dev may belong to an earlier device. */
static bool is_node_of(struct dax_sysfs *sysfs, const struct dax_device *device, int fd)
{
	char dir[32 + DAX_NAME_MAX], number[DAX_NAME_MAX], text[64];
	struct stat status;

	snprintf(dir, sizeof(dir), "bus/dax/devices/%s", device->name);
	if (fstat(fd, &status) || dax_scan_text(sysfs, dir, "dev", text, sizeof(text), NULL))
		return false;
	dax_format_devnum(major(status.st_rdev), minor(status.st_rdev), number);
	return S_ISCHR(status.st_mode) && strcmp(number, text) == 0;
}

void dax_scan_device_content(struct dax_sysfs *sysfs, const struct dax_device *device, struct dax_namespace *namespace)
{
	char path[16 + DAX_NAME_MAX];

	/*
	 * Mapping 1 GiB pages is not free of side effects: Linux 7.2 and 7.3 map such a page of persistent
	 * CXL memory only once (observed; vmf_insert_folio_pud warns, and the next program that maps it gets
	 * SIGBUS).
	 */
	if (strcmp(device->driver, "device_dax") != 0 || device->align >= DAX_GIB)
		return;
	snprintf(path, sizeof(path), "/dev/%s", device->name);
	_cleanup_close_ int fd = open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	/*
	 * Mapping a device after it has lost its driver crashes the kernel, so the driver is checked after
	 * the open.
	 */
	if (fd >= 0 && dax_sysfs_exists(sysfs, "bus/dax/drivers/device_dax", device->name) && is_node_of(sysfs, device, fd))
		read_device_signature(fd, device, namespace);
}

void dax_scan_content(struct dax_sysfs *sysfs, struct dax_namespace *namespace)
{
	char path[16 + DAX_NAME_MAX];

	if (!namespace->block[0])
		return;
	dax_scan_disk_use(sysfs, namespace->block, &namespace->use);
	snprintf(path, sizeof(path), "/dev/%s", namespace->block);
	_cleanup_close_ int fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd >= 0)
		read_signature(fd, namespace);
}
