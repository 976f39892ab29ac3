/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "state/backing.h"

#include "door/kernel-text.h"
#include "door/proc.h"
#include "state/layers.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

void dax_backing_release(struct dax_backing *backing)
{
	free(backing->options);
	free(backing->point);
	*backing = (struct dax_backing)DAX_BACKING_INIT;
}

static int take_mount(const struct dax_mount *mount, struct dax_backing *backing)
{
	snprintf(backing->type, sizeof(backing->type), "%s", mount->type);
	backing->point = strdup(mount->point);
	if (asprintf(&backing->options, ",%s,%s,", mount->options, mount->super_options) < 0)
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

/* By its ID, or the first mount of DEVICE if ID is 0. Without a match everything stays unchanged. */
static int find_mount(uint64_t id, dev_t device, struct dax_backing *backing, struct dax_error *err)
{
	_cleanup_free_ char *text = NULL;
	struct dax_mount mount;
	int r = dax_proc_read("/proc/self/mountinfo", &text, err);

	if (r)
		return r;
	for (char *rest = text; dax_text_mount(&rest, &mount);) {
		if (id ? mount.id == id : mount.device == device)
			return take_mount(&mount, backing) ? dax_no_memory(err) : 0;
	}
	return 0;
}

int dax_backing_of_mount(struct dax_sysfs *sysfs, uint64_t mount_id, dev_t device,
			 struct dax_backing *backing, struct dax_error *err)
{
	int r = find_mount(mount_id, device, backing, err);

	if (r == -ENOENT) /* /proc is not mounted */
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
