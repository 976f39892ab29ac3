/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Each line of /proc/iomem is a resource, "START-END : NAME", two spaces deeper than the one that it lies
 * in (r_show in kernel/resource.c). What kmem has added is "System RAM (kmem)" below the name of the device.
 */
#include "iomem.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

/* More than the kernel gives at once. */
#define BUFFER_SIZE 32768

struct reading {
	struct dax_kmem_range *ranges; /* owned */
	size_t n;
	int region_id; /* of the device above; -1 for none */
};

static int add_range(struct reading *reading, struct dax_range range)
{
	struct dax_kmem_range *grown = reallocarray(reading->ranges, reading->n + 1, sizeof(*grown));

	if (!grown)
		return -ENOMEM;
	reading->ranges = grown;
	grown[reading->n++] = (struct dax_kmem_range){ range, reading->region_id };
	return 0;
}

/* What is not of this form is somebody else's business. */
static int read_line(struct reading *reading, const char *line)
{
	unsigned long long start = 0, end = 0;
	int at = 0, region_id = 0, id = 0;

	if (sscanf(line, " %llx-%llx : %n", &start, &end, &at) != 2 || !at)
		return 0;
	const char *name = line + at;
	if (dax_parse_exact_name(name, &region_id, &id) == 0)
		reading->region_id = region_id;
	else if (line[0] != ' ')
		reading->region_id = -1;
	/* Who may not see addresses sees zeros. */
	if (strcmp(name, "System RAM (kmem)") != 0 || !end || end < start || end == UINT64_MAX)
		return 0;
	return add_range(reading, (struct dax_range){ start, end });
}

/* Reads the lines that are whole; *LENGTH is what is left in BUFFER. */
static int read_lines(struct reading *reading, char *buffer, size_t *length)
{
	char *line = buffer, *end = NULL;
	int r = 0;

	buffer[*length] = '\0';
	while (!r && (end = strchr(line, '\n'))) {
		*end = '\0';
		r = read_line(reading, line);
		line = end + 1;
	}
	*length = strlen(line);
	memmove(buffer, line, *length);
	return r;
}

/* Of a recorded tree it is what was recorded of /proc. */
static int open_iomem(const struct dax_sysfs *sysfs)
{
	return sysfs->recorded ? openat(sysfs->root, "proc/iomem", O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOFOLLOW) :
				 open("/proc/iomem", O_RDONLY | O_CLOEXEC);
}

int dax_iomem_read(const struct dax_sysfs *sysfs, struct dax_kmem_range **ranges, size_t *n, struct dax_error *err)
{
	_cleanup_free_ char *buffer = malloc(BUFFER_SIZE);
	_cleanup_close_ int fd = open_iomem(sysfs);
	struct reading reading = { .region_id = -1 };
	size_t length = 0;
	ssize_t got = 0;
	int r = buffer ? 0 : -ENOMEM;

	while (!r && fd >= 0 && (got = read(fd, buffer + length, BUFFER_SIZE - 1 - length)) > 0) {
		length += (size_t)got;
		r = read_lines(&reading, buffer, &length);
	}
	*ranges = reading.ranges;
	*n = reading.n;
	if (r)
		return dax_no_memory(err);
	return fd >= 0 && got < 0 ? dax_fail(err, errno, "cannot read /proc/iomem: %s", strerror(errno)) : 0;
}
