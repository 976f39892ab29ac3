/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The size of what one fault maps. Two methods: the fault count of a thread, which is exact for pages of all
 * sizes; and the page tables in /proc/self/pagemap, which are exact for up to 2 MiB. Reading pagemap splits
 * entries of 1 GiB, which empties them (mm/pagewalk.c, split_huge_pud).
 */
#include "check/checker.h"

#include "door/kernel-text.h"
#include "door/proc.h"

#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>

/* Bits of an entry of pagemap (Documentation/admin-guide/mm/pagemap.rst). */
#define PAGEMAP_PRESENT (UINT64_C(1) << 63)
#define PAGEMAP_FRAME   ((UINT64_C(1) << 55) - 1)

/* Number of entries in one read. */
#define ENTRIES 4096

/* A device with thousands of ranges would take long, and the boundaries are all alike. */
#define MAX_SEAMS 16

/* An offset that only a very large device would have. */
#define FAR (UINT64_C(1) << 40)

struct trial {
	uint64_t offset; /* offset of the mapping in the device */
	uint64_t unit;
	unsigned units;

	int error;                    /* errno of a failure before the access */
	uint64_t first, rest;         /* faults of the first byte of the first unit, and of its other pages */
	uint64_t second, second_rest; /* faults of the other unit */
	bool listed;                  /* pagemap could be read */
	uint64_t present;             /* number of pages present after the access to one byte */
	uint64_t again;               /* faults of a second access to that byte, after pagemap was read */
};

static uint64_t page_size(void)
{
	return (uint64_t)sysconf(_SC_PAGESIZE);
}

static uint64_t faults_so_far(void)
{
	struct rusage usage;

	getrusage(RUSAGE_THREAD, &usage);
	return (uint64_t)(usage.ru_minflt + usage.ru_majflt);
}

uint64_t dax_touch_and_count(const char *from, const char *end)
{
	uint64_t before = faults_so_far(), page = page_size();

	for (const char *at = from; at < end; at += page)
		dax_touch(at);
	return faults_so_far() - before;
}

/* NULL, with an errno in TRIAL. */
static char *map_trial(const struct dax_subject *subject, struct trial *trial)
{
	_cleanup_close_ int fd = dax_subject_fd(subject, O_RDONLY);
	char *start = MAP_FAILED;

	if (fd >= 0)
		start = mmap(NULL, trial->units * trial->unit, PROT_READ, MAP_SHARED, fd,
			     (off_t)trial->offset);
	trial->error = fd < 0 ? -fd : start == MAP_FAILED ? errno : 0;
	return start == MAP_FAILED ? NULL : start;
}

static void count_faults(struct trial *trial, const char *start)
{
	const char *second = start + trial->unit;

	trial->first = dax_touch_and_count(start, start + 1);
	trial->rest = dax_touch_and_count(start + page_size(), second);
	if (trial->units < 2)
		return;
	trial->second = dax_touch_and_count(second, second + 1);
	trial->second_rest = dax_touch_and_count(second + page_size(), second + trial->unit);
}

/* The entry of the page at PLACE; false if it cannot be read. */
static bool read_entry(const char *place, uint64_t *entry)
{
	uint64_t offset = (uintptr_t)place / page_size() * sizeof(*entry);

	return dax_proc_read_at("/proc/self/pagemap", offset, entry, sizeof(*entry)) == 0;
}

static void count_present(struct trial *trial, const char *start)
{
	_cleanup_free_ uint64_t *entries = calloc(ENTRIES, sizeof(*entries));
	uint64_t pages = trial->units * trial->unit / page_size(), first = (uintptr_t)start / page_size();

	trial->listed = entries;
	for (uint64_t done = 0; trial->listed && done < pages; done += ENTRIES) {
		size_t n = pages - done < ENTRIES ? (size_t)(pages - done) : ENTRIES;
		int r = dax_proc_read_at("/proc/self/pagemap", (first + done) * sizeof(*entries), entries,
					 n * sizeof(*entries));

		trial->listed = r == 0;
		for (size_t i = 0; trial->listed && i < n; i++)
			trial->present += !!(entries[i] & PAGEMAP_PRESENT);
	}
}

/*
 * Once to fault in our own code, stack and answer, whose faults would be counted; then for the measurement.
 */
static void try_faults(const struct dax_subject *subject, void *answer)
{
	struct trial *trial = answer;

	for (int round = 0; round < 2; round++) {
		char *start = map_trial(subject, trial);

		if (!start)
			return;
		count_faults(trial, start);
		munmap(start, trial->units * trial->unit);
	}
	char *start = map_trial(subject, trial);
	if (!start)
		return;
	dax_touch(start);
	count_present(trial, start);
	trial->again = dax_touch_and_count(start, start + 1);
}

