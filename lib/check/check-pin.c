/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Pages that are pinned for hardware, as for RDMA and virtual machines (FOLL_LONGTERM). Buffers of io_uring
 * are used, because they need no hardware. Up to Linux 6.1 they do not support the memory of files and
 * devices. A socket of AF_XDP also pins this memory, but releases it some time after it was closed: disabling
 * a device in this time crashes the kernel.
 */
#include "check/checker.h"

#include <fcntl.h>
#include <linux/capability.h>
#include <linux/io_uring.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <time.h>

/* The size that is pinned for the measurement: large enough to measure, and fast. */
#define PIN_BYTES (UINT64_C(256) << 20)

/* IORING_FEAT_REG_REG_RING, which older headers do not have. */
#define FEATURE_OF_6_3 (1U << 13)

static uint64_t nanoseconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec;
}

/* When it returns, nothing is pinned any more. */
int dax_pin(char *start, uint64_t length, struct dax_pinning *pinning)
{
	struct io_uring_params params = { 0 };
	_cleanup_close_ int ring = (int)syscall(SYS_io_uring_setup, 1, &params);

	if (ring < 0)
		return errno;
	struct iovec buffer = { start, length };
	uint64_t begin = nanoseconds();
	int code = syscall(SYS_io_uring_register, ring, IORING_REGISTER_BUFFERS, &buffer, 1) < 0 ? errno : 0;
	pinning->nanoseconds = nanoseconds() - begin;
	/* After a plain close the kernel would release the pages later. */
	if (!code && syscall(SYS_io_uring_register, ring, IORING_UNREGISTER_BUFFERS, NULL, 0) < 0)
		code = errno;
	/* An older kernel may return this errno for all files and devices. */
	if (code != EOPNOTSUPP || (params.features & FEATURE_OF_6_3))
		pinning->by = "io_uring";
	return code;
}

/*
 * Maps all pages for writing, as all users of pinning do; nothing is written. If the kernel does not support
 * this (before Linux 5.14), the pages fault while they are pinned.
 */
static void populate(char *start, struct dax_pinning *pinning)
{
	uint64_t begin = nanoseconds();

	if (madvise(start, pinning->bytes, MADV_POPULATE_WRITE) == 0)
		pinning->before = nanoseconds() - begin;
}

static void try_pin(const struct dax_subject *subject, void *answer)
{
	struct dax_pinning *pinning = answer;
	_cleanup_close_ int fd = dax_subject_fd(subject, O_RDWR);
	char *start =
		fd < 0 ? MAP_FAILED : mmap(NULL, pinning->bytes, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);

	pinning->unmapped = fd < 0 ? -fd : start == MAP_FAILED ? errno : 0;
	if (start == MAP_FAILED)
		return;
	populate(start, pinning);
	pinning->error = dax_pin(start, pinning->bytes, pinning);
}

void dax_check_pin(struct dax_subject *subject, struct dax_finding *finding)
{
	uint64_t unit = subject->device->align, size = subject->device->size;
	struct dax_pinning pinning = { .bytes = size < PIN_BYTES ? size : dax_round_up(PIN_BYTES, unit) };

	if (dax_found_end(finding, dax_probe(try_pin, subject, &pinning, sizeof(pinning)), "success"))
		dax_found_pinning(finding, &pinning);
}

/* The pages that count against the limit of users other than root (io_uring/rsrc.c, __io_account_mem). */
static bool is_limited(void)
{
	struct __user_cap_header_struct header = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct data[_LINUX_CAPABILITY_U32S_3] = { 0 };

	return syscall(SYS_capget, &header, data) < 0 || !(data[0].effective & (1U << CAP_IPC_LOCK));
}

static void tell_time(struct dax_finding *finding, const struct dax_pinning *pinning)
{
	double pinned = (double)pinning->nanoseconds / 1e6, before = (double)pinning->before / 1e6;
	double share = (double)DAX_GIB / (double)pinning->bytes;
	char text[DAX_SIZE_TEXT];

	dax_format_size(pinning->bytes, text);
	if (pinning->before)
		dax_found_detail(
			finding,
			"%s pinned by %s in %.1f ms: %.1f ms for 1 GiB; mapping it before took %.1f ms", text,
			pinning->by, pinned, pinned * share, before);
	else
		dax_found_detail(finding,
				 "%s pinned by %s in %.1f ms, including its page faults: %.1f ms for 1 GiB",
				 text, pinning->by, pinned, pinned * share);
}

void dax_found_pinning(struct dax_finding *finding, const struct dax_pinning *pinning)
{
	char text[DAX_SIZE_TEXT];

	if (pinning->unmapped) {
		dax_found_skip(finding, "cannot map it: %s", strerror(pinning->unmapped));
	} else if (!pinning->by) {
		dax_found_skip(finding, "this machine cannot pin it: %s", strerror(pinning->error));
		dax_found_hint(finding,
			       "use Linux 6.2 or later, and set the sysctl kernel.io_uring_disabled to 0");
	} else if (pinning->error == ENOMEM && is_limited()) {
		dax_found_skip(finding, "this user may not pin %s", dax_format_size(pinning->bytes, text));
		dax_found_hint(finding, "run as root, or raise the limit (ulimit -l)");
	} else {
		dax_found_errno(finding, 0, pinning->error, NULL);
		if (!pinning->error)
			tell_time(finding, pinning);
	}
}
