/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "run/attempt.h"

#include "door/proc.h"
#include "run/journal-folder.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define NEW_ATTEMPT "boot-attempt.new"

static int check_earlier(int fd, const char *folder, const char *boot, uint64_t digest, struct dax_error *err)
{
	_cleanup_free_ char *text = NULL;
	char other[DAX_UUID_TEXT] = "";
	uint64_t layout = 0;

	if (dax_proc_read_in(fd, DAX_ATTEMPT_NAME, &text, NULL) ||
	    sscanf(text, "%36s %" SCNx64, other, &layout) != 2 || layout != digest || strcmp(other, boot) == 0)
		return 0;
	dax_fail(err, ECANCELED, "an earlier boot ended while it applied this layout: nothing is changed");
	dax_error_hint(err, "change the layout, or run 'rm %s/%s' to let it be applied again", folder,
		       DAX_ATTEMPT_NAME);
	return -ECANCELED;
}

static int write_attempt(int folder, const char *text)
{
	_cleanup_close_ int fd =
		openat(folder, NEW_ATTEMPT, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0600);
	size_t length = strlen(text);

	if (fd < 0 || write(fd, text, length) != (ssize_t)length || fsync(fd) ||
	    renameat(folder, NEW_ATTEMPT, folder, DAX_ATTEMPT_NAME) || fsync(folder))
		return errno ? -errno : -EIO;
	return 0;
}

int dax_attempt_begin(const char *folder, uint64_t digest, struct dax_error *err)
{
	_cleanup_close_ int fd = dax_journal_folder(folder, true, err);
	char boot[DAX_UUID_TEXT], text[DAX_UUID_TEXT + 32];

	if (fd < 0)
		return fd;
	dax_proc_read_boot(boot);
	int r = check_earlier(fd, folder, boot, digest, err);
	if (r)
		return r;
	snprintf(text, sizeof(text), "%s %016" PRIx64 "\n", boot, digest);
	r = write_attempt(fd, text);
	return r ? dax_fail(err, -r, "cannot write %s/%s: %s", folder, DAX_ATTEMPT_NAME, strerror(-r)) : 0;
}

void dax_attempt_end(const char *folder)
{
	_cleanup_close_ int fd = dax_journal_folder(folder, false, NULL);

	if (fd >= 0)
		unlinkat(fd, DAX_ATTEMPT_NAME, 0);
}
