/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the checks share. */
#pragma once

#include "check/check.h"

#include <errno.h>
#include <stdio.h>

/*
 * Notes what came of it. The finding keeps the worst of several results: what was observed with a pass
 * is replaced by what was observed with a failure, and not the other way round.
 */
void dax_found(struct dax_finding *finding, enum dax_result result, const char *expected,
	       const char *observed, ...) DAX_PRINTF(4, 5);

/* It could not be tried; TEXT says why. */
void dax_found_skip(struct dax_finding *finding, const char *text, ...) DAX_PRINTF(2, 3);

void dax_found_detail(struct dax_finding *finding, const char *text, ...) DAX_PRINTF(2, 3);
void dax_found_hint(struct dax_finding *finding, const char *text, ...) DAX_PRINTF(2, 3);
void dax_found_range(struct dax_finding *finding, struct dax_range range);

/* Pass when the errno is the one that was expected; 0 stands for success. WHAT: "for reading"; NULL for nothing. */
void dax_found_errno(struct dax_finding *finding, int expected, int observed, const char *what);

/*
 * In a child process: a crash becomes a status that dax_crash_signal knows, without a core file, and
 * without a line in the kernel's log.
 */
void dax_crash_quietly(void);
/* The signal that ended a child, whose waitpid(2) gave STATUS; 0 for none. */
int dax_crash_signal(int status);

/* How a child process ended. */
struct dax_end {
	int signal;  /* that ended it; 0 for none */
	int error;   /* it could not be started; errno */
	bool silent; /* it gave no answer in time, and was killed */
};

/*
 * Runs TRY in a child process. ANSWER, of SIZE bytes, is memory that the child shares with us: what it
 * noted there before it crashed is there, too.
 */
struct dax_end dax_probe(void (*try)(const struct dax_subject *subject, void *answer),
			 const struct dax_subject *subject, void *answer, size_t size);

/* Whether the child ended by itself; else the finding says how it ended, in place of what was expected. */
bool dax_found_end(struct dax_finding *finding, struct dax_end end, const char *expected);

/* "SIGBUS", "SIGSEGV" or a number; BUFFER holds it. */
#define DAX_SIGNAL_TEXT 24
const char *dax_signal_name(int signal, char buffer[DAX_SIGNAL_TEXT]);

/*
 * The subject's file, or -errno. A device is open only if its driver still has it: one that is opened
 * while it is being disabled has no data behind it, and to map that crashes the kernel (dax_open in
 * drivers/dax/device.c takes what dax_get_private gives, which is NULL then).
 */
int dax_subject_fd(const struct dax_subject *subject, int flags);

/* As above; -1, and the finding is a skip, when it cannot be opened. */
int dax_subject_open(const struct dax_subject *subject, int flags, struct dax_finding *finding);

/* Where LENGTH bytes fit into our address space, at a multiple of ALIGN, with room behind; NULL for nowhere. */
void *dax_free_address(uint64_t length, uint64_t align);

/* One byte of a page, read. */
static inline void dax_touch(const void *place)
{
	(void)*(const volatile unsigned char *)place;
}

/* Reads one byte of each page from FROM up to END: the faults that this made. */
uint64_t dax_touch_and_count(const char *from, const char *end);

/* Pages that are pinned, in the child process of a probe. */
struct dax_pinning {
	uint64_t bytes;
	int unmapped, error; /* errno of what failed */
	const char *by;      /* the means: a constant; NULL when there are none */
	uint64_t nanoseconds; /* that it took */
	uint64_t before;      /* and to map them before that; 0 for not done */
};
/* 0, or the errno. */
int dax_pin(char *start, uint64_t length, struct dax_pinning *pinning);
void dax_found_pinning(struct dax_finding *finding, const struct dax_pinning *pinning);

/* A list of words in one text, ", " between them. */
struct dax_words {
	char *text; /* once it has ended */
	size_t size;
	FILE *out;
	size_t n;
};
/* False when there is no memory, which is noted. */
bool dax_words_begin(struct dax_words *words, struct dax_finding *finding);
void dax_words_add(struct dax_words *words, const char *word);
void dax_words_say(struct dax_words *words, const char *text, ...) DAX_PRINTF(2, 3);
void dax_words_end(struct dax_words *words);
void dax_words_release(struct dax_words *words);

/* Whether efi=nosoftreserve made system memory of what the firmware sets apart. */
bool dax_gave_reserved_away(struct dax_sysfs *sysfs);

struct dax_iomem;
struct dax_ranges;
/* What the firmware has set apart, as far as the kernel tells of it, there and in its log; -ENOMEM. */
int dax_reserved_read(const struct dax_iomem *iomem, struct dax_ranges *found) DAX_MUST_CHECK;


/* The tables' functions. */
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
