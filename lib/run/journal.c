/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Writing a journal. The lines are those that journal-read.c reads, in the same order. */
#include "run/journal.h"

#include "base/error.h"
#include "base/text.h"
#include "door/proc.h"
#include "plan/plan.h"
#include "run/apply.h"
#include "run/journal-folder.h"
#include "run/journal-words.h"
#include "run/step-kinds.h"
#include "state/namespace.h"
#include "state/topology.h"

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
}

static void write_ranges(FILE *out, const struct dax_range *ranges, size_t n)
{
	fprintf(out, " %zu", n);
	for (size_t i = 0; i < n; i++)
		fprintf(out, " 0x%llx-0x%llx", (unsigned long long)ranges[i].start, (unsigned long long)ranges[i].end);
}

static bool is_target(const struct dax_plan *plan, const char *name)
{
	for (size_t i = 0; i < plan->n_targets; i++) {
		if (!plan->targets[i].created && strcmp(plan->targets[i].name, name) == 0)
			return true;
	}
	return false;
}

/* For other devices the names are enough to recognise new devices. */
static void write_devices(FILE *out, const struct dax_topology *before, const struct dax_plan *plan)
{
	fprintf(out, "devices %zu\n", before->n_devices);
	for (size_t i = 0; i < before->n_devices; i++) {
		const struct dax_device *device = &before->devices[i];
		const struct dax_memory *memory = &device->memory;
		bool whole = is_target(plan, device->name);

		fprintf(out, "%s %zu %d", device->name, device->region, whole);
		if (whole) {
			fprintf(out, " %llu %llu %d", (unsigned long long)device->size,
				(unsigned long long)device->align, device->ranges_known);
			write_ranges(out, device->ranges, device->n_ranges);
			fprintf(out, " %zu", memory->total);
			for (size_t j = 0; j < memory->total; j++)
				fprintf(out, " %llu %d", (unsigned long long)memory->blocks[j].number,
					(int)memory->blocks[j].state);
		}
		fputc('\n', out);
	}
}

/* Its name may contain any characters. */
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
	fprintf(out, "%s %zu %llu %llu %s 0x%llx-0x%llx", dax_step_name(step->kind), step->target,
		(unsigned long long)step->from, (unsigned long long)step->to, word_or_dash(step->driver),
		(unsigned long long)step->range.start, (unsigned long long)step->range.end);
	fprintf(out, " %d %d", step->final, step->ranges_known);
	write_ranges(out, step->ranges, step->n_ranges);
	write_ranges(out, step->became, step->n_became);
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

