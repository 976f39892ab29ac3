/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Files of the kernel that are not below /sys. */
#pragma once

#include "base/error.h"
#include "base/text.h"

/* The whole of a file as text, which the caller frees: the kernel does not say beforehand how long it is. */
int dax_proc_read(const char *path, char **text, struct dax_error *err) DAX_MUST_CHECK;
int dax_proc_read_in(int folder, const char *path, char **text, struct dax_error *err) DAX_MUST_CHECK;

/* Calls EACH with the pid of every process; what is not 0 ends that and is returned. */
int dax_proc_each(int (*each)(const char *pid, void *data), void *data) DAX_MUST_CHECK;

/* What tells this boot of the machine from any other; "" when that is not known. */
void dax_proc_read_boot(char boot[DAX_UUID_TEXT]);

/* Whether we are in another user namespace than the machine's own; false when /proc does not say. */
bool dax_proc_in_user_namespace(void);

/*
 * Whether /proc shows all processes of the machine, and lets us look into them: not in a container, and not to
 * who lacks the rights.
 */
bool dax_proc_shows_all(void);

/* That the kernel kills this process last when there is no memory left; oom_score_adj as it was before. */
struct dax_shield {
	int fd; /* -1: it could not be had */
	char before[16];
};

#define DAX_SHIELD_INIT { .fd = -1 }
#define _cleanup_shield_ _cleanup_(dax_shield_end)

/* What cannot be shielded works without it. */
void dax_shield_begin(struct dax_shield *shield);
void dax_shield_end(struct dax_shield *shield);

/* SIZE bytes from OFFSET on; -ENODATA when there are fewer. */
int dax_proc_read_at(const char *path, uint64_t offset, void *buffer, size_t size) DAX_MUST_CHECK;
