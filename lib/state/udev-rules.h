/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Rules of udev that bring memory online, as udev(7) would read them, as far as that matters here. */
#pragma once

#include "base/base.h"

/* A rule that writes to the state of memory blocks. */
struct dax_udev_rule {
	unsigned line;      /* that it begins in, counted from 1 */
	bool takes_offline; /* it acts on memory that has just gone offline, too, and not on new memory only */
};

/* The first such rule in TEXT, the whole of a file; false when there is none. */
bool dax_udev_find_rule(const char *text, struct dax_udev_rule *rule);

/* Calls EACH for each file of the machine that has one. PLACE: "FILE:LINE". */
void dax_udev_list_rules(void (*each)(const char *place, const struct dax_udev_rule *rule, void *data), void *data);
