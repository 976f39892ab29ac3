/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Files of the kernel outside of /sys. */
#pragma once

#include "base/error.h"
#include "base/text.h"

/* The whole file as text, which the caller frees: the kernel does not report the length in advance. */
int dax_proc_read(const char *path, char **text, struct dax_error *err) DAX_MUST_CHECK;
int dax_proc_read_in(int folder, const char *path, char **text, struct dax_error *err) DAX_MUST_CHECK;

/* Calls EACH with the pid of every process. A return value other than 0 ends the loop and is returned. */
int dax_proc_each(int (*each)(const char *pid, void *data), void *data) DAX_MUST_CHECK;

/* An identifier of this boot of the machine; "" if it is not known. */
void dax_proc_read_boot(char boot[DAX_UUID_TEXT]);

/* Whether this process is in a user namespace other than the initial one; false if /proc does not show it. */
bool dax_proc_in_user_namespace(void);

/*
 * Whether /proc shows all processes of the machine and allows looking into them: false in a container, and
 * without the rights.
 */
bool dax_proc_shows_all(void);

/* Makes the OOM killer kill this process last; oom_score_adj gets its old value back afterwards. */
struct dax_shield {
	int fd; /* -1: could not be read */
	char before[16];
};

#define DAX_SHIELD_INIT { .fd = -1 }
#define _cleanup_shield_ _cleanup_(dax_shield_end)

/* A process that cannot be protected runs without it. */
void dax_shield_begin(struct dax_shield *shield);
void dax_shield_end(struct dax_shield *shield);

/* SIZE bytes from OFFSET on; -ENODATA if there are fewer. */
int dax_proc_read_at(const char *path, uint64_t offset, void *buffer, size_t size) DAX_MUST_CHECK;
