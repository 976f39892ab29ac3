/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The door to /sys. No other file opens anything below it. All paths are relative to one root directory, so
 * that a recorded tree can replace the machine. Each attribute costs one open and one read or write; files
 * are closed in groups. DIR is a directory below the root without a leading slash ("bus/dax/devices/dax0.0"),
 * ATTR a path below it ("size", "mapping0/start").
 */
#pragma once

#include "base/error.h"

/* Attributes that are written repeatedly (create, bind, ...) stay open: one system call for each write. */
#define DAX_SYSFS_KEPT 8

/* This many files are closed together by one system call. */
#define DAX_SYSFS_SPENT 64

struct dax_sysfs {
	int root;
	bool recorded; /* the root is not the /sys of the running kernel */
	struct {
		char *path;
		int fd;
	} kept[DAX_SYSFS_KEPT];
	size_t n_kept;
	unsigned spent[DAX_SYSFS_SPENT]; /* descriptors that are closed together */
	unsigned n_spent;
};

#define DAX_SYSFS_INIT { .root = -1 }
#define _cleanup_sysfs_ _cleanup_(dax_sysfs_close)

/* ROOT is a directory, or NULL for /sys. */
int dax_sysfs_open(struct dax_sysfs *sysfs, const char *root, struct dax_error *err) DAX_MUST_CHECK;
void dax_sysfs_close(struct dax_sysfs *sysfs);

/*
 * Reads a whole attribute as text, without its final newline. Errors: those of open(2) and read(2), and
 * -EFBIG if it does not fit into SIZE. ERR may be NULL if absence is not an error.
 */
int dax_sysfs_read(struct dax_sysfs *sysfs, const char *dir, const char *attr, char *buffer, size_t size,
		   struct dax_error *err) DAX_MUST_CHECK;

/* As above for an unsigned number; -EPROTO with a sentence that names the file if it is not a number. */
int dax_sysfs_read_u64(struct dax_sysfs *sysfs, const char *dir, const char *attr, uint64_t *value,
		       struct dax_error *err) DAX_MUST_CHECK;

/* As above for a number that may be negative (node ids). */
int dax_sysfs_read_int(struct dax_sysfs *sysfs, const char *dir, const char *attr, int *value,
		       struct dax_error *err) DAX_MUST_CHECK;

/* The complete target of a symbolic link; -ENOENT if it does not exist. */
int dax_sysfs_read_link(struct dax_sysfs *sysfs, const char *dir, const char *attr, char *buffer, size_t size,
			struct dax_error *err) DAX_MUST_CHECK;

/*
 * Opens a file for other uses than reading or writing one line: a descriptor, or -errno. The caller closes
 * it.
 */
int dax_sysfs_open_file(struct dax_sysfs *sysfs, const char *dir, const char *attr, int flags) DAX_MUST_CHECK;

bool dax_sysfs_exists(struct dax_sysfs *sysfs, const char *dir, const char *attr);

/*
 * A number that identifies an entry until the next reboot, and that no later entry of the same name gets: its
 * inode (kernfs_ino in fs/kernfs).
 */
int dax_sysfs_read_serial(struct dax_sysfs *sysfs, const char *dir, const char *attr, uint64_t *serial) DAX_MUST_CHECK;

/* Calls EACH for every entry except "." and ".."; a negative return ends the walk and is returned. */
int dax_sysfs_list(struct dax_sysfs *sysfs, const char *dir, int (*each)(const char *name, void *data), void *data,
		   struct dax_error *err) DAX_MUST_CHECK;

/*
 * Writes VALUE and a newline in one write(2); -errno is the answer of the kernel. Fills no error: the caller
 * knows the purpose of the write.
 */
int dax_sysfs_write(struct dax_sysfs *sysfs, const char *dir, const char *attr, const char *value) DAX_MUST_CHECK;

/*
 * As dax_sysfs_write, for a write that the kernel may never finish. A signal does not end every wait: the
 * kernel restarts a write that waits for the memory blocks of another program, whatever the handler does
 * (lock_device_hotplug_sysfs). A handler that calls dax_sysfs_interrupt ends this too: -EINTR.
 */
int dax_sysfs_write_waiting(struct dax_sysfs *sysfs, const char *dir, const char *attr,
			    const char *value) DAX_MUST_CHECK;

/* For a signal handler, at any moment. */
void dax_sysfs_interrupt(void);

/* As dax_sysfs_write, but the file stays open for the next write. */
int dax_sysfs_write_kept(struct dax_sysfs *sysfs, const char *dir, const char *attr, const char *value) DAX_MUST_CHECK;

/* Reads, from its start, a file that dax_sysfs_write_kept opened. */
int dax_sysfs_read_kept(struct dax_sysfs *sysfs, const char *dir, const char *attr, char *buffer,
			size_t size) DAX_MUST_CHECK;
