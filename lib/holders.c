/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "holders.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

void dax_holders_release(struct dax_holders *holders)
{
	free(holders->items);
	*holders = (struct dax_holders){ 0 };
}

static void close_dir(DIR **dir)
{
	if (*dir)
		closedir(*dir);
}

static void close_file(FILE **file)
{
	if (*file)
		fclose(*file);
}

static DIR *open_dir(int parent, const char *path)
{
	int fd = openat(parent, path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *dir = fd < 0 ? NULL : fdopendir(fd);

	if (!dir && fd >= 0)
		close(fd);
	return dir;
}

/* Whether PATH below PARENT, links followed, is the character device. */
static bool is_device(int parent, const char *path, dev_t device)
{
	struct stat st;

	return fstatat(parent, path, &st, 0) == 0 && S_ISCHR(st.st_mode) && st.st_rdev == device;
}

static bool has_open(int process, dev_t device)
{
	_cleanup_(close_dir) DIR *dir = open_dir(process, "fd");

	for (const struct dirent *entry; dir && (entry = readdir(dir));) {
		if (entry->d_name[0] != '.' && is_device(dirfd(dir), entry->d_name, device))
			return true;
	}
	return false;
}

/*
 * Whether the process maps the device. A line of maps names the file by the path that it had and not
 * by its device number; the link in map_files leads to the file itself. Only shared mappings of files
 * can be ones of the device, and those are few.
 */
static bool has_mapped(int process, dev_t device)
{
	int fd = openat(process, "maps", O_RDONLY | O_CLOEXEC);
	_cleanup_(close_file) FILE *maps = fd < 0 ? NULL : fdopen(fd, "r");
	char line[512], range[64], access[8], path[96];
	unsigned long long inode = 0;

	if (!maps && fd >= 0)
		close(fd);
	while (maps && fgets(line, sizeof(line), maps)) {
		if (sscanf(line, "%63s %7s %*s %*s %llu", range, access, &inode) != 3 || !inode || access[3] != 's')
			continue;
		snprintf(path, sizeof(path), "map_files/%s", range);
		if (is_device(process, path, device))
			return true;
	}
	return false;
}

static void read_command(int process, char command[32])
{
	int fd = openat(process, "comm", O_RDONLY | O_CLOEXEC);
	ssize_t n = fd < 0 ? -1 : read(fd, command, 31);

	command[n > 0 ? n : 0] = '\0';
	command[strcspn(command, "\n")] = '\0';
	if (fd >= 0)
		close(fd);
}

static int look_into(int proc, const char *name, dev_t device, struct dax_holders *holders)
{
	_cleanup_close_ int process = openat(proc, name, O_PATH | O_DIRECTORY | O_CLOEXEC);

	if (process < 0)
		return 0; /* it has ended */
	bool open = has_open(process, device), maps = has_mapped(process, device);
	if (!open && !maps)
		return 0;
	struct dax_holder *grown = reallocarray(holders->items, holders->n + 1, sizeof(*grown));
	if (!grown)
		return -ENOMEM;
	holders->items = grown;
	struct dax_holder *added = &grown[holders->n++];
	*added = (struct dax_holder){ .pid = (pid_t)atoi(name), .open = open, .maps = maps };
	read_command(process, added->command);
	return 0;
}

static int compare_holders(const void *a, const void *b)
{
	const struct dax_holder *first = a, *second = b;

	return (first->pid > second->pid) - (first->pid < second->pid);
}

int dax_holders_find(unsigned major, unsigned minor, struct dax_holders *holders, struct dax_error *err)
{
	_cleanup_(close_dir) DIR *proc = open_dir(AT_FDCWD, "/proc");
	int r = 0;

	if (!proc)
		return dax_fail(err, errno, "cannot list /proc, to see who uses a device: %s", strerror(errno));
	for (const struct dirent *entry; !r && (entry = readdir(proc));) {
		if (entry->d_name[0] >= '1' && entry->d_name[0] <= '9')
			r = look_into(dirfd(proc), entry->d_name, makedev(major, minor), holders);
	}
	if (r)
		return dax_no_memory(err);
	if (holders->n)
		qsort(holders->items, holders->n, sizeof(*holders->items), compare_holders);
	return 0;
}

bool dax_holders_none(struct dax_sysfs *sysfs, const char *driver)
{
	char dir[32 + DAX_NAME_MAX];
	uint64_t count = 1;

	/* A file that is open, or mapped, holds the module that its device's driver is in (cdev_get). */
	snprintf(dir, sizeof(dir), "module/%s", driver);
	return dax_sysfs_read_u64(sysfs, dir, "refcnt", &count, NULL) == 0 && count == 0;
}

/* "pid 71 (postgres) maps it, pid 9 (cat) has it open" */
static char *name_holders(const struct dax_holders *holders)
{
	char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);

	if (!out)
		return NULL;
	for (size_t i = 0; i < holders->n; i++) {
		const struct dax_holder *holder = &holders->items[i];

		fprintf(out, "%spid %d (%s) %s it%s", i ? ", " : "", (int)holder->pid, holder->command,
			holder->maps ? "maps" : "has", holder->maps ? "" : " open");
	}
	fclose(out);
	return text;
}

static int check_device(struct dax_doer *doer, const struct dax_step *step, struct dax_error *err)
{
	_cleanup_holders_ struct dax_holders holders = { 0 };
	_cleanup_free_ char *text = NULL;
	char dir[512], number[32];
	unsigned major = 0, minor = 0;
	int r = dax_doer_dir(doer, step->device, dax_doer_name(doer, step), dir, sizeof(dir), err);

	if (!r)
		r = dax_sysfs_read(doer->sysfs, dir, "dev", number, sizeof(number), err);
	if (r)
		return r;
	if (sscanf(number, "%u:%u", &major, &minor) != 2)
		return dax_fail(err, EPROTO, "%s/dev holds '%s', which is no device number", dir, number);
	r = dax_holders_find(major, minor, &holders, err);
	if (r || !holders.n)
		return r;
	text = name_holders(&holders);
	dax_fail(err, EBUSY, "%s is in use: %s", dax_doer_name(doer, step), text ? text : "by a program");
	dax_error_hint(err, "end what uses it; or let it be pulled from under that, at its own risk: --force=in-use");
	return -EBUSY;
}

int dax_check_holders_of(struct dax_doer *doer, const struct dax_step *step, struct dax_error *err)
{
	/* Who uses memory that is online does not matter: it goes offline only when it is free. */
	if ((doer->options->risks & DAX_RISK_IN_USE) || strcmp(step->driver, "kmem") == 0 ||
	    dax_holders_none(doer->sysfs, step->driver))
		return 0;
	return check_device(doer, step, err);
}

int dax_check_holders(struct dax_doer *doer, struct dax_error *err)
{
	const struct dax_plan *plan = doer->plan;
	int r = 0;

	for (size_t i = 0; !r && i < plan->n_steps; i++) {
		const struct dax_step *step = &plan->steps[i];

		if (step->kind == DAX_STEP_UNBIND && !plan->targets[step->device].created)
			r = dax_check_holders_of(doer, step, err);
	}
	return r;
}
