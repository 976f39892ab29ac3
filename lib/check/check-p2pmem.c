/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Peer-to-peer memory of PCI devices: allocations through the file "allocate", and their lifetime. */
#include "check/check-p2pmem.h"

#include "check/checker.h"
#include "state/p2pmem.h"

#include <fcntl.h>
#include <inttypes.h>
#include <string.h>
#include <sys/mman.h>

static int open_allocate(const struct dax_subject *subject, struct dax_finding *finding)
{
	char dir[DAX_P2PMEM_DIR];
	int fd = dax_sysfs_open_file(subject->checkup->sysfs, dax_p2pmem_dir(subject->name, dir), "allocate",
				     O_RDWR);

	if (fd >= 0)
		return fd;
	dax_found_skip(finding, "cannot open its file allocate: %s", strerror(-fd));
	if (fd == -EACCES)
		dax_found_hint(finding, "run as root");
	else if (fd == -ENOENT)
		dax_found_hint(finding, "Linux 6.2 and later have it");
	return -1;
}

static uint64_t available(const struct dax_subject *subject)
{
	struct dax_p2pmem memory = { 0 };

	return dax_p2pmem_read(subject->checkup->sysfs, subject->name, &memory, NULL) ? 0 : memory.available;
}

static uint64_t page_size(void)
{
	return (uint64_t)sysconf(_SC_PAGESIZE);
}

static int try_map(int fd, uint64_t length, int flags, uint64_t offset)
{
	void *start = mmap(NULL, length, PROT_READ, flags, fd, (off_t)offset);

	if (start == MAP_FAILED)
		return errno;
	munmap(start, length);
	return 0;
}

static void check_size(struct dax_subject *subject, struct dax_finding *finding)
{
	struct dax_p2pmem memory = { 0 };
	_cleanup_error_ struct dax_error err = DAX_ERROR_INIT;
	char size[DAX_SIZE_TEXT], left[DAX_SIZE_TEXT];

	if (dax_p2pmem_read(subject->checkup->sysfs, subject->name, &memory, &err)) {
		dax_found_skip(finding, "%s", err.message ? err.message : strerror(ENOMEM));
		return;
	}
	dax_found(finding, memory.available && memory.available <= memory.size ? DAX_PASS : DAX_WARN,
		  "some of it is available", "%s of %s", dax_format_size(memory.available, left),
		  dax_format_size(memory.size, size));
	dax_found_detail(
		finding,
		memory.published
			? "published: other drivers may allocate from it"
			: "not published: only its own driver, and its file 'allocate', allocate from it");
}

static void check_private(struct dax_subject *subject, struct dax_finding *finding)
{
	_cleanup_close_ int fd = open_allocate(subject, finding);

	if (fd >= 0)
		dax_found_errno(finding, EINVAL, try_map(fd, page_size(), MAP_PRIVATE, 0), NULL);
}

static void check_offset(struct dax_subject *subject, struct dax_finding *finding)
{
	_cleanup_close_ int fd = open_allocate(subject, finding);

	if (fd >= 0)
		dax_found_errno(finding, EINVAL, try_map(fd, page_size(), MAP_SHARED, page_size()), NULL);
}

static void check_exhausted(struct dax_subject *subject, struct dax_finding *finding)
{
	_cleanup_close_ int fd = open_allocate(subject, finding);

	if (fd >= 0)
		dax_found_errno(finding, ENOMEM, try_map(fd, available(subject) + page_size(), MAP_SHARED, 0),
				NULL);
}

struct piece {
	int error;
	uint64_t before, during, after; /* bytes available */
	bool close;                     /* the file is closed while the memory is mapped */
	bool leave;                     /* it is not unmapped */
};

static void try_piece(const struct dax_subject *subject, void *answer)
{
	struct piece *piece = answer;
	char dir[DAX_P2PMEM_DIR];
	int fd = dax_sysfs_open_file(subject->checkup->sysfs, dax_p2pmem_dir(subject->name, dir), "allocate",
				     O_RDWR);

	piece->before = available(subject);
	char *start = fd < 0 ? MAP_FAILED : mmap(NULL, page_size(), PROT_READ, MAP_SHARED, fd, 0);
	piece->error = fd < 0 ? -fd : start == MAP_FAILED ? errno : 0;
	if (start == MAP_FAILED)
		return;
	dax_touch(start);
	if (piece->close)
		close(fd);
	piece->during = available(subject);
	if (piece->leave)
		return;
	munmap(start, page_size());
	piece->after = available(subject);
}

static void judge_piece(struct dax_finding *finding, const struct piece *piece, const char *expected)
{
	if (piece->error)
		dax_found(finding, DAX_FAIL, expected, "%s", dax_errno_name(piece->error));
	else
		dax_found(finding,
			  piece->during + page_size() == piece->before && piece->after == piece->before
				  ? DAX_PASS
				  : DAX_FAIL,
			  expected, "%" PRIu64 ", %" PRIu64 ", %" PRIu64, piece->before, piece->during,
			  piece->after);
}

static void check_piece(struct dax_subject *subject, struct dax_finding *finding, struct piece piece)
{
	static const char expected[] =
		"one page less is available while it is mapped, and as much as before after it is unmapped";
	_cleanup_close_ int fd = open_allocate(subject, finding);

	if (fd < 0 || !dax_found_end(finding, dax_probe(try_piece, subject, &piece, sizeof(piece)), expected))
		return;
	if (piece.leave)
		piece.after = available(subject);
	judge_piece(finding, &piece, expected);
}

static void check_map(struct dax_subject *subject, struct dax_finding *finding)
{
	check_piece(subject, finding, (struct piece){ 0 });
	check_piece(subject, finding, (struct piece){ .close = true });
}

static void check_exit(struct dax_subject *subject, struct dax_finding *finding)
{
	check_piece(subject, finding, (struct piece){ .leave = true });
}

#define SOURCE "Documentation/ABI/testing/sysfs-bus-pci, p2pmem; "

/* clang-format off */
static const struct dax_check checks[] = {
	{ "p2p-size", "the device has peer-to-peer memory, and some of it is available", SOURCE "available", 0, check_size },
	{ "p2p-private", "a private mapping is refused with EINVAL", "drivers/pci/p2pdma.c, p2pmem_alloc_mmap", 0,
	  check_private },
	{ "p2p-offset", "an offset is refused with EINVAL: each mapping is a new allocation",
	  "drivers/pci/p2pdma.c, p2pmem_alloc_mmap", 0, check_offset },
	{ "p2p-map", "a mapping allocates memory, keeps it when the file is closed, and frees it when it is unmapped",
	  SOURCE "allocate", 0, check_map },
	{ "p2p-exit", "a process that ends without unmapping frees its memory", SOURCE "allocate", 0, check_exit },
	{ "p2p-exhausted", "a mapping larger than the available memory is refused with ENOMEM", "drivers/pci/p2pdma.c, p2pmem_alloc_mmap", 0, check_exhausted },
};
/* clang-format on */

const struct dax_checks dax_p2pmem_checks = { "p2pmem", checks, ARRAY_SIZE(checks) };

int dax_checkup_p2pmem(const struct dax_checkup *checkup, const char *name, struct dax_error *err)
{
	struct dax_p2pmem memory;
	struct dax_subject subject = { .checkup = checkup, .name = name };
	int r = dax_p2pmem_read(checkup->sysfs, name, &memory, err);

	return r ? r : dax_checkup_run(&dax_p2pmem_checks, &subject, err);
}
