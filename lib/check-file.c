/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A file of a file system: whether programs reach its memory directly, and what may come in between. */
#include "checker.h"

#include "place.h"

#include <fcntl.h>
#include <inttypes.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>

/* Ranges that are listed; a file can have a million. */
#define MAX_RANGES 256

/* Units that are touched, spread over the file. */
#define MAX_TOUCHED 64

#define UNIT (2 * DAX_MIB)

static const char *or_none(const char *text)
{
	return text ? text : "none";
}

/* Only a promise that was given can be broken: that of the mount, or that of the inode. */
void dax_check_file_dax(struct dax_subject *subject, struct dax_finding *finding)
{
	static const char expected[] = "direct access";
	const struct dax_place *place = subject->place;
	const char *option = dax_backing_option(&place->backing);
	bool always = option && strcmp(option, "always") == 0, never = option && strcmp(option, "never") == 0;
	bool promised = always || (place->flag && !never);

	dax_found_detail(finding, "%s at %s, dax option: %s, flag of the inode: %s; the %s decides",
			 place->backing.type, place->backing.point, or_none(option),
			 place->flag_known ? place->flag ? "set" : "not set" : "unknown",
			 always || never ? "option" : "flag");
	if (place->is_dax) {
		dax_found(finding, DAX_PASS, expected, expected);
		return;
	}
	dax_found(finding, promised ? DAX_FAIL : DAX_WARN, expected, "the page cache");
	if (!place->backing.queue_dax)
		dax_found_hint(finding, "its block device cannot: see 'daxadm check %s'",
			       place->backing.point);
	else if (promised)
		dax_found_hint(finding, "the kernel's log says why; a new flag of the inode works when "
					"nobody has had the file for "
					"a while, or after the next mount");
	else
		dax_found_hint(
			finding,
			"mount with -o dax=always, or: xfs_io -c 'chattr +x' on the file, and mount again");
}

static int map_page(const struct dax_place *place, int flags)
{
	void *start = mmap(NULL, (size_t)sysconf(_SC_PAGESIZE), PROT_READ, flags, place->fd, 0);

	if (start == MAP_FAILED)
		return errno;
	munmap(start, (size_t)sysconf(_SC_PAGESIZE));
	return 0;
}

void dax_check_file_sync(struct dax_subject *subject, struct dax_finding *finding)
{
	const struct dax_place *place = subject->place;

	dax_found_errno(finding, place->is_dax ? 0 : EOPNOTSUPP,
			map_page(place, MAP_SHARED_VALIDATE | MAP_SYNC), NULL);
	if (finding->result == DAX_FAIL)
		dax_found_hint(finding,
			       place->is_dax
				       ? "its memory is not synchronous, as that of virtio-pmem: use msync"
				       : "who maps it so believes that it is persistent, and it is not");
}

/* What extents say of alignment holds only if it is known, and the same everywhere, how their disk lies. */
static bool lies_clearly(const struct dax_place *place, struct dax_finding *finding)
{
	const struct dax_backing *backing = &place->backing;
	bool unknown = backing->stacked && !backing->start_known;

	if (unknown)
		dax_found_skip(finding, "where %s lies on its disks is not known", backing->disk);
	else if (backing->uneven)
		dax_found_skip(finding,
			       "the pieces of %s lie differently within 2 MiB: see 'daxadm check %s'",
			       backing->disk, backing->point);
	return !unknown && !backing->uneven;
}

/* Where 2 MiB of the file lie as one entry of a page table needs it. */
void dax_check_file_align(struct dax_subject *subject, struct dax_finding *finding)
{
	const struct dax_place *place = subject->place;
	uint64_t units = place->size / UNIT,
		 fit = dax_extents_units(&place->extents, UNIT, place->backing.start);
	static const char expected[] = "all whole units of 2 MiB can be mapped by one entry";

	if (!units) {
		dax_found_skip(finding, "the file is smaller than 2 MiB");
		return;
	}
	if (!lies_clearly(place, finding))
		return;
	dax_found(finding, fit == units ? DAX_PASS : DAX_WARN, expected, "%" PRIu64 " of %" PRIu64, fit,
		  units);
	if (!place->backing.start_known)
		dax_found_detail(
			finding,
			"if its block device begins on a boundary of 2 MiB, which could not be read");
	if (fit == units)
		return;
	for (uint64_t unit = 0; unit < units && finding->n_ranges < MAX_RANGES; unit++) {
		uint64_t offset = unit * UNIT;
		struct dax_range *last = finding->n_ranges ? &finding->ranges[finding->n_ranges - 1] : NULL;

		if (dax_extents_fit(&place->extents, offset, UNIT, place->backing.start))
			continue;
		if (last && last->end + 1 == offset)
			last->end = offset + UNIT - 1;
		else
			dax_found_range(finding, (struct dax_range){ offset, offset + UNIT - 1 });
	}
	dax_found_hint(finding,
		       "allocate it whole (fallocate), with an extent size hint (xfs_io -c 'extsize 2m') or "
		       "a stripe unit "
		       "of 2 MiB (mkfs.xfs -d su=2m,sw=1; mkfs.ext4 -E stride=512,stripe_width=512)");
}

