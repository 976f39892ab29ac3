/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Pages that are pinned for as long as hardware needs them, as for RDMA and virtual machines
 * (FOLL_LONGTERM), by the two means that need no hardware: buffers of io_uring, which were for anonymous
 * memory only up to Linux 6.1, and the memory of a socket of AF_XDP.
 */
#include "checker.h"

#include <fcntl.h>
#include <linux/if_xdp.h>
#include <linux/io_uring.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <time.h>

/* What is pinned to see how long it takes: enough to be measured, and soon over. */
#define PIN_BYTES (UINT64_C(256) << 20)

static uint64_t nanoseconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec;
}

static int pin_by_ring(char *start, uint64_t length)
{
	struct io_uring_params params = { 0 };
	struct iovec buffer = { start, length };
	_cleanup_close_ int ring = (int)syscall(SYS_io_uring_setup, 1, &params);

	if (ring < 0)
		return errno;
	return syscall(SYS_io_uring_register, ring, IORING_REGISTER_BUFFERS, &buffer, 1) < 0 ? errno : 0;
}

static int pin_by_socket(char *start, uint64_t length)
{
	struct xdp_umem_reg memory = { .addr = (uintptr_t)start,
				       .len = length,
				       .chunk_size = (uint32_t)sysconf(_SC_PAGESIZE) };
	_cleanup_close_ int fd = socket(AF_XDP, SOCK_RAW | SOCK_CLOEXEC, 0);

	if (fd < 0)
		return errno;
	return setsockopt(fd, SOL_XDP, XDP_UMEM_REG, &memory, sizeof(memory)) ? errno : 0;
}

/* Means that are not there, not allowed, or not for such memory. */
static bool is_missing(int code)
{
	return code == ENOSYS || code == EPERM || code == EAFNOSUPPORT || code == EPROTONOSUPPORT ||
	       code == EOPNOTSUPP;
}

/* When this process ends nothing is pinned any more. */
int dax_pin(char *start, uint64_t length, struct dax_pinning *pinning)
{
	static const struct {
		const char *name;
		int (*pin)(char *start, uint64_t length);
	} means[] = { { "io_uring", pin_by_ring }, { "AF_XDP", pin_by_socket } };
	int first = 0;

	for (size_t i = 0; i < ARRAY_SIZE(means); i++) {
		uint64_t begin = nanoseconds();
		int code = means[i].pin(start, length);

		pinning->nanoseconds = nanoseconds() - begin;
		pinning->by = means[i].name;
		first = first ? first : code;
		if (!is_missing(code))
			return code;
	}
	pinning->by = NULL;
	return first;
}

/* It pins for writing, as all do; the pages are mapped for that, and not written to. */
static void try_pin(const struct dax_subject *subject, void *answer)
{
	struct dax_pinning *pinning = answer;
	_cleanup_close_ int fd = dax_subject_fd(subject, O_RDWR);
	char *start =
		fd < 0 ? MAP_FAILED : mmap(NULL, pinning->bytes, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);

	pinning->unmapped = fd < 0 ? -fd : start == MAP_FAILED ? errno : 0;
	if (start != MAP_FAILED)
		pinning->error = dax_pin(start, pinning->bytes, pinning);
}

void dax_check_pin(struct dax_subject *subject, struct dax_finding *finding)
{
	uint64_t unit = subject->device->align, size = subject->device->size;
	struct dax_pinning pinning = { .bytes = size < PIN_BYTES ? size : dax_round_up(PIN_BYTES, unit) };

	if (dax_found_end(finding, dax_probe(try_pin, subject, &pinning, sizeof(pinning)), "success"))
		dax_found_pinning(finding, &pinning);
}

void dax_found_pinning(struct dax_finding *finding, const struct dax_pinning *pinning)
{
	char text[DAX_SIZE_TEXT];
	double milliseconds = (double)pinning->nanoseconds / 1e6;

	if (pinning->unmapped) {
		dax_found_skip(finding, "cannot map it: %s", strerror(pinning->unmapped));
	} else if (!pinning->by) {
		dax_found_skip(finding, "there are no means to pin it: %s", strerror(pinning->error));
		dax_found_hint(finding, "io_uring pins (sysctl kernel.io_uring_disabled=0; since Linux 6.2), "
					"and AF_XDP for root");
	} else {
		dax_found_errno(finding, 0, pinning->error, NULL);
		if (!pinning->error)
			dax_found_detail(finding, "%s by %s in %.1f ms, with its faults: %.1f ms for 1 GiB",
					 dax_format_size(pinning->bytes, text), pinning->by, milliseconds,
					 milliseconds * (double)DAX_GIB / (double)pinning->bytes);
	}
}
