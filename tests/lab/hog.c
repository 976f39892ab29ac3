/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Takes memory of one node in the lab, so that it cannot be taken offline, until it is killed.
 *
 *   hog pin NODE      a page of a program that a pipe holds: the kernel tries to move it, for ever
 *   hog kernel NODE   pages of the kernel's own (in pipes): it does not even try
 *   hog touch NODE    pages of a program: these can be moved
 *   hog fill NODE SIZE   SIZE MiB of pages of a program; NODE can be any, then it is bound to none
 *   hog huge NODE SIZE   the same in huge pages of the default size
 *
 * When it has them it prints the physical address of the first one (0 for the kernel's).
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <linux/mempolicy.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#define PAGE UINT64_C(4096)
#define SIZE (UINT64_C(8) << 20)
#define PIPES 64

static void die(const char *what)
{
	fprintf(stderr, "hog: %s: %s\n", what, strerror(errno));
	exit(1);
}

/* All that this process, and the kernel for it, allocates from now on is of this node. */
static void bind_to(unsigned node)
{
	unsigned long mask[16] = { 0 };

	if (node >= sizeof(mask) * 8) {
		errno = EINVAL;
		die("node");
	}
	mask[node / (8 * sizeof(*mask))] = 1UL << node % (8 * sizeof(*mask));
	if (syscall(SYS_set_mempolicy, MPOL_BIND, mask, sizeof(mask) * 8))
		die("set_mempolicy");
}

static unsigned char *touch(uint64_t size, int flags)
{
	unsigned char *start = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | flags, -1, 0);

	if (start == MAP_FAILED)
		die("mmap");
	/* Pages of their own, each of which can be moved. */
	madvise(start, size, MADV_NOHUGEPAGE);
	for (uint64_t at = 0; at < size; at += PAGE)
		start[at] = 1;
	return start;
}

/* The low 55 bits of an entry are the number of the page frame. */
static uint64_t physical(const void *address)
{
	uint64_t entry = 0;
	int fd = open("/proc/self/pagemap", O_RDONLY | O_CLOEXEC);

	if (fd < 0 || pread(fd, &entry, sizeof(entry), (off_t)((uintptr_t)address / PAGE * sizeof(entry))) < 0)
		die("/proc/self/pagemap");
	close(fd);
	return (entry & ((UINT64_C(1) << 55) - 1)) * PAGE;
}

/* The pipe holds the page itself; nobody reads it. */
static void pin(void *page)
{
	int ends[2];
	struct iovec piece = { page, PAGE };

	if (pipe(ends) || vmsplice(ends[1], &piece, 1, 0) != (ssize_t)PAGE)
		die("vmsplice");
}

static void fill_pipes(void)
{
	static const unsigned char page[PAGE];

	for (int i = 0; i < PIPES; i++) {
		int ends[2];

		if (pipe(ends) || fcntl(ends[1], F_SETFL, O_NONBLOCK))
			die("pipe");
		while (write(ends[1], page, PAGE) > 0)
			;
	}
}

int main(int argc, char **argv)
{
	uint64_t address = 0, size = argc == 4 ? strtoull(argv[3], NULL, 10) << 20 : SIZE;

	if (argc < 3) {
		fputs("usage: hog pin|kernel|touch|fill|huge NODE|any [MIB]\n", stderr);
		return 2;
	}
	if (strcmp(argv[2], "any") != 0)
		bind_to((unsigned)strtoul(argv[2], NULL, 10));
	if (strcmp(argv[1], "kernel") == 0) {
		fill_pipes();
	} else {
		unsigned char *start = touch(size, strcmp(argv[1], "huge") == 0 ? MAP_HUGETLB : 0);

		if (strcmp(argv[1], "pin") == 0)
			pin(start);
		address = physical(start);
	}
	printf("0x%" PRIx64 "\n", address);
	fflush(stdout);
	for (;;)
		pause();
}