static void judge_counts(struct dax_finding *finding, const struct trial *trial, const char *expected,
			 const char *where)
{
	char text[DAX_SIZE_TEXT];
	uint64_t most = trial->first + trial->rest;

	if (trial->second + trial->second_rest > most)
		most = trial->second + trial->second_rest;
	dax_format_size(trial->unit, text);
	if (!trial->first || (trial->units > 1 && !trial->second))
		dax_found(finding, DAX_FAIL, expected, "one fault maps more than %s%s", text, where);
	else if (most > 1)
		dax_found(finding, DAX_FAIL, expected, "%" PRIu64 " faults map %s%s", most, text, where);
	else
		dax_found(finding, DAX_PASS, expected, "one fault maps %s%s", text, where);
}

/* The page tables must agree, unless reading them has split the entry, and the next access faults again. */
static void judge_present(struct dax_finding *finding, const struct trial *trial, const char *expected)
{
	char text[DAX_SIZE_TEXT];

	if (!trial->listed)
		dax_found_detail(finding, "measured by fault counts only: cannot read /proc/self/pagemap");
	else if (trial->present == trial->unit / page_size())
		dax_found_detail(finding,
				 "measured by fault counts and by the page tables (/proc/self/pagemap)");
	else if (!trial->present && trial->again)
		dax_found_detail(finding, "measured by fault counts only: on this kernel, reading page "
					  "tables splits entries of this size");
	else
		dax_found(finding, DAX_FAIL, expected, "the page tables show %s after one access",
			  dax_format_size(trial->present * page_size(), text));
}

/* Two units from OFFSET on, or one. */
static void check_faults(struct dax_subject *subject, struct dax_finding *finding, uint64_t offset,
			 unsigned units, const char *where)
{
	struct trial trial = { .offset = offset, .unit = subject->device->align, .units = units };
	char text[DAX_SIZE_TEXT], expected[80];

	snprintf(expected, sizeof(expected), "one fault maps %s", dax_format_size(trial.unit, text));
	struct dax_end end = dax_probe(try_faults, subject, &trial, sizeof(trial));
	if (!dax_found_end(finding, end, expected))
		return;
	if (trial.error) {
		dax_found_skip(finding, "cannot map it: %s", strerror(trial.error));
		return;
	}
	judge_counts(finding, &trial, expected, where);
	judge_present(finding, &trial, expected);
}

void dax_check_fault_granularity(struct dax_subject *subject, struct dax_finding *finding)
{
	uint64_t unit = subject->device->align, units = subject->device->size / unit;

	check_faults(subject, finding, 0, units > 1 ? 2 : 1, "");
	if (units > 1)
		check_faults(subject, finding, (units - 2) * unit, 2, " at the end");
}

void dax_check_fault_seam(struct dax_subject *subject, struct dax_finding *finding)
{
	const struct dax_device *device = subject->device;
	uint64_t seam = 0;
	size_t seams = device->n_ranges - 1;

	for (size_t i = 0; i < seams && i < MAX_SEAMS; i++) {
		char where[64];

		seam += dax_range_size(device->ranges[i]);
		snprintf(where, sizeof(where), " at offset 0x%" PRIx64, seam);
		if (seam < device->align || seam + device->align > device->size)
			continue;
		check_faults(subject, finding, dax_round_down(seam, device->align) - device->align, 2, where);
	}
	if (!finding->observed)
		dax_found_skip(finding, "its ranges are shorter than a unit");
	if (seams > MAX_SEAMS)
		dax_found_detail(finding, "the first %d of %zu boundaries between ranges", MAX_SEAMS, seams);
}

struct frames {
	uint64_t offset, unit;
	int error;
	bool listed;
	uint64_t first,
		last; /* physical addresses of the first and the last page of the unit; 0 if not shown */
};

static void try_frames(const struct dax_subject *subject, void *answer)
{
	struct frames *frames = answer;
	struct trial trial = { .offset = frames->offset, .unit = frames->unit, .units = 1 };
	char *start = map_trial(subject, &trial);
	uint64_t first = 0, last = 0;

	frames->error = trial.error;
	if (!start)
		return;
	dax_touch(start);
	frames->listed = read_entry(start, &first) && read_entry(start + frames->unit - page_size(), &last);
	frames->listed = frames->listed && (first & PAGEMAP_PRESENT) && (last & PAGEMAP_PRESENT);
	frames->first = (first & PAGEMAP_FRAME) * page_size();
	frames->last = (last & PAGEMAP_FRAME) * page_size();
}

