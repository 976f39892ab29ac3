/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Uses of a mapping by programs: fork, close the file, write. */
#include "check/checker.h"

#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>

struct use {
	int error;  /* errno of an earlier failure */
	int advice; /* signal of the mapping; 0 for none */
	int signal; /* signal that ended the child of the process that mapped it */
	bool read;  /* it was read */
	bool same;  /* the data that was written was read through another mapping */
};

/* LENGTH bytes of the device from OFFSET on; NULL, and an errno. The file is closed again. */
static char *map_part(const struct dax_subject *subject, uint64_t offset, uint64_t length, int protection,
		      int *error)
{
	int mode = protection & PROT_WRITE ? O_RDWR : O_RDONLY;
	_cleanup_close_ int fd = dax_subject_fd(subject, mode);
	char *start = MAP_FAILED;

	if (fd >= 0)
		start = mmap(NULL, length, protection, MAP_SHARED, fd, (off_t)offset);
	*error = fd < 0 ? -fd : start == MAP_FAILED ? errno : 0;
	return start == MAP_FAILED ? NULL : start;
}

static void try_closed(const struct dax_subject *subject, void *answer)
{
	struct use *use = answer;
	char *start = map_part(subject, 0, subject->device->align, PROT_READ, &use->error);

	if (!start)
		return;
	dax_touch(start);
	/* What was mapped and not accessed yet. */
	if (madvise(start, subject->device->align, MADV_DONTNEED) == 0)
		dax_touch(start);
	use->read = true;
}

void dax_check_keeps(struct dax_subject *subject, struct dax_finding *finding)
{
	struct use use = { 0 };

	if (!dax_found_end(finding, dax_probe(try_closed, subject, &use, sizeof(use)), "data"))
		return;
	if (use.error)
		dax_found_skip(finding, "cannot map it: %s", strerror(use.error));
	else
		dax_found(finding, DAX_PASS, "data", "data");
}

static void try_fork(const struct dax_subject *subject, void *answer)
{
	struct use *use = answer;
	uint64_t unit = subject->device->align;
	char *start = map_part(subject, 0, unit, PROT_READ, &use->error);
	int status = 0;

	if (!start)
		return;
	dax_touch(start);
	if (use->advice && madvise(start, unit, use->advice)) {
		use->error = errno;
		return;
	}
	pid_t child = fork();
	if (child == 0) {
		dax_touch(start);
		use->read = true;
		_exit(0);
	}
	use->error = child < 0 ? errno : 0;
	if (child > 0 && waitpid(child, &status, 0) == child)
		use->signal = dax_crash_signal(status);
}

static void check_fork(struct dax_subject *subject, struct dax_finding *finding, int advice, int expected)
{
	struct use use = { .advice = advice };
	char wanted[DAX_SIGNAL_TEXT] = "data", name[DAX_SIGNAL_TEXT];

	if (expected)
		dax_signal_name(expected, wanted);
	if (!dax_found_end(finding, dax_probe(try_fork, subject, &use, sizeof(use)), wanted))
		return;
	if (use.error)
		dax_found_skip(finding, "cannot try it: %s", strerror(use.error));
	else
		dax_found(finding, use.signal == expected && use.read == !expected ? DAX_PASS : DAX_FAIL,
			  wanted, "%s", use.signal ? dax_signal_name(use.signal, name) : "data");
}

void dax_check_fork(struct dax_subject *subject, struct dax_finding *finding)
{
	check_fork(subject, finding, 0, 0);
}

void dax_check_dontfork(struct dax_subject *subject, struct dax_finding *finding)
{
	check_fork(subject, finding, MADV_DONTFORK, SIGSEGV);
}

/* Both ends of the device; the old content is restored. */
static void try_write(const struct dax_subject *subject, void *answer)
{
	struct use *use = answer;
	uint64_t unit = subject->device->align, offsets[] = { 0, subject->device->size - unit };

	use->same = true;
	for (size_t i = 0; i < ARRAY_SIZE(offsets); i++) {
		volatile uint64_t *one =
			(void *)map_part(subject, offsets[i], unit, PROT_READ | PROT_WRITE, &use->error);
		volatile uint64_t *other =
			one ? (void *)map_part(subject, offsets[i], unit, PROT_READ, &use->error) : NULL;
		size_t place = i ? unit / sizeof(*one) - 1 : 0;

		if (!other)
			return;
		uint64_t before = one[place], mark = ~before ^ UINT64_C(0xda0ada0ada0ada0a);
		one[place] = mark;
		use->same = use->same && other[place] == mark;
		one[place] = before;
		use->same = use->same && other[place] == before;
	}
}

void dax_check_write(struct dax_subject *subject, struct dax_finding *finding)
{
	static const char expected[] = "the data that were written";
	struct use use = { 0 };

	if (!dax_found_end(finding, dax_probe(try_write, subject, &use, sizeof(use)), expected))
		return;
	if (use.error)
		dax_found_skip(finding, "cannot map it: %s", strerror(use.error));
	else
		dax_found(finding, use.same ? DAX_PASS : DAX_FAIL, expected, "%s",
			  use.same ? expected : "other data");
}
