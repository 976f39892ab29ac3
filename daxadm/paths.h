/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Where a change leaves its traces while it runs; nothing of it outlives a reboot. */
#pragma once

#define LOCK_PATH "/run/lock/daxadm.lock"
#define RUN_FOLDER "/run/daxadm"

/* Seconds that a change waits for another to end: boot rules start many at once. */
#define DEFAULT_WAIT 10