/* Whether to continue: not if the addresses are not shown. */
static bool check_frames(struct dax_subject *subject, struct dax_finding *finding, uint64_t offset,
			 uint64_t address)
{
	static const char expected[] = "the addresses of the ranges";
	struct frames frames = { .offset = offset, .unit = subject->device->align };
	struct dax_end end = dax_probe(try_frames, subject, &frames, sizeof(frames));

	if (!dax_found_end(finding, end, expected))
		return false;
	if (frames.error)
		dax_found_skip(finding, "cannot map it: %s", strerror(frames.error));
	else if (!frames.listed)
		dax_found_skip(finding, "/proc/self/pagemap does not show pages of this size");
	else if (!frames.first)
		dax_found_skip(finding, "only root can see physical addresses");
	else if (frames.first == address && frames.last == address + frames.unit - page_size())
		dax_found(finding, DAX_PASS, expected, "the addresses of the ranges");
	else
		dax_found(finding, DAX_FAIL, expected,
			  "offset 0x%" PRIx64 " is 0x%" PRIx64 "-0x%" PRIx64 ", not 0x%" PRIx64, offset,
			  frames.first, frames.last + page_size() - 1, address);
	return finding->result == DAX_PASS;
}

void dax_check_fault_physical(struct dax_subject *subject, struct dax_finding *finding)
{
	const struct dax_device *device = subject->device;
	uint64_t offset = 0;
	bool more = true;

	if (!device->ranges_known)
		dax_found_skip(finding, "only root can see the ranges");
	for (size_t i = 0; more && device->ranges_known && i < device->n_ranges && i < MAX_SEAMS; i++) {
		uint64_t start = device->ranges[i].start, size = dax_range_size(device->ranges[i]);

		more = check_frames(subject, finding, offset, start) &&
		       check_frames(subject, finding, offset + size - device->align,
				    start + size - device->align);
		offset += size;
	}
}

static void try_beyond(const struct dax_subject *subject, void *answer)
{
	struct trial *trial = answer;
	char *start = map_trial(subject, trial);

	if (!start)
		return;
	if (trial->units > 1)
		dax_touch(start);
	trial->first = 1; /* up to here no access was beyond the end */
	dax_touch(start + (trial->units - 1) * trial->unit);
	trial->second = 1;
}

static void check_beyond(struct dax_subject *subject, struct dax_finding *finding, uint64_t offset,
			 unsigned units)
{
	struct trial trial = { .offset = offset, .unit = subject->device->align, .units = units };
	struct dax_end end = dax_probe(try_beyond, subject, &trial, sizeof(trial));
	char name[DAX_SIGNAL_TEXT];

	if (end.signal && trial.first)
		dax_found(finding, end.signal == SIGBUS ? DAX_PASS : DAX_FAIL, "SIGBUS", "%s",
			  dax_signal_name(end.signal, name));
	else if (dax_found_end(finding, end, "SIGBUS") && trial.error)
		dax_found(finding, DAX_PASS, "SIGBUS", "%s: it cannot be mapped at all",
			  dax_errno_name(trial.error));
	else if (!end.signal)
		dax_found(finding, DAX_FAIL, "SIGBUS", "data");
}

void dax_check_fault_beyond(struct dax_subject *subject, struct dax_finding *finding)
{
	uint64_t size = subject->device->size, unit = subject->device->align;

	check_beyond(subject, finding, size, 1);
	check_beyond(subject, finding, size - unit, 2);
	/* Far beyond the end, up to the last unit that a file can have. */
	check_beyond(subject, finding, dax_round_up(size + FAR, unit), 1);
	check_beyond(subject, finding, dax_round_down(INT64_MAX - unit, unit), 1);
}

struct sizes {
	int error;
	uint64_t kernel, mmu; /* KiB; 0 if it was not found */
};

static void try_sizes(const struct dax_subject *subject, void *answer)
{
	struct sizes *sizes = answer;
	struct trial trial = { .unit = subject->device->align, .units = 1 };
	_cleanup_free_ char *smaps = NULL;
	char *start = map_trial(subject, &trial);

	sizes->error = trial.error;
	if (!start)
		return;
	dax_touch(start);
	sizes->error = -dax_proc_read("/proc/self/smaps", &smaps, NULL);
	if (sizes->error)
		return;
	sizes->kernel = dax_text_smaps(smaps, (uintptr_t)start, "KernelPageSize:");
	sizes->mmu = dax_text_smaps(smaps, (uintptr_t)start, "MMUPageSize:");
}

void dax_check_page_size(struct dax_subject *subject, struct dax_finding *finding)
{
	struct sizes sizes = { 0 };
	uint64_t wanted = subject->device->align / 1024;
	char expected[96];

	snprintf(expected, sizeof(expected), "KernelPageSize %" PRIu64 " kB, MMUPageSize %" PRIu64 " kB", wanted, wanted);
	if (!dax_found_end(finding, dax_probe(try_sizes, subject, &sizes, sizeof(sizes)), expected))
		return;
	if (sizes.error || !sizes.kernel || !sizes.mmu)
		dax_found_skip(finding, "cannot read it: %s", strerror(sizes.error ? sizes.error : ENODATA));
	else
		dax_found(finding, sizes.kernel == wanted && sizes.mmu == wanted ? DAX_PASS : DAX_FAIL,
			  expected, "KernelPageSize %" PRIu64 " kB, MMUPageSize %" PRIu64 " kB", sizes.kernel, sizes.mmu);
}
