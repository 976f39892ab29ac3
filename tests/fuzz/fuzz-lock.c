/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Fuzzes lines of /proc/locks. A lock that is printed as the kernel does is read as the same. */
#include "fuzz.h"

#include "run/lock-holder.h"

#include <stdio.h>

#define LOCK "00:1a:4711"

int fuzz_lock(const uint8_t *data, size_t size)
{
	_cleanup_free_ char *line = as_text(data, size);
	char printed[128], file[32];
	int pid = -1, again = -1;

	if (dax_lock_parse(line, LOCK, &pid)) {
		REQUIRE(pid >= 0 && strstr(line, " " LOCK " "));
		snprintf(printed, sizeof(printed), " FLOCK  ADVISORY  WRITE %d " LOCK " 0 EOF", pid);
		REQUIRE(dax_lock_parse(printed, LOCK, &again) && again == pid);
	}
	/* Any name of a file is read back. */
	snprintf(file, sizeof(file), "%.*s", (int)strcspn(line, " "), line);
	snprintf(printed, sizeof(printed), "FLOCK  ADVISORY  WRITE 71 %s 0 EOF", file);
	REQUIRE(!file[0] || (dax_lock_parse(printed, file, &again) && again == 71));
	return 0;
}
