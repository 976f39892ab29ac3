/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Writing a journal. The lines are those that journal-read.c takes, in the same order. */
#include "run/journal.h"
#include "run/journal-words.h"
#include "door/proc.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>

static void close_file(FILE **file)
{
	if (*file)
		fclose(*file);
}

static const char *word_or_dash(const char *word)
{
	return word && word[0] ? word : "-";
}

static void write_before(FILE *out, const struct dax_topology *before)
{
	fprintf(out, "block-size %llu\n", (unsigned long long)before->block_size);
	fprintf(out, "regions %zu\n", before->n_regions);
	for (size_t i = 0; i < before->n_regions; i++) {
		const struct dax_region *region = &before->regions[i];

		fprintf(out, "%d %d %s 0x%llx 0x%llx %llu\n", region->id, (int)region->kind, region->path,
			(unsigned long long)region->cookie, (unsigned long long)region->start,
			(unsigned long long)region->size);
	}
	fprintf(out, "devices %zu\n", before->n_devices);
	for (size_t i = 0; i < before->n_devices; i++)
		fprintf(out, "%s %zu\n", before->devices[i].name, before->devices[i].region);
}

/* Its name may hold anything. */
static void write_shape(FILE *out, const struct dax_shape *shape)
{
	fprintf(out, " %llu %d %d %llu %s %s %llu x", (unsigned long long)shape->size, (int)shape->mode,
		(int)shape->map, (unsigned long long)shape->align, word_or_dash(shape->uuid),
		word_or_dash(shape->label_uuid), (unsigned long long)shape->sector_size);
	for (const char *at = shape->label; *at; at++)
		fprintf(out, "%02x", (unsigned char)*at);
}

static void write_step(FILE *out, const struct dax_step *step)
{
	fprintf(out, "%s %zu %llu %llu %s 0x%llx-0x%llx", dax_step_name(step->kind), step->device,
		(unsigned long long)step->from, (unsigned long long)step->to, word_or_dash(step->driver),
		(unsigned long long)step->range.start, (unsigned long long)step->range.end);
	fprintf(out, " %d %d %zu", step->final, step->ranges_known, step->n_ranges);
	for (size_t i = 0; i < step->n_ranges; i++)
		fprintf(out, " 0x%llx-0x%llx", (unsigned long long)step->ranges[i].start,
			(unsigned long long)step->ranges[i].end);
	fprintf(out, " %zu", step->n_blocks);
	for (size_t i = 0; i < step->n_blocks; i++)
		fprintf(out, " %llu %d %d", (unsigned long long)step->blocks[i].number, (int)step->blocks[i].from,
			(int)step->blocks[i].to);
	if (dax_step_has_namespace(step)) {
		write_shape(out, &step->was);
		write_shape(out, &step->becomes);
	}
	fputc('\n', out);
}

static void write_plan(FILE *out, const struct dax_plan *plan)
{
	fprintf(out, "targets %zu\n", plan->n_targets);
	for (size_t i = 0; i < plan->n_targets; i++) {
		const struct dax_target *target = &plan->targets[i];

		fprintf(out, "%s %zu %s %d %d %s\n", target->name, target->region,
			word_or_dash(target->driver), target->created, target->deleted,
			word_or_dash(target->label_uuid));
	}
	fprintf(out, "steps %zu\n", plan->n_steps);
	for (size_t i = 0; i < plan->n_steps; i++)
		write_step(out, &plan->steps[i]);
}

/* The whole file: the lines, then marks and names. *MARKS is where they begin. */
static int build(const char *verb, const struct dax_topology *before, const struct dax_plan *plan, char **text,
		 size_t *size, size_t *marks)
{
	_cleanup_(close_file) FILE *out = open_memstream(text, size);
	char boot[DAX_UUID_TEXT] = "";

	if (!out)
		return -ENOMEM;
	if (dax_plan_is_lasting(plan)) /* others end with their boot */
		dax_proc_read_boot(boot);
	fprintf(out, "daxadm-journal %d\nverb %s\npid %d\nboot %s\n", DAX_JOURNAL_VERSION, verb,
		(int)getpid(), word_or_dash(boot));
	write_before(out, before);
	write_plan(out, plan);
	fputs("end\n", out);
	if (fflush(out))
		return -ENOMEM;
	*marks = *size;
	for (size_t i = 0; i < plan->n_steps; i++)
		fputc('0' + (int)DAX_STEP_PENDING, out);
	for (size_t i = 0; i < plan->n_targets; i++) {
		char name[DAX_NAME_MAX] = "";

		if (!plan->targets[i].created)
			memcpy(name, plan->targets[i].name, sizeof(name));
		fwrite(name, sizeof(name), 1, out);
	}
	return fflush(out) ? -ENOMEM : 0;
}

/* Opens the folder, which has to be ours alone: whoever can write there could have us do what he likes. */
static int open_folder(const char *folder, struct dax_error *err)
{
	struct stat st;

	if (mkdir(folder, 0700) && errno != EEXIST)
		return dax_fail(err, errno, "cannot make %s, where the journal goes: %s", folder, strerror(errno));
	int fd = open(folder, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0)
		return dax_fail(err, errno, "cannot open %s, where the journal goes: %s", folder, strerror(errno));
	if (fstat(fd, &st) || st.st_uid != geteuid() || (st.st_mode & (S_IWGRP | S_IWOTH))) {
		close(fd);
		dax_fail(err, EPERM, "%s does not belong to us alone", folder);
		dax_error_hint(err, "remove it; it is made again");
		return -EPERM;
	}
	return fd;
}

