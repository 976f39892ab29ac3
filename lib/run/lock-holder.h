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

/* "pid 71 (daxadm align)", or another program's name; false when it cannot be found out. */
bool dax_lock_holder(int fd, char text[DAX_LOCK_HOLDER_TEXT]);
