/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The location of a file's bytes: as its file system reports it, and as page faults map it. */
#include "check/check-place.h"
#include "check/checker.h"
#include "door/extents.h"
#include "door/kernel-text.h"
#include "state/backing.h"

#include <inttypes.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/utsname.h>

/* The number of ranges that are listed; a file can have a million. */
#define MAX_RANGES 256

/* The number of units that are touched, and the number for each child process, which has a time limit. */
#define MAX_TOUCHED 4096
#define BATCH       64

#define UNIT (2 * DAX_MIB)

/* The ranges of a finding under construction. */
struct listing {
	struct dax_finding *finding;
	uint64_t end;  /* end of the last range */
	uint64_t more; /* number of ranges that are not listed */
};

/* A range that continues the last one is merged with it. */
static void list_range(struct listing *listing, struct dax_range range)
{
	struct dax_finding *finding = listing->finding;
	bool goes_on = finding->n_ranges && range.start == listing->end + 1;

	if (goes_on && !listing->more)
		finding->ranges[finding->n_ranges - 1].end = range.end;
	else if (!goes_on && finding->n_ranges < MAX_RANGES)
		dax_found_range(finding, range);
	else if (!goes_on)
		listing->more++;
	listing->end = range.end;
}

static void end_detail(struct dax_words *words, const struct listing *listing)
{
	if (listing->more)
		dax_words_say(words, "and %" PRIu64 " more ranges, which are not listed", listing->more);
	dax_words_end(words);
	if (words->n)
		dax_found_detail(listing->finding, "%s", words->text);
	dax_words_release(words);
}

/*
 * The alignment of extents is meaningful only if the alignment of the disk is known and the same everywhere.
 */
static bool lies_clearly(const struct dax_place *place, struct dax_finding *finding)
{
	const struct dax_backing *backing = &place->backing;
	bool unknown = backing->stacked && !backing->start_known;

	if (unknown)
		dax_found_skip(finding, "the location of %s on its disks is not known", backing->disk);
	else if (backing->uneven)
		dax_found_skip(finding,
			       "the pieces of %s have different offsets within 2 MiB: run 'daxadm check %s' "
			       "to see them",
			       backing->disk, backing->point);
	return !unknown && !backing->uneven;
}

static bool next_units(const struct dax_place *place, struct dax_units *units)
{
	return dax_extents_next_units(&place->extents, UNIT, place->backing.start, units);
}

/* The address of an extent that is not aligned, or of the first one. */
static void tell_address(const struct dax_place *place, struct dax_words *words)
{
	const struct dax_extents *extents = &place->extents;
	const struct dax_extent *extent = dax_extents_misaligned(extents, UNIT, place->backing.start);

	for (size_t i = 0; !extent && i < extents->n; i++) {
		if (!(extents->items[i].kinds & (DAX_EXTENT_HOLE | DAX_EXTENT_STRANGE)))
			extent = &extents->items[i];
	}
	/* With several disks, addresses do not follow from that of the first disk. */
	if (extent && !place->backing.stacked)
		dax_words_say(words, "offset 0x%" PRIx64 " is at 0x%" PRIx64 "%s", extent->range.start,
			      place->backing.start + extent->physical,
			      place->backing.start_known ? "" : " of its disk");
	if (!place->backing.start_known)
		dax_words_say(words,
			      "if its block device starts on a multiple of 2 MiB, which could not be read");
}

static void hint_at_allocation(const struct dax_place *place, struct dax_finding *finding)
{
	if (strcmp(place->backing.type, "xfs") == 0)
		dax_found_hint(finding,
			       "make the file system with a stripe unit of 2 MiB (mkfs.xfs -d su=2m,sw=1); "
			       "then, before the file is written, allocate all of it (fallocate), or set an "
			       "extent size hint on it or its directory (xfs_io -c 'extsize 2m')");
	else
		dax_found_hint(finding, "before the file is written, allocate all of it (fallocate), with a "
					"size that is a multiple of 2 MiB");
}