/* The whole file: the lines, then marks and names. *MARKS is the offset of the marks. */
static int build(const char *verb, const struct dax_topology *before, const struct dax_plan *plan, size_t room,
		 char **text, size_t *size, size_t *marks)
{
	static const struct dax_serials unknown;
	_cleanup_(close_file) FILE *out = open_memstream(text, size);
	char boot[DAX_UUID_TEXT] = "";

	if (!out)
		return -ENOMEM;
	if (dax_plan_is_lasting(plan)) /* others end with their boot */
		dax_proc_read_boot(boot);
	fprintf(out, "daxadm-journal %d\nverb %s\npid %d\nboot %s\nroom %zu\n", DAX_JOURNAL_VERSION, verb,
		(int)getpid(), word_or_dash(boot), room);
	write_before(out, before);
	write_devices(out, before, plan);
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
	for (size_t i = 0; i < plan->n_targets; i++)
		fwrite(&unknown, sizeof(unknown), 1, out);
	return fflush(out) ? -ENOMEM : 0;
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

/*
 * The file, without a name. If the file system does not support this, it has a name that is not that of a
 * journal.
 */
static int make_file(int folder, char temporary[64], struct dax_journal *journal)
{
	temporary[0] = '\0';
	journal->fd = openat(folder, ".", O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
	if (journal->fd >= 0)
		return 0;
	if (errno != EOPNOTSUPP && errno != EISDIR && errno != ENOENT && errno != EINVAL)
		return -errno;
	dax_journal_sweep(folder);
	snprintf(temporary, 64, DAX_JOURNAL_NEW "%d", (int)getpid());
	journal->fd = openat(folder, temporary, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	return journal->fd < 0 ? -errno : 0;
}

static int give_name(int folder, const char *temporary, const char *name, const struct dax_journal *journal)
{
	char path[64];

	if (temporary[0])
		return renameat(folder, temporary, folder, name) ? -errno : 0;
	/* Links it by its descriptor, which requires a capability, or by its path in /proc. */
	if (linkat(journal->fd, "", folder, name, AT_EMPTY_PATH) == 0)
		return 0;
	snprintf(path, sizeof(path), "/proc/self/fd/%d", journal->fd);
	return linkat(AT_FDCWD, path, folder, name, AT_SYMLINK_FOLLOW) ? -errno : 0;
}

/* The journal gets its name only when it is complete, on disk, and has all the space that it can need. */
static int put_file(int folder, const char *name, const char *text, size_t size, struct dax_journal *journal)
{
	char temporary[64];
	int r = make_file(folder, temporary, journal);

	if (r)
		return r;
	r = dax_journal_give(folder, journal->fd);
	if (!r)
		r = dax_journal_claim(journal);
	if (!r)
		r = write_all(journal->fd, text, size);
	if (!r)
		r = -posix_fallocate(journal->fd, 0, (off_t)(size + journal->room * sizeof(*journal->loans)));
	if (!r && fsync(journal->fd))
		r = -errno;
	if (!r)
		r = give_name(folder, temporary, name, journal);
	if (r && temporary[0])
		unlinkat(folder, temporary, 0);
	if (!r && fsync(folder))
		r = -errno;
	return r;
}

/* Sets the pointers into the map. */
static void place_parts(struct dax_journal *journal, size_t marks, size_t n_steps, size_t n_targets)
{
	size_t names = marks + n_steps, serials = names + n_targets * DAX_NAME_MAX;

	journal->marks = journal->map + marks;
	journal->names = (char(*)[DAX_NAME_MAX])(journal->map + names);
	journal->serials = journal->map + serials;
	journal->end = serials + n_targets * sizeof(struct dax_serials);
	journal->loans = (char(*)[DAX_NAME_MAX])(journal->map + journal->end);
}

static int map_file(struct dax_journal *journal, size_t size)
{
	void *map = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, journal->fd, 0);

	if (map == MAP_FAILED)
		return -errno;
	journal->map = map;
	journal->size = size;
	return 0;
}

int dax_journal_make_room(struct dax_journal *journal, size_t room)
{
	size_t size = journal->end + room * sizeof(*journal->loans);
	char *old = journal->map;

	if (room <= journal->room)
		return 0;
	int r = posix_fallocate(journal->fd, 0, (off_t)size);
	if (r)
		return -r;
	void *map = mremap(old, journal->size, size, MREMAP_MAYMOVE);
	if (map == MAP_FAILED)
		return -errno;
	journal->map = map;
	journal->size = size;
	journal->room = room;
	journal->marks = journal->map + (journal->marks - old);
	journal->names = (char(*)[DAX_NAME_MAX])(journal->map + ((char *)journal->names - old));
	if (journal->serials)
		journal->serials = journal->map + (journal->serials - old);
	journal->loans = (char(*)[DAX_NAME_MAX])(journal->map + journal->end);
	return 0;
}

int dax_journal_begin(const char *folder, const char *verb, const struct dax_topology *before,
		      const struct dax_plan *plan, struct dax_journal *journal, struct dax_error *err)
{
	_cleanup_free_ char *text = NULL;
	size_t size = 0, marks = 0;
	char name[64];
	struct timespec now;

	if (build(verb, before, plan, journal->room, &text, &size, &marks))
		return dax_no_memory(err);
	_cleanup_close_ int fd = dax_journal_folder(folder, true, err);
	if (fd < 0)
		return fd;
	/*
	 * Journals that survive a reboot are compared with those of other boots, so they use the time of day.
	 */
	clock_gettime(dax_plan_is_lasting(plan) ? CLOCK_REALTIME : CLOCK_BOOTTIME, &now);
	snprintf(name, sizeof(name), "%010lld.%09ld-%d.journal", (long long)now.tv_sec, now.tv_nsec, (int)getpid());
	if (asprintf(&journal->path, "%s/%s", folder, name) < 0) {
		journal->path = NULL;
		return dax_no_memory(err);
	}
	int r = put_file(fd, name, text, size, journal);
	if (!r)
		r = map_file(journal, size + journal->room * sizeof(*journal->loans));
	if (!r)
		place_parts(journal, marks, plan->n_steps, plan->n_targets);
	journal->lasting = dax_plan_is_lasting(plan);
	if (!r)
		return 0;
	unlinkat(fd, name, 0); /* nothing in it was done */
	return dax_fail(err, -r, "cannot write the journal %s: %s", journal->path, strerror(-r));
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
	*journal = (struct dax_journal)DAX_JOURNAL_INIT;
}
