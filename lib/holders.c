/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "holders.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

void dax_held_release(struct dax_held_list *list)
{
	for (size_t i = 0; i < list->n; i++)
		free(list->items[i].holders);
	free(list->items);
	*list = (struct dax_held_list){ 0 };
}

int dax_held_add(struct dax_held_list *list, unsigned major, unsigned minor)
{
	struct dax_held *grown = reallocarray(list->items, list->n + 1, sizeof(*grown));

	if (!grown)
		return -ENOMEM;
	list->items = grown;
	grown[list->n++] = (struct dax_held){ .device = makedev(major, minor) };
	return 0;
}

static int compare_held(const void *a, const void *b)
{
	const struct dax_held *first = a, *second = b;

	return (first->device > second->device) - (first->device < second->device);
}

static struct dax_held *find_held(const struct dax_held_list *list, dev_t device)
{
	const struct dax_held key = { .device = device };

	return list->n ? bsearch(&key, list->items, list->n, sizeof(key), compare_held) : NULL;
}

const struct dax_held *dax_held_by(const struct dax_held_list *list, unsigned major, unsigned minor)
{
	return find_held(list, makedev(major, minor));
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

/* A process that is looked into. */
struct process {
	int dir;
	pid_t pid;
	struct dax_held_list *list;
};

static void read_command(int process, char command[32])
{
	int fd = openat(process, "comm", O_RDONLY | O_CLOEXEC);
	ssize_t n = fd < 0 ? -1 : read(fd, command, 31);

	command[n > 0 ? n : 0] = '\0';
	command[strcspn(command, "\n")] = '\0';
	if (fd >= 0)
		close(fd);
}

/* Notes that the process holds what PATH below PARENT leads to, if that is one of the devices. */
static int note_holder(const struct process *process, int parent, const char *path, bool maps)
{
	struct stat st;
	struct dax_held *held = NULL;

	if (fstatat(parent, path, &st, 0) == 0 && S_ISCHR(st.st_mode))
		held = find_held(process->list, st.st_rdev);
	if (!held)
		return 0;
	if (!held->n || held->holders[held->n - 1].pid != process->pid) {
		struct dax_holder *grown = reallocarray(held->holders, held->n + 1, sizeof(*grown));

		if (!grown)
			return -ENOMEM;
		held->holders = grown;
		grown[held->n] = (struct dax_holder){ .pid = process->pid };
		read_command(process->dir, grown[held->n++].command);
	}
	if (maps)
		held->holders[held->n - 1].maps = true;
	else
		held->holders[held->n - 1].open = true;
	return 0;
}

static int look_at_files(const struct process *process)
{
	_cleanup_(close_dir) DIR *dir = open_dir(process->dir, "fd");
	int r = 0;

	for (const struct dirent *entry; !r && dir && (entry = readdir(dir));) {
		if (entry->d_name[0] != '.')
			r = note_holder(process, dirfd(dir), entry->d_name, false);
	}
	return r;
}

/*
 * A line of maps names the file by the path that it had and not by its device number; the link in
 * map_files leads to the file itself. Only shared mappings of files can be ones of a device, and
 * those are few.
 */
static int look_at_mappings(const struct process *process)
{
	int fd = openat(process->dir, "maps", O_RDONLY | O_CLOEXEC), r = 0;
	_cleanup_(close_file) FILE *maps = fd < 0 ? NULL : fdopen(fd, "r");
	char line[512], range[64], access[8], path[96];
	unsigned long long inode = 0;

	if (!maps && fd >= 0)
		close(fd);
	while (!r && maps && fgets(line, sizeof(line), maps)) {
		if (sscanf(line, "%63s %7s %*s %*s %llu", range, access, &inode) != 3 || !inode || access[3] != 's')
			continue;
		snprintf(path, sizeof(path), "map_files/%s", range);
		r = note_holder(process, process->dir, path, true);
	}
	return r;
}

static int look_into(int proc, const char *name, struct dax_held_list *list)
{
	_cleanup_close_ int dir = openat(proc, name, O_PATH | O_DIRECTORY | O_CLOEXEC);
	const struct process process = { .dir = dir, .pid = (pid_t)atoi(name), .list = list };

	if (dir < 0)
		return 0; /* it has ended */
	int r = look_at_files(&process);
	return r ? r : look_at_mappings(&process);
}

static int compare_holders(const void *a, const void *b)
{
	const struct dax_holder *first = a, *second = b;

	return (first->pid > second->pid) - (first->pid < second->pid);
}

int dax_holders_find(struct dax_held_list *list, struct dax_error *err)
{
	_cleanup_(close_dir) DIR *proc = open_dir(AT_FDCWD, "/proc");
	int r = 0;

	if (!proc)
		return dax_fail(err, errno, "cannot list /proc, to see who uses a device: %s", strerror(errno));
	if (list->n)
		qsort(list->items, list->n, sizeof(*list->items), compare_held);
	for (const struct dirent *entry; !r && (entry = readdir(proc));) {
		if (entry->d_name[0] >= '1' && entry->d_name[0] <= '9')
			r = look_into(dirfd(proc), entry->d_name, list);
	}
	if (r)
		return dax_no_memory(err);
	for (size_t i = 0; i < list->n; i++) {
		if (list->items[i].n)
			qsort(list->items[i].holders, list->items[i].n, sizeof(*list->items[i].holders),
			      compare_holders);
	}
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
static char *name_holders(const struct dax_held *held)
{
	char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);

	if (!out)
		return NULL;
	for (size_t i = 0; i < held->n; i++) {
		const struct dax_holder *holder = &held->holders[i];

		fprintf(out, "%spid %d (%s) %s it%s", i ? ", " : "", (int)holder->pid, holder->command,
			holder->maps ? "maps" : "has", holder->maps ? "" : " open");
	}
	fclose(out);
	return text;
}

/* The device number of a step's device. */
static int read_number(struct dax_doer *doer, const struct dax_step *step, unsigned *major, unsigned *minor,
		       struct dax_error *err)
{
	char dir[512], number[32];
	int r = dax_doer_dir(doer, step->device, dax_doer_name(doer, step), dir, sizeof(dir), err);

	if (!r)
		r = dax_sysfs_read(doer->sysfs, dir, "dev", number, sizeof(number), err);
	if (!r && sscanf(number, "%u:%u", major, minor) != 2)
		r = dax_fail(err, EPROTO, "%s/dev holds '%s', which is no device number", dir, number);
	return r;
}

static int refuse(const char *device, const struct dax_held *held, struct dax_error *err)
{
	_cleanup_free_ char *text = name_holders(held);

	dax_fail(err, EBUSY, "%s is in use: %s", device, text ? text : "by a program");
	dax_error_hint(err, "end what uses it; or let it be pulled from under that, at its own risk: --force=in-use");
	return -EBUSY;
}

/* What is known of the drivers: bits of dax_driver_bit(). */
struct drivers {
	unsigned asked, idle;
};

/* Whether STEP pulls the device from whoever uses it. Memory goes offline only when nobody uses it. */
static bool pulls(struct dax_doer *doer, const struct dax_step *step, struct drivers *drivers)
{
	if ((step->kind != DAX_STEP_UNBIND && step->kind != DAX_STEP_BIND) || strcmp(step->driver, "kmem") == 0)
		return false;
	unsigned bit = dax_driver_bit(step->driver);
	if (!(drivers->asked & bit) && dax_holders_none(doer->sysfs, step->driver))
		drivers->idle |= bit;
	drivers->asked |= bit;
	return !(drivers->idle & bit);
}

int dax_check_holders(struct dax_doer *doer, const struct dax_step *steps, size_t n, struct dax_error *err)
{
	_cleanup_held_ struct dax_held_list list = { 0 };
	_cleanup_free_ unsigned(*numbers)[2] = calloc(n + 1, sizeof(*numbers));
	struct drivers drivers = { 0, 0 };
	int r = numbers ? 0 : dax_no_memory(err);

	if (doer->options->risks & DAX_RISK_IN_USE)
		return r;
	for (size_t i = 0; !r && i < n; i++) {
		if (!pulls(doer, &steps[i], &drivers))
			continue;
		r = read_number(doer, &steps[i], &numbers[i][0], &numbers[i][1], err);
		if (!r && dax_held_add(&list, numbers[i][0], numbers[i][1]))
			r = dax_no_memory(err);
	}
	if (!r && list.n)
		r = dax_holders_find(&list, err);
	for (size_t i = 0; !r && i < n; i++) {
		const struct dax_held *held = dax_held_by(&list, numbers[i][0], numbers[i][1]);

		if (held && held->n)
			r = refuse(dax_doer_name(doer, &steps[i]), held, err);
	}
	return r;
}