struct touched {
	uint64_t offset;
	int error;
	uint64_t faults;
};

static void try_unit(const struct dax_subject *subject, void *answer)
{
	struct touched *touched = answer;
	char *at = dax_free_address(UNIT, UNIT);

	for (int round = 0; round < 2; round++) {
		char *start = mmap(at, UNIT, PROT_READ, MAP_SHARED | MAP_FIXED_NOREPLACE, subject->place->fd,
				   (off_t)touched->offset);
		if (start == MAP_FAILED) {
			touched->error = errno;
			return;
		}
		touched->faults = dax_touch_and_count(start, start + UNIT);
		munmap(start, UNIT);
	}
}

/* Up to Linux 6.1 a stripe is no longer than what its disk takes at a time (drivers/md/dm.c, max_io_len). */
static void hint_at_queue(struct dax_subject *subject, struct dax_finding *finding)
{
	const char *disk = subject->place->backing.disk;
	char dir[DAX_NAME_MAX + 16];
	uint64_t most = 0;

	snprintf(dir, sizeof(dir), "block/%s/queue", disk);
	if (!subject->place->backing.stacked ||
	    dax_sysfs_read_u64(subject->checkup->sysfs, dir, "max_sectors_kb", &most, NULL) ||
	    most * 1024 >= UNIT)
		return;
	dax_found_hint(finding,
		       "%s takes %" PRIu64 " KiB at a time: echo 2048 >/sys/block/%s/queue/max_sectors_kb, "
		       "and mount it again",
		       disk, most, disk);
}

/* Of those that could be: spread over the file. */
void dax_check_file_huge(struct dax_subject *subject, struct dax_finding *finding)
{
	static const char expected[] = "one fault maps 2 MiB wherever one entry can";
	const struct dax_place *place = subject->place;
	uint64_t units = place->size / UNIT, step = units / MAX_TOUCHED + 1, tried = 0;

	if (!place->is_dax) {
		dax_found_skip(finding, "the file is in the page cache");
		return;
	}
	if (!lies_clearly(place, finding))
		return;
	for (uint64_t unit = 0; unit < units; unit += step) {
		struct touched touched = { .offset = unit * UNIT };

		if (!dax_extents_fit(&place->extents, touched.offset, UNIT, place->backing.start))
			continue;
		tried++;
		struct dax_end end = dax_probe(try_unit, subject, &touched, sizeof(touched));
		if (end.signal == SIGBUS)
			dax_found_hint(finding, "the file has become shorter meanwhile");
		if (!dax_found_end(finding, end, expected))
			return;
		if (touched.error)
			dax_found_skip(finding, "cannot map it: %s", strerror(touched.error));
		else
			dax_found(finding, touched.faults == 1 ? DAX_PASS : DAX_FAIL, expected,
				  "%s at offset 0x%" PRIx64,
				  touched.faults == 1 ? "one fault"
				  : touched.faults    ? "many faults"
						      : "no fault",
				  touched.offset);
		if (!touched.error && touched.faults != 1)
			dax_found_range(finding,
					(struct dax_range){ touched.offset, touched.offset + UNIT - 1 });
	}
	if (finding->result == DAX_FAIL)
		hint_at_queue(subject, finding);
	if (!tried)
		dax_found_skip(finding, "no unit of 2 MiB can be mapped by one entry");
	else
		dax_found_detail(finding, "%" PRIu64 " units tried", tried);
}

/* One of the conditions under which a touch changes where the file's bytes lie. */
static void find_kind(struct dax_subject *subject, struct dax_finding *finding, enum dax_extent_kind kind,
		      const char *expected, const char *hint)
{
	const struct dax_extents *extents = &subject->place->extents;
	uint64_t bytes = 0, more = 0;
	char text[DAX_SIZE_TEXT];

	for (size_t i = 0; i < extents->n; i++) {
		if (!(extents->items[i].kinds & kind))
			continue;
		bytes += dax_range_size(extents->items[i].range);
		if (finding->n_ranges < MAX_RANGES)
			dax_found_range(finding, extents->items[i].range);
		else
			more++;
	}
	dax_found(finding, bytes ? DAX_WARN : DAX_PASS, expected, "%s",
		  bytes ? dax_format_size(bytes, text) : "none");
	if (bytes)
		dax_found_hint(finding, "%s", hint);
	if (more)
		dax_found_detail(finding, "and %" PRIu64 " more ranges, which are not listed", more);
}

void dax_check_file_shared(struct dax_subject *subject, struct dax_finding *finding)
{
	find_kind(
		subject, finding, DAX_EXTENT_SHARED, "none",
		"a write copies them to another place: write them once, or copy the file without --reflink");
}

