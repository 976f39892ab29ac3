/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The kernel's log. What it says while we act on a device is the real reason of a failure. */
#pragma once

#include "base/error.h"
#include "base/text.h"

/* Opens the log at its end; -1 where it may not be read (then there are no lines to show). */
int dax_kmsg_open(void);

/* Calls EACH with every line that the log still has, the oldest first; none where it may not be read. */
void dax_kmsg_each(void (*each)(const char *text, void *data), void *data);

/* A driver that refused a device, and with which errno. */
struct dax_probe_failure {
	char driver[DAX_NAME_MAX], device[DAX_NAME_MAX];
	int code;
};

/* Whether a line of the log tells of that. */
bool dax_kmsg_parse_probe(const char *text, struct dax_probe_failure *failure);

/* Adds to ERR what the log has since then of dax devices and memory blocks: the last lines of it. */
void dax_kmsg_collect(int kmsg, struct dax_error *err);

/* The text of one record, which is changed; NULL where it is not a record. */
const char *dax_kmsg_text(char *record);

/* "BIOS-e820: [mem 0x100000000-0x13fffffff]  soft reserved": of which range a line says that. */
bool dax_kmsg_soft_reserved(const char *text, struct dax_range *range);
