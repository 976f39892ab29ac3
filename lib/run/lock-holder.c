/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "run/lock-holder.h"

#include "base/fields.h"
#include "door/proc.h"

#include <dirent.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

void dax_lock_sign(int fd, const char *verb)
{
	char text[DAX_LOCK_HOLDER_TEXT];
	int n = snprintf(text, sizeof(text), "pid %d (daxadm %s)\n", (int)getpid(), verb);

	if (n > 0 && ftruncate(fd, 0) == 0)
		(void)!pwrite(fd, text, (size_t)n, 0);
}

/* Moves *TEXT past WORD and the spaces that follow it. */
static bool take_word(const char **text, const char *word)
{
	if (!dax_field_word(text, word) || **text != ' ')
		return false;
	*text += strspn(*text, " ");
	return true;
}

bool dax_lock_parse(const char *line, const char *file, int *pid)
{
	uint64_t number = 0;

	line += strspn(line, " ");
	if (!take_word(&line, "FLOCK") || !take_word(&line, "ADVISORY") || !take_word(&line, "WRITE"))
		return false;
	bool elsewhere = dax_field_word(&line, "-");
	if (dax_field_digits(&line, 10, &number) || number > INT_MAX || !take_word(&line, "") ||
	    !take_word(&line, file))
		return false;
	*pid = elsewhere ? 0 : (int)number;
	return true;
}

/* The process that took the lock; it may have ended, and a child may have inherited the lock. */
static bool find_taker(const char *file, int *pid)
{
	_cleanup_free_ char *text = NULL;
	char *rest = NULL;

	if (dax_proc_read("/proc/locks", &text, NULL))
		return false;
	rest = text;
	for (char *line = strsep(&rest, "\n"); line; line = strsep(&rest, "\n")) {
		const char *words = strchr(line, ':');

		/* "5: -> FLOCK ..." waits for it. */
		if (words && dax_lock_parse(words + 1, file, pid))
			return *pid > 0;
	}
	return false;
}

static void close_dir(DIR **dir)
{
	if (*dir)
		closedir(*dir);
}

/* Whether the process PID has FILE open, and with it the lock: the pid may have been reused. */
static bool holds(int pid, const char *file)
{
	char path[64];

	snprintf(path, sizeof(path), "/proc/%d/fdinfo", pid);
	_cleanup_(close_dir) DIR *folder = opendir(path);
	for (const struct dirent *entry = folder ? readdir(folder) : NULL; entry; entry = readdir(folder)) {
		_cleanup_free_ char *text = NULL;
		int taker = 0;

		if (entry->d_name[0] == '.' || dax_proc_read_in(dirfd(folder), entry->d_name, &text, NULL))
			continue;
		const char *lock = strstr(text, "\nlock:");
		const char *words = lock ? strchr(lock + strlen("\nlock:"), ':') : NULL;
		if (words && dax_lock_parse(words + 1, file, &taker))
			return true;
	}
	return false;
}

static bool read_command(const char *pid, char command[32])
{
	_cleanup_free_ char *text = NULL;
	char path[64];

	snprintf(path, sizeof(path), "/proc/%s/comm", pid);
	if (dax_proc_read(path, &text, NULL))
		return false;
	text[strcspn(text, "\n")] = '\0';
	snprintf(command, 32, "%.31s", text);
	return true;
}

/* The text that PID has written into the lock; only a process of this program writes there. */
static bool read_signature(int fd, int pid, const char *command, char text[DAX_LOCK_HOLDER_TEXT])
{
	char start[32], own[32];
	ssize_t n = pread(fd, text, DAX_LOCK_HOLDER_TEXT - 1, 0);

	text[n > 0 ? n : 0] = '\0';
	text[strcspn(text, "\n")] = '\0';
	snprintf(start, sizeof(start), "pid %d (", pid);
	return strncmp(text, start, strlen(start)) == 0 && read_command("self", own) && strcmp(command, own) == 0;
}

bool dax_lock_holder(int fd, char text[DAX_LOCK_HOLDER_TEXT])
{
	char file[64], number[16], command[32];
	struct stat st;
	int pid = 0;

	if (fstat(fd, &st))
		return false;
	snprintf(file, sizeof(file), "%02x:%02x:%llu", major(st.st_dev), minor(st.st_dev),
		 (unsigned long long)st.st_ino);
	if (!find_taker(file, &pid) || !holds(pid, file))
		return false;
	snprintf(number, sizeof(number), "%d", pid);
	if (!read_command(number, command))
		return false;
	if (!read_signature(fd, pid, command, text))
		snprintf(text, DAX_LOCK_HOLDER_TEXT, "pid %d (%s)", pid, command);
	return true;
}
