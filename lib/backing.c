/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "backing.h"

#include "proc.h"

#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/sysmacros.h>

void dax_backing_release(struct dax_backing *backing)
{
	free(backing->options);
	free(backing->point);
	*backing = (struct dax_backing)DAX_BACKING_INIT;
}

/* Documentation/filesystems/proc.rst: "36 35 98:0 /root /mnt rw,noatime master:1 - ext4 /dev/pmem0 rw,dax=always". */
static int take_line(char *line, struct dax_backing *backing)
{
	char *rest = strstr(line, " - ");
	char *field = line, *options = NULL;

	for (int i = 0; field && i < 4; i++)
		field = strchr(field, ' ') ? strchr(field, ' ') + 1 : NULL;
	if (!rest || !field || field > rest)
		return -EPROTO;
	backing->point = strndup(field, strcspn(field, " "));
	options = strchr(field, ' ');
	rest += 3;
	snprintf(backing->type, sizeof(backing->type), "%.*s", (int)strcspn(rest, " "), rest);
	char *last = strrchr(rest, ' ');
	if (!options || !last)
		return -EPROTO;
	if (asprintf(&backing->options, ",%.*s,%s,", (int)strcspn(options + 1, " "), options + 1, last + 1) <
	    0)
		backing->options = NULL;
	return backing->options && backing->point ? 0 : -ENOMEM;
}

const char *dax_backing_option(const struct dax_backing *backing)
{
	const char *options = backing->options ? backing->options : "";

	if (strstr(options, ",dax=always,") || strstr(options, ",dax,"))
		return "always";
	if (strstr(options, ",dax=never,"))
		return "never";
	return strstr(options, ",dax=inode,") ? "inode" : NULL;
}

static const char *last_part(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

/* The persistent memory that a disk is made of: pfnN.M (a namespace in mode fsdax), or the namespace itself. */
static void find_memory(struct dax_sysfs *sysfs, const char *disk, struct dax_backing *backing)
{
	char dir[160], link[PATH_MAX], text[128];

	snprintf(dir, sizeof(dir), "block/%.60s", disk);
	if (dax_sysfs_read_link(sysfs, dir, "device", link, sizeof(link), NULL) ||
	    (strncmp(last_part(link), "pfn", 3) != 0 && strncmp(last_part(link), "namespace", 9) != 0))
		return;
	snprintf(backing->device, sizeof(backing->device), "%.60s", last_part(link));
	snprintf(dir, sizeof(dir), "block/%.60s/device", disk);
	if (dax_sysfs_read(sysfs, dir, "namespace", text, sizeof(text), NULL))
		snprintf(text, sizeof(text), "%s", backing->device);
	snprintf(backing->space, sizeof(backing->space), "%.60s", text);
	uint64_t resource = 0;
	backing->start_known = dax_sysfs_read_u64(sysfs, dir, "resource", &resource, NULL) == 0;
	backing->start = resource + backing->offset;
}

void dax_backing_of_block(struct dax_sysfs *sysfs, dev_t device, struct dax_backing *backing)
{
	char dir[64], link[PATH_MAX], disk_dir[160], name[32];
	uint64_t sectors = 0, dax = 0;

	snprintf(name, sizeof(name), "%u:%u", major(device), minor(device));
	if (dax_sysfs_read_link(sysfs, "dev/block", name, link, sizeof(link), NULL))
		return;
	snprintf(dir, sizeof(dir), "dev/block/%s", name);
	snprintf(backing->block, sizeof(backing->block), "%.60s", last_part(link));
	if (dax_sysfs_exists(sysfs, dir, "partition")) {
		(void)!dax_sysfs_read_u64(sysfs, dir, "start", &sectors, NULL);
		*strrchr(link, '/') = '\0';
	}
	backing->offset = sectors * 512;
	snprintf(backing->disk, sizeof(backing->disk), "%.60s", last_part(link));
	snprintf(disk_dir, sizeof(disk_dir), "block/%.60s/queue", backing->disk);
	backing->queue_dax = dax_sysfs_read_u64(sysfs, disk_dir, "dax", &dax, NULL) == 0 && dax == 1;
	find_memory(sysfs, backing->disk, backing);
}

int dax_backing_of_mount(struct dax_sysfs *sysfs, uint64_t mount_id, dev_t device,
			 struct dax_backing *backing, struct dax_error *err)
{
	_cleanup_free_ char *text = NULL;
	int r = dax_proc_read("/proc/self/mountinfo", &text, err);

	if (r)
		return r;
	for (char *line = text, *end; (end = strchr(line, '\n')); line = end + 1) {
		*end = '\0';
		if (strtoull(line, NULL, 10) != mount_id)
			continue;
		r = take_line(line, backing);
		if (r)
			return dax_fail(err, -r, "cannot read its mount: %s", strerror(-r));
		dax_backing_of_block(sysfs, device, backing);
		return 0;
	}
	return dax_fail(err, ENOENT, "its mount is not in /proc/self/mountinfo");
}
