/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Where a change leaves its traces while it runs. */
#pragma once

/* Also of the lock. */
#define RUN_FOLDER "/run/daxadm"

/* Of changes to namespaces, which outlive a reboot, and so must what is known of them. */
#define STATE_FOLDER "/var/lib/daxadm"

/* Seconds that a change waits for another to end: boot rules start many at once. */
#define DEFAULT_WAIT 10

/* Of layouts: a file overrides those of its name in the folders before. */
#define LAYOUT_FOLDERS "/usr/lib/daxadm/layout.d", RUN_FOLDER "/layout.d", "/etc/daxadm/layout.d"
