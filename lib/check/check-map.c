/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Mappings of a device that are accepted, and those that are refused. No mapping is accessed here. */
#include "check/checker.h"

#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>

struct map {
	int fd;
	void *address;
	uint64_t length, offset;
	int protection, flags;
};

/* Maps and unmaps: 0, or the errno. *WHERE gets the address; it may be NULL. */
static int try_map(const struct map *map, uintptr_t *where)
{
	void *start =
		mmap(map->address, map->length, map->protection, map->flags, map->fd, (off_t)map->offset);

	if (start == MAP_FAILED)
		return errno;
	if (where)
		*where = (uintptr_t)start;
	/* For a part of a unit it fails; when the process ends, the mapping is removed anyway. */
	munmap(start, map->length);
	return 0;
}

/* An ordinary mapping of the first unit. */
static struct map usual(const struct dax_subject *subject, int fd)
{
	return (struct map){
		.fd = fd, .length = subject->device->align, .protection = PROT_READ, .flags = MAP_SHARED
	};
}

static uint64_t page_size(void)
{
	return (uint64_t)sysconf(_SC_PAGESIZE);
}

void *dax_free_address(uint64_t length, uint64_t align)
{
	uint64_t room = length + 2 * align;
	void *start = mmap(NULL, room, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	if (start == MAP_FAILED)
		return NULL;
	munmap(start, room);
	return (char *)start + (dax_round_up((uintptr_t)start, align) - (uintptr_t)start);
}

void dax_check_map_shared(struct dax_subject *subject, struct dax_finding *finding)
{
	_cleanup_close_ int fd = dax_subject_open(subject, O_RDWR, finding);
	struct map map = usual(subject, fd);

	if (fd < 0)
		return;
	dax_found_errno(finding, 0, try_map(&map, NULL), "for reading");
	map.protection = PROT_READ | PROT_WRITE;
	dax_found_errno(finding, 0, try_map(&map, NULL), "for reading and writing");
	map.length = subject->device->size;
	dax_found_errno(finding, 0, try_map(&map, NULL), "of the whole device");
}

void dax_check_map_private(struct dax_subject *subject, struct dax_finding *finding)
{
	_cleanup_close_ int fd = dax_subject_open(subject, O_RDWR, finding);
	struct map map = usual(subject, fd);

	if (fd < 0)
		return;
	map.flags = MAP_PRIVATE;
	dax_found_errno(finding, EINVAL, try_map(&map, NULL), "for reading");
	/* There may not be enough memory for copies of 1 GiB pages; no copy is needed. */
	map.flags |= MAP_NORESERVE;
	map.protection = PROT_READ | PROT_WRITE;
	int code = try_map(&map, NULL);
	if (code == ENOMEM)
		dax_found_detail(finding, "for reading only: the machine does not have enough memory for "
					  "copies, which writing needs");
	else
		dax_found_errno(finding, EINVAL, code, "for reading and writing");
}

void dax_check_map_length(struct dax_subject *subject, struct dax_finding *finding)
{
	_cleanup_close_ int fd = dax_subject_open(subject, O_RDONLY, finding);
	struct map map = usual(subject, fd);

	if (fd < 0)
		return;
	map.length = page_size();
	dax_found_errno(finding, EINVAL, try_map(&map, NULL), "for one page");
	map.length = subject->device->align - page_size();
	dax_found_errno(finding, EINVAL, try_map(&map, NULL), "for a unit without a page");
	map.length = subject->device->align + page_size();
	dax_found_errno(finding, EINVAL, try_map(&map, NULL), "for a unit and a page");
}

/*
 * An offset within a unit is refused because the kernel then chooses an unaligned address. If the address is
 * aligned by chance, a page is mapped there, so that the kernel must choose another one.
 */
static int try_offset(const struct map *map)
{
	const int flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE;
	void *pages[8];
	uintptr_t where = 0;
	size_t n = 0;
	int code = try_map(map, &where);

	while (!code && where % map->length == 0 && n < ARRAY_SIZE(pages)) {
		void *last = (void *)(where + map->length - page_size());

		pages[n] = mmap(last, page_size(), PROT_NONE, flags, -1, 0);
		if (pages[n] == MAP_FAILED)
			break;
		n++;
		code = try_map(map, &where);
	}
	while (n)
		munmap(pages[--n], page_size());
	return code;
}

void dax_check_map_offset(struct dax_subject *subject, struct dax_finding *finding)
{
	_cleanup_close_ int fd = dax_subject_open(subject, O_RDONLY, finding);
	struct map map = usual(subject, fd);

	if (fd < 0)
		return;
	map.offset = page_size();
	dax_found_errno(finding, EINVAL, try_offset(&map), "at offset 4 KiB");
	map.offset = subject->device->align / 2;
	dax_found_errno(finding, EINVAL, try_offset(&map), "in the middle of a unit");
}

/*
 * Only the address is checked (check_vma), and without a requested address the kernel chooses one that fails.
 */
void dax_check_map_offset_fixed(struct dax_subject *subject, struct dax_finding *finding)
{
	_cleanup_close_ int fd = dax_subject_open(subject, O_RDONLY, finding);
	struct map map = usual(subject, fd);

	if (fd < 0)
		return;
	map.address = dax_free_address(map.length, subject->device->align);
	map.offset = page_size();
	map.flags |= MAP_FIXED_NOREPLACE;
	int code = try_map(&map, NULL);
	dax_found(finding, code == EINVAL ? DAX_PASS : DAX_WARN, "EINVAL", "%s",
		  code ? dax_errno_name(code) : "success");
	if (code != EINVAL)
		dax_found_hint(finding, "programs that choose addresses must also choose offsets that are "
					"multiples of the alignment");
}

void dax_check_map_hint(struct dax_subject *subject, struct dax_finding *finding)
{
	_cleanup_close_ int fd = dax_subject_open(subject, O_RDONLY, finding);
	struct map map = usual(subject, fd);

	if (fd < 0)
		return;
	map.address = (char *)dax_free_address(map.length, subject->device->align) + page_size();
	dax_found_errno(finding, EINVAL, try_map(&map, NULL), NULL);
}

void dax_check_map_address(struct dax_subject *subject, struct dax_finding *finding)
{
	_cleanup_close_ int fd = dax_subject_open(subject, O_RDONLY, finding);
	struct map map = usual(subject, fd);
	char text[DAX_SIZE_TEXT], expected[80];

	if (fd < 0)
		return;
	snprintf(expected, sizeof(expected), "a multiple of %s",
		 dax_format_size(subject->device->align, text));
	/* By chance an address may be aligned. */
	for (uint64_t units = 1; units <= 4; units++) {
		uintptr_t start = 0;

		map.length = units * subject->device->align;
		int code = try_map(&map, &start);
		if (code)
			dax_found(finding, DAX_FAIL, expected, "%s for %" PRIu64 " units",
				  dax_errno_name(code), units);
		else
			dax_found(finding,
				  dax_is_aligned(start, subject->device->align) ? DAX_PASS : DAX_FAIL,
				  expected, "0x%" PRIxPTR, start);
	}
}

void dax_check_map_sync(struct dax_subject *subject, struct dax_finding *finding)
{
	_cleanup_close_ int fd = dax_subject_open(subject, O_RDWR, finding);
	struct map map = usual(subject, fd);

	if (fd < 0)
		return;
	map.protection = PROT_READ | PROT_WRITE;
	map.flags = MAP_SHARED_VALIDATE | MAP_SYNC;
	dax_found_errno(finding, 0, try_map(&map, NULL), NULL);
}

/* Flags that have no meaning in any kernel yet (include/uapi/asm-generic/mman-common.h). */
void dax_check_map_flag(struct dax_subject *subject, struct dax_finding *finding)
{
	_cleanup_close_ int fd = dax_subject_open(subject, O_RDONLY, finding);
	struct map map = usual(subject, fd);

	for (unsigned bit = 21; fd >= 0 && bit <= 25; bit++) {
		char what[32];

		map.flags = MAP_SHARED_VALIDATE | 1 << bit;
		snprintf(what, sizeof(what), "for flag 0x%x", 1U << bit);
		dax_found_errno(finding, EOPNOTSUPP, try_map(&map, NULL), what);
	}
}

void dax_check_map_split(struct dax_subject *subject, struct dax_finding *finding)
{
	_cleanup_close_ int fd = dax_subject_open(subject, O_RDONLY, finding);
	uint64_t length = subject->device->align, half = length / 2;
	char *start = fd < 0 ? MAP_FAILED : mmap(NULL, length, PROT_READ, MAP_SHARED, fd, 0);

	if (fd < 0)
		return;
	if (start == MAP_FAILED) {
		dax_found_skip(finding, "cannot map it: %s", strerror(errno));
		return;
	}
	dax_found_errno(finding, EINVAL, mprotect(start, half, PROT_NONE) ? errno : 0, "of mprotect");
	dax_found_errno(finding, EINVAL, munmap(start + half, half) ? errno : 0, "of munmap");
	munmap(start, length);
}
