/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Finds the processes that use a device, in /proc. A machine can have ten thousand processes, so the cost for
 * each counts: no stream and no directory is allocated, and a kernel thread costs one empty read.
 */
#include "state/holders.h"

#include "door/kernel-text.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

/* More than the kernel returns at once of either kind. */
#define BUFFER_SIZE 32768

/* "PID/task/TID/map_files/RANGE", with reserve. */
#define PATH_SIZE 160

void dax_held_release(struct dax_held_list *list)
{
	for (size_t i = 0; i < list->n; i++)
		free(list->items[i].holders);
	free(list->items);
	*list = (struct dax_held_list){ 0 };
}

int dax_held_add(struct dax_held_list *list, bool disk, dev_t device)
{
	struct dax_held *grown = reallocarray(list->items, list->n + 1, sizeof(*grown));

	if (!grown)
		return -ENOMEM;
	list->items = grown;
	grown[list->n++] = (struct dax_held){ .device = device, .disk = disk };
	list->disks = list->disks || disk;
	return 0;
}

static int compare_held(const void *a, const void *b)
{
	const struct dax_held *first = a, *second = b;

	if (first->disk != second->disk)
		return first->disk ? 1 : -1;
	return (first->device > second->device) - (first->device < second->device);
}

static struct dax_held *find_held(const struct dax_held_list *list, bool disk, dev_t device)
{
	const struct dax_held key = { .device = device, .disk = disk };

	return list->n ? bsearch(&key, list->items, list->n, sizeof(key), compare_held) : NULL;
}

const struct dax_held *dax_held_by(const struct dax_held_list *list, bool disk, dev_t device)
{
	return find_held(list, disk, device);
}

/* A process that is examined, or a thread of it. */
struct search {
	struct dax_held_list *list;
	int proc;         /* the directory /proc */
	const char *task; /* the path below it: "71", "71/task/72" */
	pid_t pid;
	int folder;       /* for the entries that are examined */
};

/* Errors that are normal: processes come and go, and some must not be examined. */
static bool is_passing(int r)
{
	return r == -ENOENT || r == -ESRCH || r == -EACCES || r == -EPERM;
}

static int open_in(const struct search *search, const char *name, int flags)
{
	char path[PATH_SIZE];

	snprintf(path, sizeof(path), "%s/%s", search->task, name);
	int fd = openat(search->proc, path, O_RDONLY | O_CLOEXEC | flags);
	return fd < 0 ? -errno : fd;
}

/* Calls EACH for every entry of FOLDER that is a number, until a call fails. */
static int for_each_number(int folder, int (*each)(struct search *search, const char *name), struct search *search)
{
	char buffer[BUFFER_SIZE] __attribute__((aligned(__alignof__(struct dirent64))));
	int r = 0;

	while (!r) {
		ssize_t n = getdents64(folder, buffer, sizeof(buffer));

		if (n <= 0)
			return n < 0 ? -errno : 0;
		for (ssize_t at = 0; !r && at < n;) {
			const struct dirent64 *entry = (const void *)(buffer + at);

			at += entry->d_reclen;
			if (entry->d_name[0] >= '0' && entry->d_name[0] <= '9')
				r = each(search, entry->d_name);
		}
	}
	return r;
}

static void read_command(const struct search *search, char command[32])
{
	_cleanup_close_ int fd = open_in(search, "comm", 0);
	ssize_t n = fd < 0 ? -1 : read(fd, command, 31);

	command[n > 0 ? n : 0] = '\0';
	command[strcspn(command, "\n")] = '\0';
}

static int add_holder(const struct search *search, struct dax_held *held)
{
	struct dax_holder *grown = reallocarray(held->holders, held->n + 1, sizeof(*grown));

	if (!grown)
		return -ENOMEM;
	held->holders = grown;
	grown[held->n] = (struct dax_holder){ .pid = search->pid };
	read_command(search, grown[held->n++].command);
	return 0;
}

