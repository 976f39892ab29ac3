/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The holder of the lock. The kernel knows its pid (/proc/locks). The file contains more about the last
 * holder, which is used only if that process holds the lock now.
 */
#pragma once

#include "base/base.h"

#define DAX_LOCK_HOLDER_TEXT 128

/* Writes for waiting processes who holds the lock. */
void dax_lock_sign(int fd, const char *verb);

/*
 * "FLOCK ADVISORY WRITE 71 00:1a:4711 0 EOF", as in /proc/locks and fdinfo: whether it is about FILE
 * ("00:1a:4711"). *PID is 0 for a process that is not visible.
 */
bool dax_lock_parse(const char *line, const char *file, int *pid);

/* "pid 71 (daxadm align)", or the name of another program; false if it cannot be found out. */
bool dax_lock_holder(int fd, char text[DAX_LOCK_HOLDER_TEXT]);
