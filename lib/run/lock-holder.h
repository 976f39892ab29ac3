/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Who holds the lock. The kernel knows (/proc/locks); what the last holder has written into the file says more of
 * it, and is believed only of the process that holds it now.
 */
#pragma once

#include "base/base.h"

#define DAX_LOCK_HOLDER_TEXT 128

/* Tells those who wait who we are. */
void dax_lock_sign(int fd, const char *verb);

/*
 * "FLOCK  ADVISORY  WRITE 71 00:1a:4711 0 EOF", as /proc/locks and fdinfo have it: whether it is of FILE
 * ("00:1a:4711"). *PID is 0 for a process that cannot be seen.
 */
bool dax_lock_parse(const char *line, const char *file, int *pid);

/* "pid 71 (daxadm align)", or another program's name; false when it cannot be found out. */
bool dax_lock_holder(int fd, char text[DAX_LOCK_HOLDER_TEXT]);