/*
 * Notes that the process holds the target of PATH if that is one of the devices. For other files only cached
 * attributes are requested: the server of a network file system may be down.
 */
static int note_holder(const struct search *search, int folder, const char *path, bool maps)
{
	struct dax_held_list *list = search->list;
	struct statx st;

	if (statx(folder, path, AT_STATX_DONT_SYNC | AT_NO_AUTOMOUNT, STATX_TYPE, &st))
		return is_passing(-errno) ? 0 : -errno;
	bool disk = S_ISBLK(st.stx_mode);
	if (!disk && !S_ISCHR(st.stx_mode))
		return 0;
	struct dax_held *held = find_held(list, disk, makedev(st.stx_rdev_major, st.stx_rdev_minor));
	if (!held) {
		list->others = list->others || (!disk && list->n && !list->items[0].disk &&
						st.stx_rdev_major == major(list->items[0].device));
		return 0;
	}
	if (!held->n || held->holders[held->n - 1].pid != search->pid) {
		int r = add_holder(search, held);

		if (r)
			return r;
	}
	if (maps)
		held->holders[held->n - 1].maps = true;
	else
		held->holders[held->n - 1].open = true;
	return 0;
}

static int look_at_file(struct search *search, const char *name)
{
	return note_holder(search, search->folder, name, false);
}

static int look_at_files(struct search *search)
{
	_cleanup_close_ int folder = open_in(search, "fd", O_DIRECTORY);

	search->folder = folder;
	return folder < 0 ? folder : for_each_number(folder, look_at_file, search);
}

/* The link of a mapping in map_files; its name has no leading zeros (fs/proc/base.c, dname_to_vma_addr). */
static int note_mapping(const struct search *search, uint64_t start, uint64_t end)
{
	char path[PATH_SIZE];

	snprintf(path, sizeof(path), "%s/map_files/%llx-%llx", search->task, (unsigned long long)start,
		 (unsigned long long)end);
	return note_holder(search, search->proc, path, true);
}

/*
 * A line of maps has the path with which the file was opened, not its device number, and the path can be
 * anything. The link in map_files leads to the file itself. Only shared mappings can be mappings of a dax
 * device, and there are few of them. A disk can also be mapped privately.
 */
static int look_at_mapping(const struct search *search, const char *line)
{
	struct dax_map_line map;

	if (!dax_text_map(line, &map) || !map.inode || (!map.shared && !search->list->disks))
		return 0;
	return note_mapping(search, map.range.start, map.range.end);
}

/* PROCMAP_QUERY of Linux 6.11 (include/uapi/linux/fs.h); older headers do not have it. */
struct map_query {
	uint64_t size, flags, address;
	uint64_t start, end, vma_flags, page_size, offset, inode;
	uint32_t major, minor, name_size, build_id_size;
	uint64_t name, build_id;
};
#define MAP_QUERY _IOWR('f', 17, struct map_query)
#define MAP_QUERY_SHARED 0x08
#define MAP_QUERY_OR_NEXT 0x10
#define MAP_QUERY_OF_FILE 0x20

/*
 * Queries only mappings of files, as above. -ENOTTY: this kernel does not support the query. *ANY is
 * described below.
 */
static int query_mappings(const struct search *search, int maps, bool *any)
{
	struct map_query query = {
		.size = sizeof(query),
		.flags = MAP_QUERY_OR_NEXT | MAP_QUERY_OF_FILE,
	};
	int r = 0;

	query.flags |= search->list->disks ? 0 : MAP_QUERY_SHARED;
	while (!r && ioctl(maps, MAP_QUERY, &query) == 0) {
		*any = true;
		r = note_mapping(search, query.start, query.end);
		query.address = query.end;
	}
	if (r || (errno != ENOENT && errno != ESRCH))
		return r ? r : -errno;
	*any |= errno == ENOENT; /* no such mapping, but the process has memory */
	return 0;
}