/* Where the location of 2 MiB of the file allows one page table entry. */
void dax_check_file_align(struct dax_subject *subject, struct dax_finding *finding)
{
	static const char expected[] = "each unit of 2 MiB can be mapped by one page table entry";
	const struct dax_place *place = subject->place;
	uint64_t n = place->size / UNIT, fit = 0, unwritten = 0, end = 0;
	struct listing listing = { .finding = finding };
	struct dax_units units = { 0 };
	struct dax_words detail;

	if (!n) {
		dax_found_skip(finding, "the file is smaller than 2 MiB");
		return;
	}
	if (!lies_clearly(place, finding) || !dax_words_begin(&detail, finding))
		return;
	while (next_units(place, &units)) {
		if (units.start > end)
			list_range(&listing, (struct dax_range){ end, units.start - 1 });
		end = units.start + units.n * UNIT;
		fit += units.n;
		unwritten += units.kinds & DAX_EXTENT_UNWRITTEN ? units.n : 0;
	}
	if (n * UNIT > end)
		list_range(&listing, (struct dax_range){ end, n * UNIT - 1 });
	dax_found(finding, fit == n ? DAX_PASS : DAX_WARN, expected, "%" PRIu64 " of %" PRIu64, fit, n);
	tell_address(place, &detail);
	if (unwritten)
		dax_words_say(&detail, "%" PRIu64 " of these only after they are written", unwritten);
	end_detail(&detail, &listing);
	if (fit < n)
		hint_at_allocation(place, finding);
}

/* The units for one child. */
struct batch {
	uint64_t offsets[BATCH], faults[BATCH];
	size_t n, done;
	int error;
};

/* The first round is for allocations on the way to the entry: page tables, and those of the file system. */
static void try_batch(const struct dax_subject *subject, void *answer)
{
	struct batch *batch = answer;

	for (; batch->done < batch->n; batch->done++) {
		char *at = dax_free_address(UNIT, UNIT);

		for (int round = 0; round < 2; round++) {
			char *start = mmap(at, UNIT, PROT_READ, MAP_SHARED | MAP_FIXED_NOREPLACE,
					   subject->place->fd, (off_t)batch->offsets[batch->done]);
			if (start == MAP_FAILED) {
				batch->error = errno;
				return;
			}
			batch->faults[batch->done] = dax_touch_and_count(start, start + UNIT);
			munmap(start, UNIT);
		}
	}
}

/* The result for all units that one entry can map. */
struct touches {
	struct listing listing;            /* those that needed more than one fault */
	unsigned spared;                   /* kinds of extents that are not touched */
	uint64_t could, unwritten, shared; /* units to touch, and units that are not touched */
	uint64_t tried, one;
};

/*
 * For space that was never written, a read maps a page of zeros that all files share (fs/dax.c,
 * dax_pmd_load_hole). Before Linux 6.2 the kernel warned (dax_associate_entry) if a second file mapped blocks
 * that it shares with another.
 */
static unsigned spared_kinds(void)
{
	struct utsname kernel;
	unsigned major_number = 0, minor_number = 0;

	if (uname(&kernel) == 0 && dax_text_release(kernel.release, &major_number, &minor_number) &&
	    (major_number > 6 || (major_number == 6 && minor_number >= 2)))
		return DAX_EXTENT_UNWRITTEN;
	return DAX_EXTENT_UNWRITTEN | DAX_EXTENT_SHARED;
}

static void count_units(const struct dax_place *place, struct touches *touches)
{
	struct dax_units units = { 0 };

	while (next_units(place, &units)) {
		if (!(units.kinds & touches->spared))
			touches->could += units.n;
		else if (units.kinds & DAX_EXTENT_UNWRITTEN)
			touches->unwritten += units.n;
		else
			touches->shared += units.n;
	}
}

static void list_unit(struct touches *touches, uint64_t offset)
{
	list_range(&touches->listing, (struct dax_range){ offset, offset + UNIT - 1 });
}

/* False if this ends the check: the finding gives the reason. */
static bool touch_batch(struct dax_subject *subject, struct batch *batch, struct touches *touches,
			const char *expected)
{
	struct dax_finding *finding = touches->listing.finding;
	struct dax_end end = dax_probe(try_batch, subject, batch, sizeof(*batch));

	for (size_t i = 0; i < batch->done; i++) {
		touches->tried++;
		if (batch->faults[i] == 1)
			touches->one++;
		else
			list_unit(touches, batch->offsets[i]);
	}
	if (end.signal == SIGBUS)
		dax_found_hint(finding, "the file became shorter during the check");
	if (!dax_found_end(finding, end, expected)) {
		if (!end.error && batch->done < batch->n)
			list_unit(touches, batch->offsets[batch->done]);
		return false;
	}
	if (batch->error)
		dax_found_skip(finding, "cannot map it: %s", strerror(batch->error));
	return !batch->error;
}

/* All units, or a sample that is spread over the file. */
static bool touch_units(struct dax_subject *subject, struct touches *touches, const char *expected)
{
	uint64_t step = (touches->could + MAX_TOUCHED - 1) / MAX_TOUCHED;
	struct batch batch = { 0 };
	struct dax_units units = { 0 };
	uint64_t number = 0;
	bool going = true;

	while (going && next_units(subject->place, &units)) {
		for (uint64_t i = 0; going && !(units.kinds & touches->spared) && i < units.n; i++) {
			if (number++ % step)
				continue;
			batch.offsets[batch.n++] = units.start + i * UNIT;
			if (batch.n < BATCH)
				continue;
			going = touch_batch(subject, &batch, touches, expected);
			batch = (struct batch){ 0 };
		}
	}
	return going && (!batch.n || touch_batch(subject, &batch, touches, expected));
}