void dax_check_file_unwritten(struct dax_subject *subject, struct dax_finding *finding)
{
	find_kind(subject, finding, DAX_EXTENT_UNWRITTEN, "none",
		  "the first write changes them: write zeros to all of it (fallocate does not; xfs_io -c "
		  "'falloc' neither)");
}

void dax_check_file_holes(struct dax_subject *subject, struct dax_finding *finding)
{
	find_kind(subject, finding, DAX_EXTENT_HOLE, "none",
		  "the first write allocates them: write zeros to all of it");
}

void dax_check_file_strange(struct dax_subject *subject, struct dax_finding *finding)
{
	find_kind(subject, finding, DAX_EXTENT_STRANGE, "none",
		  "they have no blocks of their own yet (fsync gives them some), or are inline or encoded");
}

/* The first page that is the file's own and written: to map it for writing changes no block. */
static bool find_plain(const struct dax_extents *extents, uint64_t *offset)
{
	for (size_t i = 0; i < extents->n; i++) {
		if (extents->items[i].kinds == DAX_EXTENT_PLAIN) {
			*offset = extents->items[i].range.start;
			return true;
		}
	}
	return false;
}

static void try_file_pin(const struct dax_subject *subject, void *answer)
{
	struct dax_pinning *pinning = answer;
	uint64_t offset = pinning->bytes;
	char path[32];

	pinning->bytes = (uint64_t)sysconf(_SC_PAGESIZE);
	snprintf(path, sizeof(path), "/proc/self/fd/%d", subject->place->fd);
	int fd = open(path, O_RDWR | O_CLOEXEC);
	char *start =
		fd < 0 ? MAP_FAILED
		       : mmap(NULL, pinning->bytes, PROT_READ | PROT_WRITE, MAP_SHARED, fd, (off_t)offset);
	pinning->unmapped = start == MAP_FAILED ? errno : 0;
	if (start != MAP_FAILED)
		pinning->error = dax_pin(start, pinning->bytes, pinning);
}

void dax_check_file_pin(struct dax_subject *subject, struct dax_finding *finding)
{
	struct dax_pinning pinning = { 0 };

	if (!subject->place->is_dax) {
		dax_found_skip(finding, "the file is in the page cache");
		return;
	}
	if (!find_plain(&subject->place->extents, &pinning.bytes)) {
		dax_found_skip(finding, "no part of it is written and its own");
		return;
	}
	if (!dax_found_end(finding, dax_probe(try_file_pin, subject, &pinning, sizeof(pinning)),
			   "EOPNOTSUPP"))
		return;
	if (pinning.unmapped) {
		dax_found_skip(finding, "cannot map it for writing: %s", strerror(pinning.unmapped));
		return;
	}
	if (!pinning.by) {
		dax_found_pinning(finding, &pinning);
		return;
	}
	dax_found(finding, pinning.error == EOPNOTSUPP ? DAX_PASS : DAX_WARN, "EOPNOTSUPP", "%s",
		  pinning.error ? dax_errno_name(pinning.error) : "success");
	dax_found_hint(finding,
		       "RDMA and virtual machines with devices of their own need a dax device, not a file");
}

/* Beside the kinds of extents. */
#define NOT_DIRECT (1U << 31)

/* What MAP_DIRECT, which was proposed in 2017 and never merged, would have asked for. */
void dax_check_map_direct(struct dax_subject *subject, struct dax_finding *finding)
{
	static const struct {
		unsigned kind;
		const char *word;
	} words[] = {
		{ NOT_DIRECT, "the page cache" },
		{ DAX_EXTENT_SHARED, "shared extents" },
		{ DAX_EXTENT_UNWRITTEN, "unwritten extents" },
		{ DAX_EXTENT_HOLE, "holes" },
		{ DAX_EXTENT_STRANGE, "extents without blocks of their own" },
	};
	const struct dax_extents *extents = &subject->place->extents;
	unsigned kinds = subject->place->is_dax ? 0 : NOT_DIRECT;
	struct dax_words lacks;

	for (size_t i = 0; i < extents->n; i++)
		kinds |= extents->items[i].kinds;
	bool known = false;
	for (unsigned bit = 21; bit <= 25; bit++)
		known = known || map_page(subject->place, MAP_SHARED_VALIDATE | 1 << bit) != EOPNOTSUPP;
	if (!dax_words_begin(&lacks, finding))
		return;
	for (size_t i = 0; i < ARRAY_SIZE(words); i++) {
		if (kinds & words[i].kind)
			dax_words_add(&lacks, words[i].word);
	}
	dax_words_end(&lacks);
	dax_found(finding, lacks.n ? DAX_WARN : DAX_PASS,
		  "direct access, and nothing shared, unwritten or missing", "%s",
		  lacks.n ? lacks.text : "it is so");
	dax_words_release(&lacks);
	dax_found_detail(
		finding,
		known ? "this kernel knows a flag that others do not; whether it is MAP_DIRECT nobody says"
		      : "this kernel knows no such flag: it cannot be asked for");
}