/* The same, from the text. */
static int read_mappings(const struct search *search, int maps, bool *any)
{
	char buffer[BUFFER_SIZE];
	size_t length = 0; /* the start of a line that is not complete yet */
	int r = 0;

	while (!r) {
		ssize_t n = read(maps, buffer + length, sizeof(buffer) - 1 - length);
		char *line = buffer;

		if (n <= 0)
			return n < 0 ? -errno : 0;
		*any = true;
		buffer[length + (size_t)n] = '\0';
		for (char *end; !r && (end = strchr(line, '\n')); line = end + 1) {
			*end = '\0';
			r = look_at_mapping(search, line);
		}
		length = strlen(line);
		if (length == sizeof(buffer) - 1)
			return -EPROTO;
		memmove(buffer, line, length);
	}
	return r;
}

/*
 * *ANY: the process has memory of its own. A kernel thread has none, nor does the first thread of a process
 * after it has ended.
 */
static int look_at_mappings(const struct search *search, bool *any)
{
	_cleanup_close_ int maps = open_in(search, "maps", 0);
	int r = maps < 0 ? maps : query_mappings(search, maps, any);

	return r == -ENOTTY ? read_mappings(search, maps, any) : r;
}

static int look_at_thread(struct search *search, const char *name);

/* If the first thread of a process has ended, its other threads show the files and the memory. */
static int look_at_threads(struct search *search)
{
	char path[PATH_SIZE];
	struct statx st;

	/* If there is only one thread, its directory has three links. */
	snprintf(path, sizeof(path), "%s/task", search->task);
	if (statx(search->proc, path, 0, STATX_NLINK, &st) || st.stx_nlink <= 3)
		return 0;
	_cleanup_close_ int folder = open_in(search, "task", O_DIRECTORY);
	return folder < 0 ? folder : for_each_number(folder, look_at_thread, search);
}

static int look_at_task(struct search *search, bool threads)
{
	bool any = false;
	int r = look_at_mappings(search, &any);

	/* A user who may not read maps may still list the files. */
	if (!r || r == -EACCES || r == -EPERM)
		r = any || r ? look_at_files(search) : threads ? look_at_threads(search) : 0;
	return is_passing(r) ? 0 : r;
}

static int look_at_thread(struct search *search, const char *name)
{
	char task[PATH_SIZE / 2];
	struct search thread = { .list = search->list, .proc = search->proc, .task = task, .pid = search->pid };

	snprintf(task, sizeof(task), "%d/task/%.20s", (int)search->pid, name);
	return look_at_task(&thread, false);
}

static int look_at_process(struct search *search, const char *name)
{
	search->task = name;
	search->pid = (pid_t)atoi(name);
	return look_at_task(search, true);
}

static int compare_holders(const void *a, const void *b)
{
	const struct dax_holder *first = a, *second = b;

	return (first->pid > second->pid) - (first->pid < second->pid);
}

int dax_holders_find(struct dax_held_list *list, struct dax_error *err)
{
	_cleanup_close_ int proc = open("/proc", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	struct search search = { .list = list, .proc = proc };
	int r = proc < 0 ? -errno : 0;

	if (list->n)
		qsort(list->items, list->n, sizeof(*list->items), compare_held);
	if (!r)
		r = for_each_number(proc, look_at_process, &search);
	if (r == -ENOMEM)
		return dax_no_memory(err);
	if (r)
		return dax_fail(err, -r, "cannot read /proc to see which programs use a device: %s",
				strerror(-r));
	for (size_t i = 0; i < list->n; i++) {
		if (list->items[i].n)
			qsort(list->items[i].holders, list->items[i].n, sizeof(*list->items[i].holders),
			      compare_holders);
	}
	return 0;
}

char *dax_describe_holders(const struct dax_held *held)
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
	if (fclose(out)) {
		free(text);
		return NULL;
	}
	return text;
}