static int write_all(int fd, const char *text, size_t size)
{
	while (size) {
		ssize_t n = write(fd, text, size);

		if (n < 0 && errno != EINTR)
			return -errno;
		if (n > 0) {
			text += n;
			size -= (size_t)n;
		}
	}
	return 0;
}

int dax_journal_claim(struct dax_journal *journal)
{
	struct flock lock = { .l_type = F_WRLCK };

	return fcntl(journal->fd, F_OFD_SETLK, &lock) ? -errno : 0;
}

/* Under a name that is no journal's, complete and on disk, and only then under its own. */
static int put_file(int folder, const char *name, const char *text, size_t size, struct dax_journal *journal)
{
	char temporary[64];

	snprintf(temporary, sizeof(temporary), ".new-%d", (int)getpid());
	unlinkat(folder, temporary, 0); /* of a process before us with the same number */
	journal->fd = openat(folder, temporary, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (journal->fd < 0)
		return -errno;
	int r = dax_journal_claim(journal);
	if (!r)
		r = write_all(journal->fd, text, size);
	if (!r && fsync(journal->fd))
		r = -errno;
	if (!r && renameat(folder, temporary, folder, name))
		r = -errno;
	if (r)
		unlinkat(folder, temporary, 0);
	else if (fsync(folder))
		r = -errno;
	return r;
}

static int map_file(struct dax_journal *journal, size_t size, size_t marks, size_t n_steps)
{
	void *map = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, journal->fd, 0);

	if (map == MAP_FAILED)
		return -errno;
	journal->map = map;
	journal->size = size;
	journal->marks = journal->map + marks;
	journal->names = (char(*)[DAX_NAME_MAX])(journal->marks + n_steps);
	journal->end = size;
	return 0;
}

int dax_journal_begin(const char *folder, const char *verb, const struct dax_topology *before,
		      const struct dax_plan *plan, struct dax_journal *journal, struct dax_error *err)
{
	_cleanup_free_ char *text = NULL;
	size_t size = 0, marks = 0;
	char name[64];
	struct timespec now;

	if (build(verb, before, plan, &text, &size, &marks))
		return dax_no_memory(err);
	_cleanup_close_ int fd = open_folder(folder, err);
	if (fd < 0)
		return fd;
	/* What lasts meets that of other boots, and so has nothing better than the time of day. */
	clock_gettime(dax_plan_is_lasting(plan) ? CLOCK_REALTIME : CLOCK_BOOTTIME, &now);
	snprintf(name, sizeof(name), "%010lld.%09ld-%d.journal", (long long)now.tv_sec, now.tv_nsec, (int)getpid());
	if (asprintf(&journal->path, "%s/%s", folder, name) < 0) {
		journal->path = NULL;
		return dax_no_memory(err);
	}
	int r = put_file(fd, name, text, size, journal);
	if (!r)
		r = map_file(journal, size, marks, plan->n_steps);
	journal->lasting = dax_plan_is_lasting(plan);
	if (!r)
		return 0;
	unlinkat(fd, name, 0); /* nothing was done of what it says */
	return dax_fail(err, -r, "cannot write the journal %s: %s", journal->path, strerror(-r));
}

void dax_journal_mark(struct dax_journal *journal, size_t step, enum dax_step_status status)
{
	if (!journal->marks)
		return;
	journal->marks[step] = (char)('0' + (int)status);
	/* Should that fail, there is nothing better to do than to go on. */
	if (journal->lasting)
		(void)!msync(journal->map, journal->size, MS_SYNC);
}

int dax_journal_remove(struct dax_journal *journal, struct dax_error *err)
{
	if (journal->path && unlink(journal->path) && errno != ENOENT)
		return dax_fail(err, errno, "cannot remove the journal %s: %s", journal->path, strerror(errno));
	return 0;
}

void dax_journal_close(struct dax_journal *journal)
{
	if (journal->map)
		munmap(journal->map, journal->size);
	dax_closep(&journal->fd);
	free(journal->path);
	free(journal->loans);
	*journal = (struct dax_journal)DAX_JOURNAL_INIT;
}

static int is_journal(const struct dirent *entry)
{
	const char *dot = strrchr(entry->d_name, '.');

	return entry->d_name[0] != '.' && dot && strcmp(dot, ".journal") == 0;
}

int dax_journal_list(const char *folder, bool youngest_first, int (*each)(const char *path, void *data), void *data,
		     struct dax_error *err)
{
	struct dirent **entries = NULL;
	int n = scandir(folder, &entries, is_journal, alphasort);
	int r = 0;

	if (n < 0)
		return errno == ENOENT ? 0 : dax_fail(err, errno, "cannot list %s: %s", folder, strerror(errno));
	for (int i = 0; i < n; i++) {
		_cleanup_free_ char *path = NULL;

		/* Their names begin with the time. */
		if (!r && asprintf(&path, "%s/%s", folder, entries[youngest_first ? n - 1 - i : i]->d_name) < 0) {
			path = NULL;
			r = dax_no_memory(err);
		}
		if (!r)
			r = each(path, data);
	}
	for (int i = 0; i < n; i++)
		free(entries[i]);
	free(entries);
	return r;
}
