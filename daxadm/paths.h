/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The directories that a change uses. */
#pragma once

/* Also for the lock. */
#define RUN_FOLDER "/run/daxadm"

/* For changes to namespaces, which survive a reboot; so must their journals. */
#define STATE_FOLDER "/var/lib/daxadm"

/* Seconds that a change waits for another: rules at boot start many at once. */
#define DEFAULT_WAIT 10

/* Of layouts: a file overrides those of its name in the folders before. */
#define LAYOUT_FOLDERS "/usr/lib/daxadm/layout.d", RUN_FOLDER "/layout.d", "/etc/daxadm/layout.d"
