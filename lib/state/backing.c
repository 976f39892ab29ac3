/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "state/backing.h"

#include "door/proc.h"

#include <errno.h>
#include <inttypes.h>
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
	if (backing->point)
		dax_proc_unescape(backing->point);
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

/* By its ID, or, when that is 0, the first one of DEVICE. Without one all is left as it is. */
static int find_mount(uint64_t id, dev_t device, struct dax_backing *backing, struct dax_error *err)
{
	_cleanup_free_ char *text = NULL;
	int r = dax_proc_read("/proc/self/mountinfo", &text, err);

	if (r)
		return r;
	for (char *line = text, *end; (end = strchr(line, '\n')); line = end + 1) {
		unsigned major_number = 0, minor_number = 0;
		uint64_t number = 0;

		*end = '\0';
		if (sscanf(line, "%" SCNu64 " %*u %u:%u", &number, &major_number, &minor_number) != 3)
			continue;
		if (id ? number != id : makedev(major_number, minor_number) != device)
			continue;
		r = take_line(line, backing);
		return r ? dax_fail(err, -r, "cannot read its mount: %s", strerror(-r)) : 0;
	}
	return 0;
}

int dax_backing_of_mount(struct dax_sysfs *sysfs, uint64_t mount_id, dev_t device,
			 struct dax_backing *backing, struct dax_error *err)
{
	int r = find_mount(mount_id, device, backing, err);

	if (r == -ENOENT) /* there is no /proc */
		dax_error_release(err);
	else if (r)
		return r;
	backing->hidden = !backing->point;
	dax_backing_of_block(sysfs, device, backing);
	return 0;
}

int dax_backing_find_mount(dev_t device, struct dax_backing *backing, struct dax_error *err)
{
	return find_mount(0, device, backing, err);
}
