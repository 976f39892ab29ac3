/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Shared by the checks. */
#pragma once

#include "check/check.h"

#include <errno.h>
#include <stdio.h>

/*
 * Stores a result. Of several results the finding keeps the worst: what was observed with a pass is replaced
 * by what was observed with a failure, but not vice versa.
 */
void dax_found(struct dax_finding *finding, enum dax_result result, const char *expected,
	       const char *observed, ...) DAX_PRINTF(4, 5);

/* The check could not run; TEXT gives the reason. */
void dax_found_skip(struct dax_finding *finding, const char *text, ...) DAX_PRINTF(2, 3);

void dax_found_detail(struct dax_finding *finding, const char *text, ...) DAX_PRINTF(2, 3);
void dax_found_hint(struct dax_finding *finding, const char *text, ...) DAX_PRINTF(2, 3);
void dax_found_range(struct dax_finding *finding, struct dax_range range);

/* Pass if the errno is the expected one; 0 is success. WHAT: "for reading"; NULL for nothing. */
void dax_found_errno(struct dax_finding *finding, int expected, int observed, const char *what);

/*
 * In a child process: converts a crash to a status that dax_crash_signal understands, without a core file,
 * and without a line in the kernel's log.
 */
void dax_crash_quietly(void);
/* The signal that ended a child with the waitpid(2) status STATUS; 0 for none. */
int dax_crash_signal(int status);

/* How a child process ended. */
struct dax_end {
	int signal;  /* signal that ended it; 0 for none */
	int error;   /* errno: the child could not be started */
	bool silent; /* it gave no answer in time, and was killed */
};

/*
 * Runs TRY in a child process. ANSWER, of SIZE bytes, is memory that the child shares with us: what it stored
 * there before a crash is available.
 */
struct dax_end dax_probe(void (*try)(const struct dax_subject *subject, void *answer),
			 const struct dax_subject *subject, void *answer, size_t size);

/*
 * Whether the child ended by itself; otherwise the finding says how it ended, instead of what was expected.
 */
bool dax_found_end(struct dax_finding *finding, struct dax_end end, const char *expected);

/* "SIGBUS", "SIGSEGV" or a number; uses BUFFER. */
#define DAX_SIGNAL_TEXT 24
const char *dax_signal_name(int signal, char buffer[DAX_SIGNAL_TEXT]);

/*
 * The file of the subject, or -errno. A device is returned only if it still has its driver. A device that is
 * opened while it is being disabled has no data, and mapping it crashes the kernel (dax_open in
 * drivers/dax/device.c uses the result of dax_get_private, which is NULL then).
 */
int dax_subject_fd(const struct dax_subject *subject, int flags);

/* As above; -1, and the finding is a skip, if it cannot be opened. */
int dax_subject_open(const struct dax_subject *subject, int flags, struct dax_finding *finding);

/* An address for LENGTH bytes at a multiple of ALIGN, with free space after it; NULL for none. */
void *dax_free_address(uint64_t length, uint64_t align);

/* Reads one byte of a page. */
static inline void dax_touch(const void *place)
{
	(void)*(const volatile unsigned char *)place;
}

/* Reads one byte of each page from FROM to END: the number of faults. */
uint64_t dax_touch_and_count(const char *from, const char *end);

/* The result of pinning pages, in the child process of a probe. */
struct dax_pinning {
	uint64_t bytes;
	int unmapped, error; /* errno of the failure */
	const char *by;      /* the method: a constant; NULL for none */
	uint64_t nanoseconds; /* time that it took */
	uint64_t before;      /* and time to map the pages before; 0 if not done */
};
/* 0, or the errno. */
int dax_pin(char *start, uint64_t length, struct dax_pinning *pinning);
void dax_found_pinning(struct dax_finding *finding, const struct dax_pinning *pinning);

/* A list of words in one text, separated by ", ". */
struct dax_words {
	char *text; /* the text, after dax_words_end */
	size_t size;
	FILE *out;
	size_t n;
};
/* False without memory, which is noted. */
bool dax_words_begin(struct dax_words *words, struct dax_finding *finding);
void dax_words_add(struct dax_words *words, const char *word);
void dax_words_say(struct dax_words *words, const char *text, ...) DAX_PRINTF(2, 3);
void dax_words_end(struct dax_words *words);
void dax_words_release(struct dax_words *words);

/* Whether efi=nosoftreserve made special-purpose memory of the firmware to system memory. */
bool dax_gave_reserved_away(struct dax_sysfs *sysfs);

struct dax_iomem;
struct dax_ranges;
/* The special-purpose memory, as far as the kernel shows it, there and in its log; -ENOMEM. */
int dax_reserved_read(const struct dax_iomem *iomem, struct dax_ranges *found) DAX_MUST_CHECK;


