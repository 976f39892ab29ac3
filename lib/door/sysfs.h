/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The door to /sys. No other file opens anything below it. All paths are relative to one
 * root directory handle, so that a recorded tree can stand in for the machine. Each attribute
 * costs one open and one read or write; files are closed many at a time.
 *
 * DIR is a folder below the root without a leading slash ("bus/dax/devices/dax0.0"), ATTR a path
 * below it ("size", "mapping0/start").
 */
#pragma once

#include "base/error.h"

/* Attribute files written over and over (create, bind, ...) stay open: one system call a write. */
#define DAX_SYSFS_KEPT 8

/* As many files that are done with wait until one system call closes them all. */
#define DAX_SYSFS_SPENT 64

struct dax_sysfs {
	int root;
	bool recorded; /* the root is not the running kernel's /sys */
	struct {
		char *path;
		int fd;
	} kept[DAX_SYSFS_KEPT];
	size_t n_kept;
	unsigned spent[DAX_SYSFS_SPENT]; /* descriptors to be closed together */
	unsigned n_spent;
};

#define DAX_SYSFS_INIT { .root = -1 }
#define _cleanup_sysfs_ _cleanup_(dax_sysfs_close)

/* ROOT is a folder, or NULL for /sys. */
int dax_sysfs_open(struct dax_sysfs *sysfs, const char *root, struct dax_error *err) DAX_MUST_CHECK;
void dax_sysfs_close(struct dax_sysfs *sysfs);

/*
 * Reads a whole attribute as text, its final newline stripped. Errors: those of open(2) and
 * read(2), -EFBIG when it does not fit into SIZE. ERR may be NULL where absence is no error.
 */
int dax_sysfs_read(struct dax_sysfs *sysfs, const char *dir, const char *attr, char *buffer, size_t size,
		   struct dax_error *err) DAX_MUST_CHECK;

/* As above for one unsigned number; -EPROTO, with a sentence that names the file, when it is none. */
int dax_sysfs_read_u64(struct dax_sysfs *sysfs, const char *dir, const char *attr, uint64_t *value,
		       struct dax_error *err) DAX_MUST_CHECK;

/* As above for a number that may be negative (node ids). */
int dax_sysfs_read_int(struct dax_sysfs *sysfs, const char *dir, const char *attr, int *value,
		       struct dax_error *err) DAX_MUST_CHECK;

/* The target of a symbolic link, whole; -ENOENT when there is none. */
int dax_sysfs_read_link(struct dax_sysfs *sysfs, const char *dir, const char *attr, char *buffer, size_t size,
			struct dax_error *err) DAX_MUST_CHECK;

/* Opens a file for more than to read or write a line: a descriptor, or -errno. The caller closes it. */
int dax_sysfs_open_file(struct dax_sysfs *sysfs, const char *dir, const char *attr, int flags) DAX_MUST_CHECK;

bool dax_sysfs_exists(struct dax_sysfs *sysfs, const char *dir, const char *attr);

/*
 * A number that an entry, and no later one of that name, has as long as the machine is up: that of its inode
 * (kernfs_ino in fs/kernfs).
 */
int dax_sysfs_read_serial(struct dax_sysfs *sysfs, const char *dir, const char *attr, uint64_t *serial) DAX_MUST_CHECK;

/* Calls EACH for every entry but "." and ".."; a negative return ends the walk and is returned. */
int dax_sysfs_list(struct dax_sysfs *sysfs, const char *dir, int (*each)(const char *name, void *data), void *data,
		   struct dax_error *err) DAX_MUST_CHECK;

/* Writes VALUE and a newline in one write(2); -errno is the kernel's own answer. Fills no error: the caller knows what it meant. */
int dax_sysfs_write(struct dax_sysfs *sysfs, const char *dir, const char *attr, const char *value) DAX_MUST_CHECK;

/*
 * As dax_sysfs_write, for what the kernel may never answer. A signal does not end every wait: a write
 * that waits for another one's memory blocks is begun again by the kernel, whatever the handler does
 * (lock_device_hotplug_sysfs). One that has called dax_sysfs_interrupt ends this, too: -EINTR.
 */
int dax_sysfs_write_waiting(struct dax_sysfs *sysfs, const char *dir, const char *attr,
			    const char *value) DAX_MUST_CHECK;

/* For the handler of a signal, at any moment. */
void dax_sysfs_interrupt(void);

/* As dax_sysfs_write, and the file stays open for the next time. */
int dax_sysfs_write_kept(struct dax_sysfs *sysfs, const char *dir, const char *attr, const char *value) DAX_MUST_CHECK;

/* Reads again, from its start, a file that dax_sysfs_write_kept opened. */
int dax_sysfs_read_kept(struct dax_sysfs *sysfs, const char *dir, const char *attr, char *buffer,
			size_t size) DAX_MUST_CHECK;