/*
 * Up to Linux 6.1 a stripe is not longer than the largest request of its disk (drivers/md/dm.c, max_io_len).
 */
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
		       "%s limits a request to %" PRIu64
		       " KiB: echo 2048 >/sys/block/%s/queue/max_sectors_kb, then mount it again",
		       disk, most, disk);
}

static void found_touches(struct dax_subject *subject, struct touches *touches, const char *expected)
{
	struct dax_finding *finding = touches->listing.finding;
	struct dax_words detail;

	dax_found(finding, touches->one == touches->tried ? DAX_PASS : DAX_FAIL, expected,
		  "%" PRIu64 " of %" PRIu64, touches->one, touches->tried);
	if (touches->one < touches->tried)
		hint_at_queue(subject, finding);
	if (!dax_words_begin(&detail, finding))
		return;
	if (touches->tried < touches->could)
		dax_words_say(&detail,
			      "a sample of the %" PRIu64
			      " units that one entry can map, spread over the file",
			      touches->could);
	if (touches->unwritten)
		dax_words_say(&detail,
			      "%" PRIu64 " units that were never written are skipped: reads of them do not "
					 "reach the file's memory",
			      touches->unwritten);
	if (touches->shared)
		dax_words_say(&detail,
			      "%" PRIu64 " shared units are skipped: this kernel would print a warning",
			      touches->shared);
	end_detail(&detail, &touches->listing);
}

void dax_check_file_huge(struct dax_subject *subject, struct dax_finding *finding)
{
	static const char expected[] = "one page fault maps 2 MiB wherever one entry can";
	struct touches touches = { .listing.finding = finding, .spared = spared_kinds() };
	const struct dax_place *place = subject->place;

	if (!place->is_dax) {
		dax_found_skip(finding, "the file is in the page cache");
		return;
	}
	if (!lies_clearly(place, finding))
		return;
	count_units(place, &touches);
	if (!touches.could)
		dax_found_skip(finding, "%s",
			       touches.shared ? "all units that one entry could map are shared: this kernel "
						"would print a warning"
			       : touches.unwritten
				       ? "no unit of 2 MiB that one entry could map was ever written"
				       : "no unit of 2 MiB can be mapped by one entry");
	else if (touch_units(subject, &touches, expected))
		found_touches(subject, &touches, expected);
}

/* One of the conditions under which an access changes the location of the file's bytes. */
static void find_kind(struct dax_subject *subject, struct dax_finding *finding, enum dax_extent_kind kind,
		      const char *hint)
{
	const struct dax_extents *extents = &subject->place->extents;
	struct listing listing = { .finding = finding };
	char text[DAX_SIZE_TEXT];
	struct dax_words detail;
	uint64_t bytes = 0;

	if (!dax_words_begin(&detail, finding))
		return;
	for (size_t i = 0; i < extents->n; i++) {
		if (!(extents->items[i].kinds & kind))
			continue;
		bytes += dax_range_size(extents->items[i].range);
		list_range(&listing, extents->items[i].range);
	}
	dax_found(finding, bytes ? DAX_WARN : DAX_PASS, "none", "%s",
		  bytes ? dax_format_size(bytes, text) : "none");
	if (bytes)
		dax_found_hint(finding, "%s", hint);
	end_detail(&detail, &listing);
}

void dax_check_file_shared(struct dax_subject *subject, struct dax_finding *finding)
{
	find_kind(subject, finding, DAX_EXTENT_SHARED,
		  "a write moves them: make a copy that shares nothing (cp --reflink=never), or use a file "
		  "system without shared files (mkfs.xfs -m reflink=0)");
}

void dax_check_file_unwritten(struct dax_subject *subject, struct dax_finding *finding)
{
	find_kind(subject, finding, DAX_EXTENT_UNWRITTEN,
		  "the first write changes them: write zeros to the whole file (fallocate and xfs_io -c "
		  "'falloc' do not)");
}

void dax_check_file_holes(struct dax_subject *subject, struct dax_finding *finding)
{
	find_kind(subject, finding, DAX_EXTENT_HOLE,
		  "the first write allocates them: write zeros to the whole file");
}

void dax_check_file_strange(struct dax_subject *subject, struct dax_finding *finding)
{
	find_kind(subject, finding, DAX_EXTENT_STRANGE,
		  "they have no blocks of their own yet (fsync allocates them), or are inline or encoded");
}