/* The functions of the tables. */
void dax_check_device_number(struct dax_subject *subject, struct dax_finding *finding);
void dax_check_open(struct dax_subject *subject, struct dax_finding *finding);
void dax_check_ranges_aligned(struct dax_subject *subject, struct dax_finding *finding);
void dax_check_ranges_claimed(struct dax_subject *subject, struct dax_finding *finding);
void dax_check_read_refused(struct dax_subject *subject, struct dax_finding *finding);
void dax_check_not_a_file(struct dax_subject *subject, struct dax_finding *finding);
void dax_check_map_fsdev(struct dax_subject *subject, struct dax_finding *finding);

void dax_check_map_shared(struct dax_subject *subject, struct dax_finding *finding);
void dax_check_map_private(struct dax_subject *subject, struct dax_finding *finding);
void dax_check_map_length(struct dax_subject *subject, struct dax_finding *finding);
void dax_check_map_offset(struct dax_subject *subject, struct dax_finding *finding);
void dax_check_map_offset_fixed(struct dax_subject *subject, struct dax_finding *finding);
void dax_check_map_hint(struct dax_subject *subject, struct dax_finding *finding);
void dax_check_map_address(struct dax_subject *subject, struct dax_finding *finding);
void dax_check_map_sync(struct dax_subject *subject, struct dax_finding *finding);
void dax_check_map_flag(struct dax_subject *subject, struct dax_finding *finding);
void dax_check_map_split(struct dax_subject *subject, struct dax_finding *finding);

void dax_check_page_size(struct dax_subject *subject, struct dax_finding *finding);
void dax_check_fault_granularity(struct dax_subject *subject, struct dax_finding *finding);
void dax_check_fault_seam(struct dax_subject *subject, struct dax_finding *finding);
void dax_check_fault_physical(struct dax_subject *subject, struct dax_finding *finding);
void dax_check_fault_beyond(struct dax_subject *subject, struct dax_finding *finding);

void dax_check_keeps(struct dax_subject *subject, struct dax_finding *finding);
void dax_check_fork(struct dax_subject *subject, struct dax_finding *finding);
void dax_check_dontfork(struct dax_subject *subject, struct dax_finding *finding);
void dax_check_pin(struct dax_subject *subject, struct dax_finding *finding);
void dax_check_write(struct dax_subject *subject, struct dax_finding *finding);
void dax_check_disable(struct dax_subject *subject, struct dax_finding *finding);

void dax_check_dax_devices(struct dax_subject *subject, struct dax_finding *finding);
void dax_check_soft_reserved(struct dax_subject *subject, struct dax_finding *finding);
void dax_check_cxl_memory(struct dax_subject *subject, struct dax_finding *finding);
void dax_check_libdaxctl(struct dax_subject *subject, struct dax_finding *finding);
void dax_check_left_over(struct dax_subject *subject, struct dax_finding *finding);
void dax_check_driver(struct dax_subject *subject, struct dax_finding *finding);
void dax_check_huge_pages(struct dax_subject *subject, struct dax_finding *finding);
void dax_check_huge_1g(struct dax_subject *subject, struct dax_finding *finding);
void dax_check_memory_blocks(struct dax_subject *subject, struct dax_finding *finding);
void dax_check_online_policy(struct dax_subject *subject, struct dax_finding *finding);
void dax_check_udev_rules(struct dax_subject *subject, struct dax_finding *finding);
void dax_check_memory_hotplug(struct dax_subject *subject, struct dax_finding *finding);
void dax_check_region_nodes(struct dax_subject *subject, struct dax_finding *finding);
void dax_check_nodes(struct dax_subject *subject, struct dax_finding *finding);
void dax_check_tiers(struct dax_subject *subject, struct dax_finding *finding);
void dax_check_node_speed(struct dax_subject *subject, struct dax_finding *finding);

void dax_check_file_dax(struct dax_subject *subject, struct dax_finding *finding);
void dax_check_file_sync(struct dax_subject *subject, struct dax_finding *finding);
void dax_check_file_align(struct dax_subject *subject, struct dax_finding *finding);
void dax_check_file_huge(struct dax_subject *subject, struct dax_finding *finding);
void dax_check_file_shared(struct dax_subject *subject, struct dax_finding *finding);
void dax_check_file_unwritten(struct dax_subject *subject, struct dax_finding *finding);
void dax_check_file_holes(struct dax_subject *subject, struct dax_finding *finding);
void dax_check_file_strange(struct dax_subject *subject, struct dax_finding *finding);
void dax_check_file_pin(struct dax_subject *subject, struct dax_finding *finding);
void dax_check_map_direct(struct dax_subject *subject, struct dax_finding *finding);

void dax_check_place_memory(struct dax_subject *subject, struct dax_finding *finding);
void dax_check_place_queue(struct dax_subject *subject, struct dax_finding *finding);
void dax_check_place_align(struct dax_subject *subject, struct dax_finding *finding);
void dax_check_place_fs(struct dax_subject *subject, struct dax_finding *finding);
void dax_check_place_blocks(struct dax_subject *subject, struct dax_finding *finding);
void dax_check_place_new(struct dax_subject *subject, struct dax_finding *finding);
