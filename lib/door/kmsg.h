/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The kernel's log. What it prints during a change is the real reason of a failure. */
#pragma once

#include "base/error.h"
#include "base/text.h"

/* Opens the log at its end; -1 if it must not be read (then no lines are shown). */
int dax_kmsg_open(void);

/* Calls EACH with every line in the log, the oldest first. Calls nothing if the log must not be read. */
void dax_kmsg_each(void (*each)(const char *text, void *data), void *data);

/* A driver that refused a device, and the errno. */
struct dax_probe_failure {
	char driver[DAX_NAME_MAX], device[DAX_NAME_MAX];
	int code;
};

/* Whether a line of the log reports this. */
bool dax_kmsg_parse_probe(const char *text, struct dax_probe_failure *failure);

/* Adds to ERR the last lines about dax devices and memory blocks that the log has received since then. */
void dax_kmsg_collect(int kmsg, struct dax_error *err);

/* The text of one record, which is changed; NULL if it is not a record. */
const char *dax_kmsg_text(char *record);

/* "BIOS-e820: [mem 0x100000000-0x13fffffff] soft reserved": the range in such a line. */
bool dax_kmsg_soft_reserved(const char *text, struct dax_range *range);
