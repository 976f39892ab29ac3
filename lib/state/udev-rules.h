/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* udev rules that bring memory online, parsed as in udev(7) as far as needed. */
#pragma once

#include "base/base.h"

/* A rule that writes to the state of memory blocks. */
struct dax_udev_rule {
	unsigned line;      /* its first line, counted from 1 */
	bool takes_offline; /* it also acts on memory that goes offline, not only on new memory */
};

/* The first such rule in TEXT, a whole file; false if there is none. */
bool dax_udev_find_rule(const char *text, struct dax_udev_rule *rule);

/* Calls EACH for each file of the machine that contains one. PLACE: "FILE:LINE". */
void dax_udev_list_rules(void (*each)(const char *place, const struct dax_udev_rule *rule, void *data), void *data);
