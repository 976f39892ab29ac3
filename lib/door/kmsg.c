/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The format of a record: Documentation/ABI/testing/dev-kmsg. */
#include "door/kmsg.h"

#include "base/fields.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>

/* The first lines of an error are the most useful; a splat has a hundred lines. */
#define MAX_LINES 8

/* A longer record gives EINVAL; the kernel's own limit is PRINTK_MESSAGE_MAX. */
#define MAX_RECORD 2048

/* include/linux/err.h. */
#define MAX_ERRNO 4095

int dax_kmsg_open(void)
{
	int fd = open("/dev/kmsg", O_RDONLY | O_NONBLOCK | O_CLOEXEC);

	if (fd >= 0 && lseek(fd, 0, SEEK_END) < 0) {
		close(fd);
		return -1;
	}
	return fd;
}

/* Lines of memory hotplug do not name a device. */
static bool is_about_dax(const char *text)
{
	static const char *const words[] = { "dax", "kmem", "hmem", "memory [", "removing memory", "hotplug",
					     "Misaligned", "migrat", "page dumped",
					     "page:" };

	for (size_t i = 0; i < ARRAY_SIZE(words); i++) {
		if (strstr(text, words[i]))
			return true;
	}
	return false;
}

/* Each retry prints the same lines again. */
static bool is_told(const struct dax_error *err, const char *text)
{
	for (size_t i = 0; i < err->n_kernel; i++) {
		if (strcmp(err->kernel[i], text) == 0)
			return true;
	}
	return false;
}

const char *dax_kmsg_text(char *record)
{
	char *text = strchr(record, ';'), *end = strchr(record, '\n');

	if (!text || !end || end < text)
		return NULL;
	*end = '\0'; /* the keys of the device follow */
	return text + 1;
}

bool dax_kmsg_soft_reserved(const char *text, struct dax_range *range)
{
	const char *at = strstr(text, "[mem 0x");
	struct dax_range parsed = { 0, 0 };

	if (!at || !dax_field_word(&at, "[mem 0x") || dax_field_digits(&at, 16, &parsed.start) ||
	    !dax_field_word(&at, "-0x") || dax_field_digits(&at, 16, &parsed.end) || !dax_field_word(&at, "]") ||
	    parsed.end < parsed.start || !dax_range_size(parsed))
		return false;
	at += strspn(at, " ");
	if (strncasecmp(at, "soft reserved", 13) != 0)
		return false;
	*range = parsed;
	return true;
}

/* The text of the next record; NULL if there is none. */
static const char *next_text(int kmsg, char record[MAX_RECORD + 1])
{
	for (;;) {
		ssize_t n = read(kmsg, record, MAX_RECORD);

		if (n < 0 && errno == EPIPE) /* records were overwritten; the next read continues after
					      * them */
			continue;
		if (n <= 0)
			return NULL;
		record[n] = '\0';
		const char *text = dax_kmsg_text(record);
		if (text)
			return text;
	}
}

/* Copies a name that ends at a space or a colon. */
static bool take_name(const char **text, char name[DAX_NAME_MAX])
{
	size_t length = strcspn(*text, ": ");

	if (!length || length >= DAX_NAME_MAX)
		return false;
	snprintf(name, DAX_NAME_MAX, "%.*s", (int)length, *text);
	*text += length;
	return true;
}

/* The format of really_probe in drivers/base/dd.c: printed by dev_err, or by pr_warn in Linux 6.1. */
bool dax_kmsg_parse_probe(const char *text, struct dax_probe_failure *failure)
{
	struct dax_probe_failure found = { .code = 0 };
	char again[DAX_NAME_MAX];
	uint64_t code = 0;

	if (!take_name(&text, found.driver))
		return false;
	if (dax_field_word(&text, ": probe of ")) {
		if (!take_name(&text, found.device))
			return false;
	} else if (!dax_field_word(&text, " ") || !take_name(&text, found.device) ||
		   !dax_field_word(&text, ": probe with driver ") || !take_name(&text, again) ||
		   strcmp(found.driver, again) != 0) {
		return false;
	}
	if (!dax_field_word(&text, " failed with error -") || dax_field_digits(&text, 10, &code) || *text || !code ||
	    code > MAX_ERRNO)
		return false;
	found.code = (int)code;
	*failure = found;
	return true;
}

void dax_kmsg_each(void (*each)(const char *text, void *data), void *data)
{
	char record[MAX_RECORD + 1];
	_cleanup_close_ int kmsg = open("/dev/kmsg", O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	const char *text = NULL;

	while (kmsg >= 0 && (text = next_text(kmsg, record)))
		each(text, data);
}

void dax_kmsg_collect(int kmsg, struct dax_error *err)
{
	char record[MAX_RECORD + 1];

	while (kmsg >= 0 && err->n_kernel < MAX_LINES) {
		const char *text = next_text(kmsg, record);

		if (!text)
			return;
		if (is_about_dax(text) && !is_told(err, text))
			dax_error_kernel_line(err, text);
	}
}
